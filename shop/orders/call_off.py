"""Calling a course off: every booking is cancelled by itself, so that a run can be resumed (DOMAIN R8)."""

import logging
import uuid
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from shop import clock
from shop.bookings import find, waiting
from shop.bookings.models import Booking, Waiting
from shop.cases.open import open_case
from shop.catalogue.models import Offer
from shop.catalogue.packages import packages_with
from shop.core.money import Cents
from shop.db import db, transaction
from shop.failpoints import reach
from shop.logs import masked, one_line
from shop.orders.cancel import cancel_booking
from shop.orders.enrol.call_off import end_place, enrolled, holders, tell_holder
from shop.orders.models import OrderLine
from shop.outbox import queue

log = logging.getLogger(__name__)


class NoSuchCourse(LookupError):
    """There is no course or package with this number."""


@dataclass(frozen=True)
class Prospect:
    """What calling a course off would do: bookings to cancel and their price, people who wait, packages.

    `by_voucher` are places that course vouchers have paid: their codes work again.
    """

    title: dict[str, str]
    bookings: int
    cents: Cents
    waiting: int
    packages: tuple[str, ...]
    by_voucher: int = 0


@dataclass(frozen=True)
class CalledOff:
    """What a run has done: bookings cancelled and what went back in cents, and what it could not do."""

    cancelled: int
    back: Cents
    failed: int
    waiting: int
    packages: tuple[str, ...]


def prospect(number: str) -> Prospect:
    """What calling this course off would do; reads only. Raises NoSuchCourse."""
    offer = _offer(number)
    firm = Booking.offer_number == number, Booking.state == "confirmed"
    query = select(func.count(), func.coalesce(func.sum(OrderLine.unit_cents), 0))
    row = db.session.execute(query.join(Booking, Booking.order_line_id == OrderLine.id).where(*firm)).one()
    in_line = select(func.count()).where(_in_line(number))
    packages = tuple(package.number for package in packages_with(number))
    return Prospect(
        offer.title, row[0], int(row[1]), db.session.scalar(in_line) or 0, packages, len(enrolled(number))
    )


def call_off(number: str) -> CalledOff:
    """Mark a course as cancelled by the centre, then cancel booking by booking, give back and tell everyone.

    Each step is a transaction of its own: a run that died is finished by the next, and one more
    run finds nothing to do. Raises NoSuchCourse.
    """
    _offer(number)
    _mark(number)
    reach("cancel.course_marked")
    cancelled = back = failed = 0
    for booking_id in _firm(number):
        cents = _cancel(booking_id)
        if cents is None:
            failed += 1
        else:
            cancelled, back = cancelled + 1, back + cents
        reach("cancel.one_done")
    for booking_id in enrolled(number):
        with transaction():
            cancelled += end_place(booking_id)
        reach("call_off.one_done")
    for organisation_id in holders(number):
        with transaction():
            tell_holder(organisation_id, number)
    waited = _empty_the_line(number)
    return CalledOff(cancelled, back, failed, waited, _tell_of_packages(number))


def _offer(number: str) -> Offer:
    offer = db.session.get(Offer, number)
    if offer is None or offer.kind == "voucher":
        raise NoSuchCourse(number)
    return offer


def _mark(number: str) -> None:
    """From here on nobody can book; whoever is settling right now is finished first."""
    with transaction() as session:
        unmarked = update(Offer).where(Offer.number == number, Offer.cancelled_on.is_(None))
        session.execute(unmarked.values(cancelled_on=clock.today()))


def _firm(number: str) -> list[UUID]:
    """The bookings to cancel, those of one order together: their buyer gets one letter."""
    query = select(Booking.id).join(OrderLine, OrderLine.id == Booking.order_line_id)
    query = query.where(Booking.offer_number == number, Booking.state == "confirmed")
    return list(db.session.scalars(query.order_by(OrderLine.order_id, OrderLine.position)))


def _cancel(booking_id: UUID) -> Cents | None:
    """Cancel one booking; one that cannot be must not keep the others, and becomes a case."""
    try:
        with transaction():
            back = cancel_booking(booking_id, by="centre").back
            reach("cancel.before_commit")
    except (OperationalError, InterfaceError):
        raise  # the database, not the booking: run again
    except Exception as error:
        log.exception("booking %s cannot be cancelled", booking_id)
        what = one_line(masked(f"{type(error).__name__}: {error}"))[:500]
        with transaction():
            open_case("booking not cancelled", str(booking_id), {"error": what})
        return None
    return back


def _in_line(number: str) -> ColumnElement[bool]:
    return (Waiting.offer_number == number) & Waiting.state.in_(("waiting", "offered"))


def _empty_the_line(number: str) -> int:
    """Tell everyone who waits that there is nothing to wait for any more."""
    people = list(db.session.scalars(select(Waiting.id).where(_in_line(number)).order_by(Waiting.joined_at)))
    done = 0
    for person_id in people:
        with transaction():
            if not waiting.leave(person_id):
                continue
            person = db.session.get_one(Waiting, person_id, populate_existing=True)
            queue.put(
                uuid.uuid5(person.id, f"mail:waiting_ended:{person.joined_at.isoformat()}"),
                "waiting_ended",
                recipient=person.email,
                facts={"waiting": str(person.id)},
                reference=number,
            )
        done += 1
    return done


def _tell_of_packages(number: str) -> tuple[str, ...]:
    """Packages that hold the course: what their participants get is for staff to decide."""
    found = sorted({booking.offer_number for booking in find.in_course(number)} - {number})
    packages = sorted({*found, *(package.number for package in packages_with(number))})
    with transaction():
        for package in packages:
            booked = [booking for booking in find.of_offer(package) if number in booking.places]
            facts = {"course": number, "package": package, "bookings": len(booked)}
            open_case("package lost a course", f"{package} {number}", facts)
    return tuple(packages)
