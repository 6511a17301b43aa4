"""Setting a place aside while its order is paid, and letting it go (DOMAIN R2, R9)."""

import uuid
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, update

from shop import clock
from shop.bookings import rules, seats
from shop.bookings.find import Place, of_line
from shop.bookings.models import Booking, Enrolment, Waiting
from shop.catalogue.models import Offer
from shop.core.goods import Gone, OrderedLine
from shop.db import changed, db

_BOOK = insert(cast(Table, Booking.__table__))
_ENROL = insert(cast(Table, Enrolment.__table__))


def set_aside(line: OrderedLine, until: datetime) -> None:
    """Hold the place that a frozen line orders until a moment, in the placing transaction.

    A place offered from the waiting list is taken over instead of a new one. For a line that has its
    place already the deadline moves; one that has lapsed is held anew. Raises Gone, having changed
    nothing, when the course is closed, no seat is free, or the free ones belong to those who wait.
    """
    if line.quantity != 1:
        raise ValueError("one line is one person's place")
    db.session.flush()  # the order line stands before its booking points at it
    offer = db.session.get(Offer, line.facts["offer"])
    if offer is None or rules.closed(offer):
        raise Gone
    kept = of_line(line.id)
    if kept is not None:
        _hold_again(kept, until)
    else:
        booking_id = _adopt(line, until) or _book(line, rules.places_of(offer), until)
        if user_id := line.facts.get("user"):  # an appointment is on its owner's own pages from now on
            day = offer.starts_on or clock.today()
            enrolled = {"booking_id": booking_id, "user_id": user_id, "access_until": day}
            db.session.connection().execute(_ENROL, enrolled)


def let_go(line_id: UUID) -> None:
    """Give back what was set aside for a line whose payment failed, ran out or is overdue.

    Runs in the caller's transaction. Only a held place goes back, and only once; a repeat is quiet.
    """
    end_held(Booking.order_line_id == line_id)


def end_held(which: object) -> bool:
    """Let the one held booking that a condition names lapse and give its seats back; whether it did."""
    places = db.session.scalar(
        update(Booking)
        .where(which, Booking.state == "held")  # type: ignore[arg-type]
        .values(state="lapsed", held_until=None, ended_at=clock.now())
        .returning(Booking.places)
        .execution_options(synchronize_session="fetch")
    )
    if places is None:
        return False
    seats.give(places)
    return True


def _take(places: list[str]) -> None:
    """Take a free seat in each course. Raises Gone.

    Who waits is asked after taking: from then on nobody else can free or take these seats.
    """
    if not seats.take(places):
        raise Gone
    if rules.is_awaited(places, taken=places):
        seats.give(places)
        raise Gone


def _hold_again(kept: Place, until: datetime) -> None:
    if kept.state == "lapsed":
        _take(kept.places)
    before = kept.state if kept.state in ("held", "lapsed") else "held"
    moved = changed(
        db.session.execute(
            update(Booking)
            .where(Booking.id == kept.id, Booking.state == before)
            .values(state="held", held_until=until, ended_at=None)
        )
    )
    if not moved:
        if before == "lapsed":
            seats.give(kept.places)
        raise Gone


def _book(line: OrderedLine, places: list[str], until: datetime) -> UUID:
    """Take a place for a line; its booking. Raises Gone."""
    _take(places)
    booking = _booking(line, places, until)
    db.session.connection().execute(_BOOK, booking)
    return cast(UUID, booking["id"])


def _adopt(line: OrderedLine, until: datetime) -> UUID | None:
    """Take over the place that is kept for someone on the waiting list; None when it is not any more."""
    waiting = line.facts["waiting"]
    if not waiting:
        return None
    booking_id = db.session.scalar(
        update(Waiting)
        .where(
            Waiting.id == UUID(waiting),
            Waiting.offer_number == line.facts["offer"],
            Waiting.state == "offered",
            Waiting.offered_until > clock.of_database(),
        )
        .values(state="taken", offered_until=None)
        .returning(Waiting.booking_id)
        .execution_options(synchronize_session="fetch")
    )
    if booking_id is None:
        return None
    adopted = changed(
        db.session.execute(
            update(Booking)
            .where(Booking.id == booking_id, Booking.state == "held", Booking.order_line_id.is_(None))
            .values(order_line_id=line.id, held_until=until, **_person(line))
        )
    )
    if not adopted:
        raise LookupError(f"the place offered to {waiting} is not held")
    return booking_id


def _booking(line: OrderedLine, places: list[str], until: datetime) -> dict[str, Any]:
    return {
        "id": uuid.uuid5(line.id, "booking"),
        "order_line_id": line.id,
        "offer_number": line.facts["offer"],
        "places": places,
        "state": "held",
        "held_until": until,
        "made_at": clock.now(),
        **_person(line),
    }


def _person(line: OrderedLine) -> dict[str, str]:
    names = ("first_name", "last_name", "email", "reduction")
    return {name: line.facts[name] for name in names}
