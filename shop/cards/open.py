"""Opening a card: one for each person and type, at the first wish for it (DOMAIN W1)."""

from sqlalchemy import select

from shop import clock
from shop.cards.models import Card, CardType
from shop.core import codes
from shop.db import db


def card_of(user_id: int, type_key: str) -> Card | None:
    """A person's card of one type, or None."""
    return db.session.scalar(select(Card).where(Card.user_id == user_id, Card.type_key == type_key))


def open_card(user_id: int, type_key: str) -> Card:
    """A person's card of this type, opened if there is none yet, in the caller's transaction.

    The type's row is locked meanwhile: two clicks open one card. Raises LookupError for an unknown type.
    """
    kept = card_of(user_id, type_key)
    if kept is not None:
        return kept
    found = select(CardType.key).where(CardType.key == type_key).with_for_update()
    if db.session.scalar(found) is None:
        raise LookupError(f"no card type {type_key!r}")
    kept = card_of(user_id, type_key)
    if kept is not None:
        return kept
    card = Card(number=codes.new_number("W"), type_key=type_key, user_id=user_id, opened_at=clock.now())
    db.session.add(card)
    db.session.flush()
    return card
