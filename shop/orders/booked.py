"""An order's bookings, as their buyer sees them (DOMAIN R10)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shop import clock
from shop.bookings.about import About, describe
from shop.bookings.find import of_lines
from shop.bookings.models import Booking
from shop.catalogue.models import Offer
from shop.core.money import Cents
from shop.db import db
from shop.orders.models import Order
from shop.orders.ways_back import (
    Cancelled,
    is_centres_doing,
    is_in_time,
    is_late_allowed,
    of_booking,
    preview,
)


@dataclass(frozen=True)
class Booked:
    """One participant's place. `state` as in `Booking`; `cancel_until` is the last local day to cancel.

    `cancelled` is what went back of a cancelled one; of a firm one that can be cancelled now, what
    would. `is_called_off` says that the centre has cancelled the course, `is_moved` that an appointment
    was moved after it was booked, so that everything comes back until it begins.
    """

    id: UUID
    about: About
    person: str
    price: Cents
    state: str
    ended_by: str
    held_until: datetime | None
    cancel_until: date | None
    is_in_time: bool
    can_cancel: bool
    is_called_off: bool
    is_moved: bool
    cancelled: Cancelled | None

    @property
    def mark(self) -> str:
        """What its buyer was shown before confirming: amounts and where they go."""
        parts = self.cancelled.parts if self.cancelled else ()
        return "-".join([str(self.price), *(f"{part.number}.{part.cents}" for part in parts)])


def booked(order: Order, language: str = "") -> list[Booked]:
    """The bookings of an order in the order of its lines, in a language (the order's own); reads only."""
    by_line = {booking.order_line_id: booking for booking in of_lines(line.id for line in order.lines)}
    return [
        _shown(by_line[line.id], line.cents, language or order.language)
        for line in order.lines
        if line.id in by_line
    ]


def _shown(booking: Booking, price: Cents, language: str) -> Booked:
    offer, today = db.session.get_one(Offer, booking.offer_number), clock.today()
    in_time, moved = is_in_time(offer, today), is_centres_doing(booking, offer, "customer")
    can_cancel = booking.state == "confirmed" and (in_time or moved or is_late_allowed(offer))
    told = of_booking(booking) if booking.state == "cancelled" else None
    return Booked(
        id=booking.id,
        about=describe(offer, booking.reduction, language),
        person=f"{booking.first_name} {booking.last_name}".strip(),
        price=price,
        state=booking.state,
        ended_by=booking.ended_by,
        held_until=booking.held_until,
        cancel_until=offer.cancel_until,
        is_in_time=in_time,
        can_cancel=can_cancel,
        is_called_off=offer.cancelled_on is not None,
        is_moved=moved and offer.cancelled_on is None,
        cancelled=preview(booking, today) if can_cancel else told,
    )
