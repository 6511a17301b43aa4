"""Queue the letters about a booking, in the transaction of what they announce (QUALITY I12)."""

import uuid

from shop.bookings.models import Booking
from shop.core.goods import OrderedLine
from shop.outbox import queue


def booked(booking: Booking, line: OrderedLine) -> None:
    """To a participant who is not the buyer: your place is certain."""
    if booking.email and booking.email.casefold() != line.email.casefold():
        _put(booking, "booking_confirmed", booking.email, line.language, line.reference, buyer=line.buyer)


def course_cancelled(booking: Booking, *, recipient: str, language: str, reference: str) -> None:
    """To a participant who is not the buyer: the course does not take place (DOMAIN R8)."""
    _put(booking, "course_cancelled", recipient, language, reference)


def _put(booking: Booking, kind: str, recipient: str, language: str, reference: str, **facts: str) -> None:
    queue.put(
        uuid.uuid5(booking.id, f"mail:{kind}:{recipient}"),
        kind,
        recipient=recipient,
        facts={"booking": str(booking.id), "language": language, **facts},
        reference=reference,
    )
