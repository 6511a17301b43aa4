"""Spending: what the ledger has taken from a card is noted lot by lot, oldest first (DOMAIN W3, W9, T4)."""

import uuid
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from shop.cards import find
from shop.cards.debt import owe_if_over
from shop.cards.models import Card, CardType, Lot, Movement, Use
from shop.cards.statement import write
from shop.cards.tune import draw_from, set_limit
from shop.core.money import Cents
from shop.db import db
from shop.outbox import queue
from shop.people.models import User


def spent(
    number: str,
    parts: Sequence[tuple[UUID, Cents]],
    *,
    what: str,
    reference: str,
    kind: str = "booking",
    made_by: str = "",
) -> None:
    """Note what was just taken from a card for some order lines, in the caller's transaction.

    `parts` are line and cents; a correction has its transfer instead of a line. Its owner is told
    once when little is left, and owes what no limit covers any more.
    """
    card = find.locked(number)
    lots = find.lots_of(card)
    for spent_for, cents in parts:
        draw_from(card, lots, spent_for, cents)
    line = write(
        card, kind, -sum(cents for _id, cents in parts), what=what, reference=reference, made_by=made_by
    )
    set_limit(card)
    _tell_low(card, line)
    owe_if_over(card)


def untaxed(line_id: UUID) -> Cents:
    """The part of a line's price in cents that cards have paid and that is not taxed with the line (T4).

    Of credit bought with a discount only what was paid for it is taxed; nothing of credit whose VAT
    is paid already, or will be when it is bought.
    """
    query = (
        select(Use.cents, Use.paid_cents, Lot.taxed, CardType.tax_code)
        .join(Card, Card.number == Use.number)
        .join(CardType, CardType.key == Card.type_key)
        .outerjoin(Lot, Lot.id == Use.lot_id)
        .where(Use.spent_for == line_id)
    )
    rows = db.session.execute(query)
    return sum(
        cents if (bool(code) if taxed is None else taxed) else cents - paid
        for cents, paid, taxed, code in rows
    )


def _tell_low(card: Card, line: Movement) -> None:
    """Queue the reminder when this line has brought the balance below what its type calls little."""
    low = find.type_of(card).low_cents
    if not (card.reminds_low and line.balance < low <= line.balance - line.cents):
        return
    owner = db.session.get_one(User, card.user_id)
    queue.put(
        uuid.uuid5(_LETTERS, f"low:{card.number}:{line.position}"),
        "card_low",
        recipient=owner.email,
        facts={"card": card.number, "balance": line.balance, "language": owner.language},
        reference=card.number,
    )


_LETTERS = UUID("5f8f4c0a-77a4-5a8e-8c51-6b61727465cd")
