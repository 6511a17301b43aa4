"""Whose appointments are whose: what somebody has booked, for their own pages and for marks in lists (DOMAIN W10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select

from shop import clock
from shop.bookings.models import Booking, Enrolment
from shop.catalogue.appointments import span
from shop.catalogue.models import Offer
from shop.catalogue.search import LAST_PAGE
from shop.db import db

PAGE = 20
DAY = timedelta(days=1)  # no appointment is longer
ANY_STATE = ("confirmed", "cancelled")


@dataclass(frozen=True)
class MyAppointment:
    """An appointment that somebody has or had booked. `state`: confirmed or cancelled; times are local.

    `is_called_off` says that the centre has cancelled it, `is_moved` that it was moved after the booking.
    """

    booking_id: UUID
    number: str
    title: Mapping[str, str]
    class_key: str
    start: datetime
    end: datetime
    place: str
    is_online: bool
    state: str
    cancel_until: date | None
    is_called_off: bool
    is_moved: bool


def ahead(user_id: int) -> list[MyAppointment]:
    """What somebody has ahead or is at, the next first."""
    now = clock.local(clock.now()).replace(tzinfo=None)
    firm = _of(user_id).where(Booking.state == "confirmed", Offer.starts_on >= now.date() - DAY)
    found = (_mine(booking, offer) for booking, offer in db.session.execute(firm))
    return sorted((each for each in found if each.end > now), key=lambda each: each.start)


def over(user_id: int, page: int, coming: Iterable[MyAppointment]) -> tuple[list[MyAppointment], bool]:
    """A page, from 1 on, of what is over or cancelled, the latest first; and whether there is another.

    `coming` is what is ahead. A page that does not exist is empty.
    """
    if page > LAST_PAGE:
        return [], False
    query = _of(user_id).where(Booking.id.not_in([each.booking_id for each in coming]))
    query = query.order_by(Offer.sessions.desc(), Booking.id)  # ISO times in the order of time
    rows = db.session.execute(query.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return [_mine(booking, offer) for booking, offer in rows[:PAGE]], len(rows) > PAGE


def booked(user_id: int, numbers: Iterable[str], *states: str) -> set[str]:
    """Which of these appointments somebody has a firm place in, or one in the given states."""
    mine = _of(user_id).where(Booking.state.in_(states or ("confirmed",)))
    wanted = mine.where(Offer.number.in_(list(numbers))).with_only_columns(Offer.number)
    return set(db.session.scalars(wanted))


def _of(user_id: int) -> Select[tuple[Booking, Offer]]:
    return (
        select(Booking, Offer)
        .select_from(Booking)
        .join(Enrolment, Enrolment.booking_id == Booking.id)
        .join(Offer, Offer.number == Booking.offer_number)
        .where(
            Enrolment.user_id == user_id,
            Offer.kind == "appointment",
            Booking.state.in_(ANY_STATE),
        )
    )


def _mine(booking: Booking, offer: Offer) -> MyAppointment:
    start, end = span(offer.sessions)
    return MyAppointment(
        booking_id=booking.id,
        number=offer.number,
        title=offer.title,
        class_key=offer.class_key,
        start=start,
        end=end,
        place=offer.place,
        is_online=offer.is_online,
        state=booking.state,
        cancel_until=offer.cancel_until,
        is_called_off=offer.cancelled_on is not None,
        is_moved=offer.moved_at is not None and booking.made_at < offer.moved_at,
    )
