"""Appointments for lists: a week of them in one statement, with the seats that are free (DOMAIN W10)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

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
    place: str = "",
    free_only: bool = False,
) -> list[Appointment]:
    """What begins on these local days, both included, in the order of time.

    Narrowed by appointment classes, by a house (a place without its room), and to what can be booked
    now. One statement.
    """
    rows = db.session.execute(
        select(*_SHOWN, Seats.capacity, FREE)
        .select_from(Offer)
        .outerjoin(Seats)
        .where(*_OFFERED, *_wished(first_day, last_day, class_keys, place))
    )
    now = clock.local(clock.now()).replace(tzinfo=None)
    found = [_appointment(row, now) for row in rows]
    wanted = (each for each in found if not free_only or each.standing.is_bookable)
    return sorted(wanted, key=lambda each: (each.start, each.end, each.number))


def _wished(
    first_day: date, last_day: date, class_keys: Collection[str], place: str
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Offer.starts_on.between(first_day, last_day)]
    if class_keys:
        conditions.append(Offer.class_key.in_(class_keys))
    if place:
        conditions.append(or_(Offer.place == place, Offer.place.startswith(f"{place},", autoescape=True)))
    return conditions


def _appointment(row: Any, now: datetime) -> Appointment:
    start, end = span(row.sessions)
    stands = standing(cancelled=row.cancelled_on is not None, late=start <= now, free=row.free)
    return Appointment._make((*row, start, end, stands))


def of_number(number: str, *, hidden: bool = False) -> Offer | None:
    """One appointment, whatever the case of its number's letters, begun or not; hidden ones only if wanted."""
    mine = _IS_ONE if hidden else and_(*_OFFERED)
    return db.session.scalar(select(Offer).where(mine, Offer.number.in_({number, number.upper()})).limit(1))


def days_with_any(first_day: date, last_day: date, *, class_keys: Collection[str] = ()) -> list[date]:
    """The local days, both ends included, on which any appointment begins that is not cancelled."""
    query = select(Offer.starts_on).where(*_OFFERED, *_wished(first_day, last_day, class_keys, ""))
    days = query.where(Offer.cancelled_on.is_(None)).distinct().order_by(Offer.starts_on)
    return [day for day in db.session.scalars(days) if day is not None]
