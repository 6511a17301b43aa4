"""Whose appointments are whose: what somebody has booked, for their own pages and for marks in lists (DOMAIN W10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select

from shop import clock
from shop.bookings.models import Booking, Enrolment
from shop.catalogue.appointments import span
from shop.catalogue.models import Offer
from shop.db import db


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


def of_user(user_id: int) -> tuple[list[MyAppointment], list[MyAppointment]]:
    """What somebody has ahead, the next first, and what is over or cancelled, the latest first."""
    query = _firm_or_cancelled(user_id).with_only_columns(Booking, Offer)
    found = [_mine(booking, offer) for booking, offer in db.session.execute(query)]
    now = clock.local(clock.now()).replace(tzinfo=None)
    ahead = [each for each in found if each.state == "confirmed" and each.end > now]
    over = [each for each in found if each not in ahead]
    return sorted(ahead, key=lambda each: each.start), sorted(over, key=lambda each: each.start, reverse=True)


def booked(user_id: int, numbers: Iterable[str]) -> set[str]:
    """Which of these appointments somebody has a firm place in."""
    mine = _firm_or_cancelled(user_id).where(Booking.state == "confirmed")
    wanted = mine.where(Offer.number.in_(list(numbers))).with_only_columns(Offer.number)
    return set(db.session.scalars(wanted))


def _firm_or_cancelled(user_id: int) -> Select[tuple[UUID]]:
    return (
        select(Booking.id)
        .join(Enrolment, Enrolment.booking_id == Booking.id)
        .join(Offer, Offer.number == Booking.offer_number)
        .where(
            Enrolment.user_id == user_id,
            Offer.kind == "appointment",
            Booking.state.in_(("confirmed", "cancelled")),
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
