"""The one clock: UTC for machines, the shop's zone for people, the database's time for deadlines."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import func, select

from shop.db import db

_SQLITE = select(func.strftime("%Y-%m-%d %H:%M:%f", "now"))
_POSTGRES = select(func.clock_timestamp())

_shifted = timedelta(0)
_stopped: datetime | None = None


def now() -> datetime:
    """This moment in UTC, with its zone."""
    return (_stopped or datetime.now(UTC)) + _shifted


def zone() -> ZoneInfo:
    """The zone in which people read the shop's dates (setting `TIMEZONE`)."""
    return ZoneInfo(current_app.config["TIMEZONE"])


def local(moment: datetime) -> datetime:
    """A UTC moment as the shop's wall clock shows it."""
    return moment.astimezone(zone())


def today() -> date:
    """The local date on which the shop's doors stand today."""
    return local(now()).date()


def local_morning(day: date, hour: int = 7) -> datetime:
    """The moment, in UTC, at which `hour` o'clock of a local `day` begins."""
    return datetime.combine(day, time(hour), zone()).astimezone(UTC)


def of_database() -> datetime:
    """This moment by the database's clock: what holds and leases are measured by (QUALITY F12).

    Several servers may disagree about the time; they share one database. A writing transaction asks
    once: all that it decides, it decides as of one moment.
    """
    if _stopped is not None:
        return now()
    known: dict[str, datetime] = db.session().info.get("known", {})
    if "moment" not in known:
        known["moment"] = _ask_database()
    return known["moment"] + _shifted


def _ask_database() -> datetime:
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        text: str = connection.execute(_SQLITE).scalar_one()
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    moment: datetime = connection.execute(_POSTGRES).scalar_one()
    return moment.astimezone(UTC)


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Stop every clock of this process at a moment (tests and rehearsals)."""
    global _stopped
    before, _stopped = _stopped, moment.astimezone(UTC)
    try:
        yield
    finally:
        _stopped = before


@contextmanager
def shifted_by(span: timedelta) -> Iterator[None]:
    """Put every clock of this process ahead by a span (tests and rehearsals)."""
    global _shifted
    before, _shifted = _shifted, _shifted + span
    try:
        yield
    finally:
        _shifted = before
