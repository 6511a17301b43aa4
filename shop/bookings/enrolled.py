"""What somebody is or was enrolled in, for their own pages (DOMAIN C7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from shop import clock
from shop.bookings.models import Booking, Enrolment
from shop.catalogue.models import Offer
from shop.db import db
from shop.documents.models import Certificate


@dataclass(frozen=True)
class MyCourse:
    """One course of a learner. `state`: open, completed, closed (access is over), ended (place given back).

    `certificate` is the number of one that can be downloaded, or empty.
    """

    number: str
    title: Mapping[str, str]
    schedule: Mapping[str, str]
    starts_on: date | None
    place: str
    has_dates: bool
    state: str
    access_until: date
    completed_on: date | None
    certificate: str


def courses_of(user_id: int) -> list[MyCourse]:
    """What somebody is or was enrolled in: what is going on first, then what is over.

    Appointments have a list of their own (`bookings.appointments`).
    """
    query = (
        select(Enrolment, Booking, Offer, Certificate.number.label("certificate"))
        .join(Booking, Booking.id == Enrolment.booking_id)
        .join(Offer, Offer.number == Booking.offer_number)
        .outerjoin(Certificate, Certificate.booking_id == Booking.id)
        .where(Enrolment.user_id == user_id, Offer.kind != "appointment")
        .order_by(Offer.starts_on, Booking.made_at)
    )
    rows = [
        _course(row.Enrolment, row.Booking, row.Offer, row.certificate or "")
        for row in db.session.execute(query)
    ]
    return sorted(rows, key=lambda each: ("open", "completed", "closed", "ended").index(each.state))


def booking_of(user_id: int, offer_number: str) -> UUID | None:
    """A person's own place in an offer, firm or held; None when there is none."""
    mine = Enrolment.user_id == user_id, Booking.offer_number == offer_number
    query = select(Booking.id).join(Enrolment, Enrolment.booking_id == Booking.id)
    return db.session.scalar(query.where(*mine, Booking.state.in_(("held", "confirmed"))).limit(1))


def _course(enrolment: Enrolment, booking: Booking, offer: Offer, certificate: str) -> MyCourse:
    return MyCourse(
        number=offer.number,
        title=offer.title,
        schedule=offer.schedule,
        starts_on=offer.starts_on,
        place=offer.place,
        has_dates=bool(offer.sessions or offer.starts_on or offer.contains),
        state=_state(enrolment, booking),
        access_until=enrolment.access_until,
        completed_on=enrolment.completed_on,
        certificate=certificate,
    )


def _state(enrolment: Enrolment, booking: Booking) -> str:
    if booking.state != "confirmed":
        return "ended"
    if enrolment.completed_on:
        return "completed"
    return "closed" if enrolment.access_until < clock.today() else "open"
