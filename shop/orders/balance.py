"""Showing a holder what is on a voucher (DOMAIN G11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shop import clock
from shop.core.money import Cents
from shop.db import db, is_sqlite, transaction
from shop.ledger import book
from shop.orders import throttle
from shop.vouchers import find
from shop.vouchers.models import Voucher


class Unknown(Exception):
    """Number and code do not belong together; one neutral answer for every reason (DOMAIN R7)."""


@dataclass(frozen=True)
class Movement:
    """A line of a voucher's statement: positive cents were put on it."""

    at: datetime
    reason: str
    cents: Cents


@dataclass(frozen=True)
class Statement:
    """What a holder sees: amounts in cents, `valid_until` a local date, `refusal` as in vouchers.find.

    `held` is what checkouts and unpaid orders keep aside: `available` and `held` are what the movements
    make in all.
    """

    number: str
    face_cents: Cents
    available: Cents
    held: Cents
    valid_until: date | None
    refusal: str | None
    movements: list[Movement]


def look(number_text: str, code_text: str, sources: Sequence[str]) -> Statement:
    """The statement of the voucher that this number and code open.

    Raises Unknown for anything that does not fit, and Throttled for a source that guessed too often.
    What is not even well-formed is told from typing errors by the form and counts as wrong here too.
    """
    with transaction():
        throttle.admit(sources)
        found = find.typed(number_text, code_text)
        if found is None:
            throttle.note_wrong(sources)
    if found is None:
        raise Unknown
    _read_as_of_now()
    return _statement(found)


def _read_as_of_now() -> None:
    """From here on one moment is read, so that balance and movements fit while others spend."""
    db.session.rollback()
    if not is_sqlite(db.engine):  # a reading transaction of SQLite sees one moment anyway
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _statement(voucher: Voucher) -> Statement:
    available = book.available(voucher.account)
    why = find.refusal(voucher, available=available, today=clock.today())
    moves = [
        Movement(move.made_at, move.reason, move.cents if move.credit == voucher.account else -move.cents)
        for move in book.movements(voucher.account, limit=50)
        if move.cents
    ]
    return Statement(
        voucher.number,
        voucher.face_cents,
        available,
        book.posted(voucher.account) - available,
        voucher.valid_until,
        why.value if why else None,
        moves,
    )
