"""Completing a course: staff say who did, and each gets a certificate (DOMAIN C7)."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from shop import clock
from shop.bookings.about import courses_of
from shop.bookings.enrol import has_begun
from shop.bookings.models import Booking, Enrolment
from shop.catalogue.models import Offer
from shop.centre.facts import centre
from shop.core.words import said
from shop.db import changed, db
from shop.documents import certificates
from shop.documents.models import Certificate
from shop.failpoints import reach
from shop.orders.invoice import period
from shop.outbox import queue
from shop.people.models import User
from shop.vouchers.letter import letterhead

LESSON = timedelta(minutes=45)


class NotCompletable(ValueError):
    """Nobody can complete this; the words say why, for staff."""


def complete(
    offer_number: str, usernames: Sequence[str] = (), *, completed_on: date | None = None
) -> list[Certificate]:
    """Say who has completed a course, and issue their certificates, in the caller's transaction.

    Everybody with an account and a firm place, or those named; on a local day, today by default.
    Who has completed it before is passed over, so a repeat is quiet. Raises NotCompletable.
    """
    offer = db.session.get(Offer, offer_number)
    if offer is None or offer.kind not in ("course", "package"):
        raise NotCompletable(f"there is no course {offer_number}")
    if offer.starts_on and not has_begun(offer):
        raise NotCompletable(f"{offer_number} has not begun")
    day = completed_on or clock.today()
    if day > clock.today():
        raise NotCompletable("nobody completes a course in the future")
    people = _people(offer_number, usernames)
    return [_certify(booking, user, offer, day) for booking, user in people if _mark(booking, day)]


def _people(offer_number: str, usernames: Sequence[str]) -> list[tuple[Booking, User]]:
    query = (
        select(Booking, User)
        .join(Enrolment, Enrolment.booking_id == Booking.id)
        .join(User, User.id == Enrolment.user_id)
        .where(Booking.offer_number == offer_number, Booking.state == "confirmed")
        .order_by(Booking.id)
    )
    wanted = {name.strip().lower() for name in usernames}
    if wanted:
        query = query.where(func.lower(User.username).in_(wanted))
    found = [(booking, user) for booking, user in db.session.execute(query.with_for_update(of=Booking))]
    if missing := wanted - {(user.username or "").lower() for _booking, user in found}:
        raise NotCompletable(f"not in {offer_number}: {', '.join(sorted(missing))}")
    return found


def _mark(booking: Booking, day: date) -> bool:
    """Write down that a place is completed; False when it was before."""
    done = db.session.execute(
        update(Enrolment)
        .where(Enrolment.booking_id == booking.id, Enrolment.completed_on.is_(None))
        .values(completed_on=day)
        .execution_options(synchronize_session="fetch")
    )
    reach("certify.marked")
    return bool(changed(done))


def _certify(booking: Booking, user: User, offer: Offer, day: date) -> Certificate:
    made = certificates.issue(booking.id, _facts(booking, user, offer, day), clock.now())
    reach("certify.issued")
    queue.put(
        uuid.uuid5(booking.id, "mail:certificate_ready"),
        "certificate_ready",
        recipient=user.email,
        facts={"booking": str(booking.id), "language": user.language},
        reference=made.number,
    )
    return made


def _facts(booking: Booking, user: User, offer: Offer, day: date) -> dict[str, Any]:
    """What the paper says, as it is today; it reads the same in ten years."""
    courses = courses_of(offer)
    first, last = period(offer)
    language = user.language
    return {
        "seller": asdict(letterhead()),
        "language": language,
        "person": f"{booking.first_name} {booking.last_name}".strip(),
        "title": said(offer.title, language),
        "offer": offer.number,
        "courses": [said(each.title, language) for each in courses] if offer.kind == "package" else [],
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
        "lessons": sum((_length(each) for each in courses), timedelta()) // LESSON,
        "lecturer": offer.lecturer,
        "completed_on": day.isoformat(),
        "city": centre().city,
    }


def _length(offer: Offer) -> timedelta:
    """How long all meetings of a course are together."""
    spans = (datetime.fromisoformat(end) - datetime.fromisoformat(start) for start, end in offer.sessions)
    return sum(spans, timedelta())
