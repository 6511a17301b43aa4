"""Sweeping: places held past their deadline lapse, and their seats are free again (DOMAIN R4)."""

from sqlalchemy import select

from shop import clock
from shop.bookings.models import Booking
from shop.bookings.set_aside import end_held
from shop.db import db


def lapse_overdue(limit: int = 100) -> int:
    """Let ordered places lapse whose deadline has passed by the database's clock; how many did.

    Runs in the caller's transaction; each lapses exactly once, however many sweep. Places offered
    from the waiting list are `waiting.offer_free`'s.
    """
    overdue = (
        select(Booking.id)
        .where(
            Booking.state == "held",
            Booking.held_until < clock.of_database(),
            Booking.order_line_id.is_not(None),
        )
        .order_by(Booking.held_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return sum(end_held(Booking.id == found) for found in db.session.scalars(overdue).all())
