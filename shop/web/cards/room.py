"""The blueprint that this room's views hang on, and whose cards they show."""

from flask import Blueprint, abort

from shop.cards import find
from shop.cards.models import Card
from shop.web.frame.guard import me

bp = Blueprint("cards", __name__)


def card_of(number: str) -> Card:
    """A card of whoever is signed in; a stranger's does not exist (404)."""
    try:
        return find.of_owner(me().id, number)
    except find.NoSuchCard:
        abort(404)
