"""Slowing those who guess codes, never the voucher (DOMAIN S6, QUALITY A1)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from flask import current_app
from sqlalchemy import BigInteger, Table, bindparam, delete, func, select

from shop import clock
from shop.cases.open import open_case
from shop.db import db, is_sqlite
from shop.orders.models import WrongCode

WRONG = 10
SPAN = timedelta(minutes=10)
ALARM = 200  # wrong codes in the whole shop within SPAN: somebody is guessing from many places

_TAKE_TURN = select(func.pg_advisory_xact_lock(bindparam("source", type_=BigInteger())))
_wrong = cast(Table, WrongCode.__table__).c
_LATEST = (
    select(_wrong.at)
    .where(_wrong.source == bindparam("source"), _wrong.at > bindparam("since"))
    .order_by(_wrong.at.desc())
    .limit(WRONG)
)


class Throttled(Exception):
    """This source guessed wrong too often; `seconds` until it may try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def admit(sources: Sequence[str]) -> None:
    """Let a source check a code, or raise Throttled. Only the source's own wrong guesses count.

    Runs in the caller's writing transaction, which then checks one code: a source's guesses stand
    in a row (SQLite has one writer, PostgreSQL a lock for each source), so many at once are no way around.
    """
    connection, since = db.session.connection(), clock.of_database() - SPAN
    for mark in sorted(_marks(sources)):
        if not is_sqlite(db.engine):
            connection.execute(_TAKE_TURN, {"source": int(mark[:15], 16)})
        times = connection.scalars(_LATEST, {"source": mark, "since": since}).all()
        if len(times) == WRONG:
            raise Throttled(max(1, round((times[-1] - since).total_seconds())))


def admit_letter(sources: Sequence[str]) -> None:
    """Let a source cause a mail to an address that nobody has proved theirs, and count it; or Throttled.

    Runs in the caller's writing transaction. Without it a form is a way to mail strangers.
    """
    letters = [f"letter:{source}" for source in sources]
    admit(letters)
    _note(letters)


def admit_try(sources: Sequence[str]) -> None:
    """Let a source try a password, counted as wrong until `forgive` takes it back; or Throttled.

    Runs in a writing transaction of its own: a password takes its time, and nobody waits for it.
    """
    admit(sources)
    _note(sources)


def forgive(sources: Sequence[str]) -> None:
    """The try was right: its newest count is taken back, in the caller's transaction."""
    for mark in _marks(sources):
        newest = select(func.max(WrongCode.id)).where(WrongCode.source == mark).scalar_subquery()
        db.session.execute(delete(WrongCode).where(WrongCode.id == newest))


def note_wrong(sources: Sequence[str]) -> None:
    """Count one wrong guess against its sources; runs in the caller's transaction."""
    now = _note(sources)
    db.session.execute(delete(WrongCode).where(WrongCode.at < now - 6 * SPAN))
    recent = select(func.count()).select_from(WrongCode).where(WrongCode.at > now - SPAN)
    if (db.session.scalar(recent) or 0) >= ALARM:
        hour = now.strftime("%Y-%m-%dT%H")
        open_case("codes are being guessed", hour, {"limit": ALARM})


def _note(sources: Sequence[str]) -> datetime:
    now = clock.of_database()
    db.session.add_all(WrongCode(source=mark, at=now) for mark in _marks(sources))
    return now


def _marks(sources: Sequence[str]) -> list[str]:
    """Sources as the database keeps them: no address can be read back."""
    key = str(current_app.config["SECRET_KEY"]).encode()[:64]
    return [hashlib.blake2b(source.encode(), key=key, digest_size=32).hexdigest() for source in sources]
