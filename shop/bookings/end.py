"""Ending a booking: its seats are free again, once (DOMAIN R8). What goes back in money is the deals'."""

from uuid import UUID

from sqlalchemy import update

from shop import clock
from shop.bookings import seats
from shop.bookings.models import Booking
from shop.db import db


def end(booking_id: UUID, by: str) -> bool:
    """Cancel a confirmed booking and give its seats back, in the caller's transaction.

    `by` says who: `customer`, `centre`, `staff`. False when it was not confirmed, or somebody else
    was faster.
    """
    places = db.session.scalar(
        update(Booking)
        .where(Booking.id == booking_id, Booking.state == "confirmed")
        .values(state="cancelled", ended_at=clock.now(), ended_by=by)
        .returning(Booking.places)
        .execution_options(synchronize_session="fetch")
    )
    if places is None:
        return False
    seats.give(places)
    return True
