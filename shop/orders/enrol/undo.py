"""Taking a place back: by the link in its owner's letter, or by the organisation (DOMAIN C5, C6)."""

import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from shop import clock
from shop.bookings.end import end
from shop.bookings.enrol import has_begun
from shop.bookings.models import Booking, Enrolment
from shop.catalogue.models import Offer
from shop.core import codes
from shop.course_vouchers.find import code_key
from shop.course_vouchers.models import CourseVoucher
from shop.course_vouchers.redeem import reopen
from shop.db import db, transaction
from shop.failpoints import reach
from shop.outbox import queue
from shop.people.models import Organisation, User

UNDO_FOR = timedelta(days=14)
PATH = "/voucher-einloesen/zuruecknehmen/"
"""Where the link in the letter leads: `<BASE_URL>/voucher-einloesen/zuruecknehmen/<token>`."""


class NoSuchLink(LookupError):
    """A link that opens nothing."""


class TooLate(Enum):
    """Why a place cannot be taken back any more, in order of precedence."""

    ENDED = "ended before"
    COMPLETED = "completed"
    BEGUN = "begun"
    OVER = "fourteen days are over"


class Refused(Exception):
    """A place that stays; `reason` says why."""

    def __init__(self, reason: TooLate) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Undoable:
    """What a link is about: the place, and why it cannot be undone any more (None when it can).

    `organisation` is empty once the place is gone.
    """

    booking: Booking
    offer: Offer
    organisation: str
    redeemed_at: datetime
    refusal: TooLate | None


def undo_token(booking_id: UUID) -> str:
    """The capability that undoes one redemption; derived, so the database need not keep it (QUALITY A2)."""
    return f"{booking_id.hex}.{codes.capability(code_key(), f'undo:{booking_id}')}"


def undo_link(booking_id: UUID) -> str:
    """The absolute address in the letter."""
    return f"{current_app.config['BASE_URL']}{PATH}{undo_token(booking_id)}"


def about(token: str) -> Undoable:
    """What a link is about, for the page that asks once more; reads only. Raises NoSuchLink."""
    booking = db.session.get_one(Booking, _opened(token), populate_existing=True)
    voucher = _voucher(booking.id)
    organisation = db.session.get(Organisation, voucher.organisation_id) if voucher else None
    return Undoable(
        booking,
        db.session.get_one(Offer, booking.offer_number),
        organisation.name if organisation else "",
        booking.confirmed_at or booking.made_at,
        refusal(booking, voucher),
    )


def undo(token: str) -> Undoable:
    """Give a place back: the seat is free, and the organisation has an open code again, a new one.

    Opens its own transaction. Only before the course has begun, within fourteen days. A repeat is
    quiet. Raises NoSuchLink, Refused.
    """
    with transaction():
        booking = db.session.get_one(Booking, _opened(token), populate_existing=True)
        if booking.state != "cancelled":
            voucher = _voucher(booking.id)
            if reason := refusal(booking, voucher):
                raise Refused(reason)
            assert voucher is not None
            take_back(voucher, "undone", voucher.user_id, by_whom="customer")
            reach("undo.before_commit")
    return about(token)


def refusal(booking: Booking, voucher: CourseVoucher | None) -> TooLate | None:
    """Why a redemption cannot be undone by its owner, or None. The first match wins."""
    if reason := stays(booking):
        return reason
    if voucher is None or voucher.redeemed_at is None:
        return TooLate.ENDED
    return TooLate.OVER if clock.now() > voucher.redeemed_at + UNDO_FOR else None


def stays(booking: Booking) -> TooLate | None:
    """Why nobody can take a place back, owner or organisation, or None."""
    if booking.state != "confirmed":
        return TooLate.ENDED
    enrolment = db.session.get(Enrolment, booking.id)
    if enrolment is not None and enrolment.completed_on:
        return TooLate.COMPLETED
    return TooLate.BEGUN if has_begun(db.session.get_one(Offer, booking.offer_number)) else None


def take_back(voucher: CourseVoucher, what: str, by: int | None, *, by_whom: str) -> None:
    """End a redeemed code's booking, open the code again under a new one, and tell the learner.

    Runs in the caller's transaction. Booking and seat first, then the code, as everywhere. Raises
    Refused when somebody was faster.
    """
    booking_id, user_id = voucher.booking_id, voucher.user_id
    assert booking_id is not None
    assert user_id is not None
    if not end(booking_id, by_whom):
        raise Refused(TooLate.ENDED)
    reach("undo.ended")
    if not reopen(voucher, what, by):
        raise Refused(TooLate.ENDED)
    tell_ended(voucher.number, booking_id, user_id, what)


def tell_ended(number: str, booking_id: UUID, user_id: int, why: str) -> None:
    """Queue the letter to the learner: this place is gone, and why (`undone`, `revoked`, `extended`)."""
    user = db.session.get_one(User, user_id)
    queue.put(
        uuid.uuid5(booking_id, "mail:enrolment_ended"),
        "enrolment_ended",
        recipient=user.email,
        facts={"booking": str(booking_id), "language": user.language, "why": why},
        reference=number,
    )


def _opened(token: str) -> UUID:
    """The booking that a link opens. Raises NoSuchLink."""
    head = token.partition(".")[0]
    try:
        booking_id = UUID(hex=head)
    except ValueError:
        raise NoSuchLink from None
    if not hmac.compare_digest(undo_token(booking_id).encode(), token.encode()):
        raise NoSuchLink
    return booking_id


def _voucher(booking_id: UUID) -> CourseVoucher | None:
    query = select(CourseVoucher).where(CourseVoucher.booking_id == booking_id)
    return db.session.scalar(query.execution_options(populate_existing=True))
