"""Appointments for lists: a week of them in one statement, with the seats that are free (DOMAIN W10)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from shop import clock
from shop.catalogue.appointments.times import span
from shop.catalogue.models import Offer, Seats
from shop.catalogue.seats import FREE
from shop.catalogue.standing import Standing, standing
from shop.db import db


class Appointment(NamedTuple):
    """An appointment as a list shows it, and as the price matrix asks for it.

    `capacity` and `free` count places, None is without limit; `start` and `end` are local, without zone.
    """

    number: str
    title: Mapping[str, str]
    class_key: str
    resource_key: str
    sessions: Sequence[Sequence[str]]
    starts_on: date
    place: str
    lecturer: str
    is_online: bool
    cancelled_on: date | None
    capacity: int | None
    free: int | None
    start: datetime
    end: datetime
    standing: Standing


_SHOWN = tuple(getattr(Offer.__table__.c, name) for name in Appointment._fields[:-5])
_IS_ONE = Offer.kind == "appointment"
_OFFERED = (Offer.published.is_(True), _IS_ONE)


def between(
    first_day: date,
    last_day: date,
    *,
    class_keys: Collection[str] = (),
    free_only: bool = False,
) -> list[Appointment]:
    """What begins on these local days, both included, in the order of time.

    Narrowed by appointment classes, and to what can be booked now. One statement.
    """
    rows = db.session.execute(
        select(*_SHOWN, Seats.capacity, FREE)
        .select_from(Offer)
        .outerjoin(Seats)
        .where(*_OFFERED, Offer.starts_on.between(first_day, last_day), *_of_classes(class_keys))
    )
    now = clock.local(clock.now()).replace(tzinfo=None)
    found = [_appointment(row, now) for row in rows]
    wanted = (each for each in found if not free_only or each.standing.is_bookable)
    return sorted(wanted, key=lambda each: (each.start, each.end, each.number))


def _of_classes(class_keys: Collection[str]) -> list[ColumnElement[bool]]:
    return [Offer.class_key.in_(class_keys)] if class_keys else []


def _appointment(row: Any, now: datetime) -> Appointment:
    start, end = span(row.sessions)
    stands = standing(cancelled=row.cancelled_on is not None, late=start <= now, free=row.free)
    return Appointment._make((*row, start, end, stands))


def of_number(number: str) -> Offer | None:
    """One appointment, whatever the case of its number's letters, begun or not, published or not."""
    return db.session.scalar(
        select(Offer).where(_IS_ONE, Offer.number.in_({number, number.upper()})).limit(1)
    )


def first_day_with_any(from_day: date, *, class_keys: Collection[str] = ()) -> date | None:
    """The first local day from this one on on which any appointment begins that is not cancelled."""
    taking_place = Offer.starts_on >= from_day, Offer.cancelled_on.is_(None)
    query = select(func.min(Offer.starts_on)).where(*_OFFERED, *taking_place, *_of_classes(class_keys))
    return db.session.scalar(query)
