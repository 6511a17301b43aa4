"""A card's statement: each line written once, with the balance after it, and read by pages."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from shop import clock
from shop.cards.models import Card, Movement
from shop.core.money import Cents
from shop.db import db
from shop.ledger import book

PAGE = 25


def write(
    card: Card, kind: str, cents: Cents, *, what: str = "", reference: str = "", made_by: str = ""
) -> Movement:
    """Add a line for money that has just moved; the caller's transaction has the card locked.

    `cents` is above zero for credit, below for what was spent.
    """
    card.last += 1
    line = Movement(
        number=card.number,
        position=card.last,
        kind=kind,
        cents=cents,
        balance=book.posted(card.account),
        what=what[:200],
        reference=reference[:80],
        made_by=made_by[:80],
        made_at=clock.now(),
    )
    db.session.add(line)
    db.session.flush()
    return line


def page(number: str, before: int | None = None, limit: int = PAGE) -> Sequence[Movement]:
    """Lines of a statement, newest first; `before` is the last position of the page before."""
    query = select(Movement).where(Movement.number == number)
    if before is not None:
        query = query.where(Movement.position < before)
    return db.session.scalars(query.order_by(Movement.position.desc()).limit(limit)).all()


def whole(number: str, batch: int = 500) -> Iterator[Movement]:
    """Every line of a statement, newest first, read a batch at a time."""
    before = None
    while lines := page(number, before, batch):
        yield from lines
        before = lines[-1].position
