"""Enrolling: an account gets a firm place that no order line pays for (DOMAIN C7)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, insert, select

from shop import clock
from shop.bookings import rules, seats
from shop.bookings.about import courses_of
from shop.bookings.models import Booking, Enrolment
from shop.catalogue.models import Offer
from shop.catalogue.standing import begins, is_late
from shop.db import db

_BOOK = insert(cast(Table, Booking.__table__))
_ENROL = insert(cast(Table, Enrolment.__table__))


class Closed(Exception):
    """An offer that nobody can be enrolled in now; `why` is `cancelled`, `late` or `full`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Person:
    """Who gets the place: an account, and what stands on the list of participants."""

    user_id: int
    first_name: str
    last_name: str
    email: str


def enrol(booking_id: UUID, offer_number: str, person: Person, access_until: date) -> None:
    """Book a firm place for an account in the caller's transaction, unpublished offers included (G1).

    Free seats that belong to those who wait are not taken. Raises Closed, having changed nothing.
    """
    # Shared with others who book; whoever cancels the course waits for us, or we see that it is cancelled.
    offer = db.session.get_one(Offer, offer_number, populate_existing=True, with_for_update={"read": True})
    if rules.is_cancelled(offer):
        raise Closed("cancelled")
    if is_late(offer, clock.local(clock.now())):
        raise Closed("late")
    places = rules.places_of(offer)
    if not seats.take(places):
        raise Closed("full")
    if rules.is_awaited(places, taken=places):
        seats.give(places)
        raise Closed("full")
    now = clock.now()
    connection = db.session.connection()
    connection.execute(
        _BOOK,
        {
            "id": booking_id,
            "offer_number": offer_number,
            "places": places,
            "state": "confirmed",
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "reduction": "",
            "made_at": now,
            "confirmed_at": now,
            "ended_by": "",
        },
    )
    connection.execute(
        _ENROL, {"booking_id": booking_id, "user_id": person.user_id, "access_until": access_until}
    )


def is_enrolled(user_id: int, offer_number: str) -> bool:
    """Whether an account has a firm place in exactly this offer."""
    query = select(Enrolment.booking_id).join(Booking, Booking.id == Enrolment.booking_id)
    mine = Enrolment.user_id == user_id, Booking.offer_number == offer_number
    return db.session.scalar(query.where(*mine, Booking.state == "confirmed").limit(1)) is not None


def starts_at(offer: Offer) -> datetime | None:
    """The local moment (without zone) at which an offer begins, a package with its first course; None without dates."""
    moments = [moment for each in (offer, *courses_of(offer)) if (moment := begins(each))]
    return min(moments, default=None)


def has_begun(offer: Offer) -> bool:
    """Whether an offer has begun; one without dates never has, as far as anybody can know."""
    start = starts_at(offer)
    return start is not None and clock.local(clock.now()).replace(tzinfo=None) >= start
