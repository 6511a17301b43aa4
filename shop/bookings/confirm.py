"""Confirming: a paid line's place becomes firm (DOMAIN R2, R4)."""

from sqlalchemy import select, update

from shop import clock
from shop.bookings import rules, seats, tell
from shop.bookings.models import Booking
from shop.catalogue.models import Offer
from shop.core.goods import Gone, OrderedLine
from shop.db import changed, db


def fulfil(line: OrderedLine) -> None:
    """Confirm the place of a paid line and tell its participant, in the settling transaction; a repeat is quiet.

    A place that is still held is confirmed, swept or not. One that has lapsed is taken anew while a
    seat is free, also before those who wait: this person has paid. Raises Gone, having changed
    nothing, when there is none, or the course does not take place any more.
    """
    booking = db.session.scalars(
        select(Booking).where(Booking.order_line_id == line.id).execution_options(populate_existing=True)
    ).one()
    if booking.state == "confirmed":
        return
    # Shared with other buyers; whoever cancels the course waits for us, or we see that it is cancelled.
    offer = db.session.get_one(
        Offer, booking.offer_number, populate_existing=True, with_for_update={"read": True}
    )
    if rules.is_cancelled(offer):
        raise Gone
    if not _confirm(booking, "held") and not _confirm_lapsed(booking):
        raise Gone
    db.session.refresh(booking)
    tell.booked(booking, line)


def _confirm_lapsed(booking: Booking) -> bool:
    if not seats.take(booking.places):
        return False
    if _confirm(booking, "lapsed"):
        return True
    seats.give(booking.places)
    return False


def _confirm(booking: Booking, before: str) -> bool:
    return bool(
        changed(
            db.session.execute(
                update(Booking)
                .where(Booking.id == booking.id, Booking.state == before)
                .values(state="confirmed", held_until=None, confirmed_at=clock.now(), ended_at=None)
            )
        )
    )
