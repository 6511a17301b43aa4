"""A top-up is put into the basket: one line for each card, the last wish counts (DOMAIN W2, W6)."""

from uuid import UUID

from shop.cards import find
from shop.cards.models import Card
from shop.cards.open import open_card
from shop.core.money import Cents
from shop.orders import basket


def put_in(visitor: str, user_id: int, type_key: str, value: Cents, back_to: str = "") -> Card:
    """Open a person's card of this type if needed, and put so much credit for it into a visitor's basket.

    In the caller's transaction. `back_to` is the appointment that it is for. Raises `basket.BasketFull`,
    and LookupError for an unknown type.
    """
    basket.take_turn(visitor)
    card = open_card(user_id, type_key)
    for line in basket.lines(visitor):
        if line.kind == "card" and line.facts["card"] == card.number:
            basket.remove(visitor, line.id)
    basket.add(visitor, "card", {"card": card.number, "value": value, "back_to": back_to})
    return card


def foreign(visitor: str | None, user_id: int) -> list[UUID]:
    """The top-ups in a visitor's basket that are for somebody else's card; whose it is opens the order's page."""
    lines = (line for line in basket.lines(visitor) if line.kind == "card")
    return [line.id for line in lines if find.card(line.facts["card"]).user_id != user_id]
