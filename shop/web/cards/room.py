"""The blueprint that this room's views hang on, and whose cards they show."""

from flask import Blueprint, abort

from shop.cards import find
from shop.cards.models import Card
from shop.people.models import User
from shop.web.frame.guard import current_person

bp = Blueprint("cards", __name__)


def person() -> User:
    """Who is signed in; only for views that are `signed_in`."""
    here = current_person()
    assert here is not None
    return here


def card_of(number: str) -> Card:
    """A card of whoever is signed in; a stranger's does not exist (404)."""
    try:
        return find.of_owner(person().id, number)
    except find.NoSuchCard:
        abort(404)
