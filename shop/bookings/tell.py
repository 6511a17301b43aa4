"""Queue the letters about a booking, in the transaction of what they announce (QUALITY I12)."""

import uuid
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shop.bookings.models import Booking
from shop.catalogue.models import Offer
from shop.core.goods import OrderedLine
from shop.db import db
from shop.outbox import queue


def booked(booking_id: UUID, line: OrderedLine) -> None:
    """To a participant who is not the buyer: your place is certain."""
    email = line.facts["email"]
    if email and email.casefold() != line.email.casefold():
        _put(booking_id, "booking_confirmed", email, line.language, line.reference, buyer=line.buyer)


def course_cancelled(booking: Booking, *, recipient: str, language: str, reference: str) -> None:
    """To a participant who is not the buyer: the course does not take place (DOMAIN R8)."""
    _put(booking.id, "course_cancelled", recipient, language, reference)


def moved(booking: Booking, language: str, before: Mapping[str, Any]) -> None:
    """To whoever has a place: the appointment has moved; `before` holds its old `sessions` and `place`."""
    offer = db.session.get_one(Offer, booking.offer_number)
    since = offer.moved_at.isoformat() if offer.moved_at else ""
    queue.put(
        uuid.uuid5(booking.id, f"mail:appointment_moved:{since}"),
        "appointment_moved",
        recipient=booking.email,
        facts={"booking": str(booking.id), "language": language, **before},
        reference=offer.number,
    )


def _put(booking_id: UUID, kind: str, recipient: str, language: str, reference: str, **facts: str) -> None:
    queue.put(
        uuid.uuid5(booking_id, f"mail:{kind}:{recipient}"),
        kind,
        recipient=recipient,
        facts={"booking": str(booking_id), "language": language, **facts},
        reference=reference,
    )
