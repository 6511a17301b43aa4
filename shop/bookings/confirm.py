"""Confirming: a paid line's place becomes firm (DOMAIN R2, R4)."""

from typing import cast

from sqlalchemy import Table, bindparam, update

from shop import clock
from shop.bookings import rules, seats, tell
from shop.bookings.find import of_line
from shop.bookings.models import Booking
from shop.catalogue.find import keep
from shop.core.goods import Gone, OrderedLine
from shop.db import changed, db

_bookings = cast(Table, Booking.__table__)
_CONFIRM = (
    update(_bookings)
    .where(_bookings.c.id == bindparam("booking"), _bookings.c.state == bindparam("before"))
    .values(state="confirmed", held_until=None, confirmed_at=bindparam("now"), ended_at=None)
)


def fulfil(line: OrderedLine) -> None:
    """Confirm the place of a paid line and tell its participant, in the settling transaction; a repeat is quiet.

    A place that is still held is confirmed, swept or not. One that has lapsed is taken anew while a
    seat is free, also before those who wait: this person has paid. Raises Gone, having changed
    nothing, when there is none, or the course does not take place any more.
    """
    booking = of_line(line.id)
    if booking is None:
        raise LookupError(f"nothing was set aside for line {line.id}")
    if booking.state == "confirmed":
        return
    # Whoever cancels the course waits for us, or we see that it is cancelled.
    if rules.is_cancelled(keep(booking.offer_number)):
        raise Gone
    if not _confirm(booking, "held") and not _confirm_lapsed(booking):
        raise Gone
    tell.booked(booking, line)


def _confirm_lapsed(booking: Booking) -> bool:
    if not seats.take(booking.places):
        return False
    if _confirm(booking, "lapsed"):
        return True
    seats.give(booking.places)
    return False


def _confirm(booking: Booking, before: str) -> bool:
    asked = {"booking": booking.id, "before": before, "now": clock.now()}
    return bool(changed(db.session.connection().execute(_CONFIRM, asked)))
