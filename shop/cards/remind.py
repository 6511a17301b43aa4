"""Reminding people of credit that will expire; who has switched it off is left alone (issue: reminders by mail)."""

import uuid
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from shop import clock
from shop.cards import find
from shop.cards.models import Card, Lot
from shop.db import db, transaction
from shop.outbox import queue
from shop.people.models import User

BEFORE = timedelta(days=60)
_LETTERS = UUID("8a4c6c55-7d2e-5a0b-9d5c-657870697279")


def remind(limit: int = 50) -> int:
    """Queue a letter for every card whose credit ends soon, each in a transaction of its own; how many."""
    query = select(Lot.number).join(Card, Card.number == Lot.number).where(Card.reminds_expiry, *_ending())
    numbers = db.session.scalars(query.distinct().order_by(Lot.number).limit(limit)).all()
    db.session.rollback()
    for number in numbers:
        with transaction():
            _remind(number)
    return len(numbers)


def _ending() -> tuple[ColumnElement[bool], ...]:
    """What makes a lot worth a letter: something is left, its end is near, and nobody was told yet."""
    today = clock.today()
    near = Lot.valid_until.between(today, today + BEFORE)
    return near, Lot.left_cents > 0, ~Lot.frozen, Lot.reminded_on.is_(None)


def _remind(number: str) -> None:
    card = find.locked(number)
    lots = db.session.scalars(
        select(Lot).where(Lot.number == number, *_ending()).order_by(Lot.valid_until)
    ).all()
    if not lots or not card.reminds_expiry:
        return
    owner = db.session.get_one(User, card.user_id)
    for lot in lots:
        lot.reminded_on = clock.today()
    queue.put(
        uuid.uuid5(_LETTERS, f"{lots[0].id}:{lots[0].valid_until}"),
        "card_expiring",
        recipient=owner.email,
        facts={
            "card": number,
            "ends": [[str(lot.valid_until), lot.left_cents] for lot in lots],
            "language": owner.language,
        },
        reference=number,
    )
