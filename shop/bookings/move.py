"""Moving an appointment: everybody who has a place is told, and may give it up for nothing (DOMAIN W10)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from shop.bookings import find, tell
from shop.bookings.models import Booking, Enrolment
from shop.catalogue import appointments
from shop.catalogue.models import Offer
from shop.db import db
from shop.failpoints import reach
from shop.people.models import User


def move(number: str, start: datetime, end: datetime, place: str = "") -> Sequence[Booking]:
    """Move an appointment in the caller's transaction and queue a letter to each firm place; these places.

    The same time and place again is quiet and tells nobody. Raises `appointments.Refused`.
    """
    # Seen before it moves; what is booked from now on is booked at the new time.
    offer = db.session.get(Offer, number, populate_existing=True, with_for_update=True)
    before = {"sessions": offer.sessions, "place": offer.place} if offer else {}
    if not appointments.move(number, start, end, place):
        return []
    reach("move.moved")
    told = find.of_offer(number)
    for booking in told:
        tell.moved(booking, _language(booking), before)
    return told


def _language(booking: Booking) -> str:
    """The language of whoever has the place; German for somebody without an account."""
    query = select(User.language).join(Enrolment, Enrolment.user_id == User.id)
    return db.session.scalar(query.where(Enrolment.booking_id == booking.id)) or "de"
