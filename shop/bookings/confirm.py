"""Confirming: a paid line's place becomes firm (DOMAIN R2, R4)."""

from datetime import date
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select, update

from shop import clock
from shop.bookings import rules, seats, tell
from shop.bookings.find import Place, of_line
from shop.bookings.models import Booking
from shop.catalogue.models import Offer
from shop.core.goods import Gone, OrderedLine
from shop.db import db


class Kept(NamedTuple):
    """An offer that nobody changes while we look; the columns of the same names."""

    number: str
    kind: str
    contains: list[str]
    cancelled_on: date | None


_bookings = cast(Table, Booking.__table__)
_CONFIRM = (
    update(_bookings)
    .where(_bookings.c.order_line_id == bindparam("line"), _bookings.c.state == bindparam("before"))
    .values(state="confirmed", held_until=None, confirmed_at=bindparam("now"), ended_at=None)
    .returning(_bookings.c.id)
)
_offers = cast(Table, Offer.__table__)
_SHARED = (
    select(*(_offers.c[name] for name in Kept._fields))
    .where(_offers.c.number == bindparam("number"))
    .with_for_update(read=True)
)


def fulfil(line: OrderedLine) -> None:
    """Confirm the place of a paid line and tell its participant, in the settling transaction; a repeat is quiet.

    A place that is still held is confirmed, swept or not. One that has lapsed is taken anew while a
    seat is free, also before those who wait: this person has paid. Raises Gone, having changed
    nothing, when there is none, or the course does not take place any more.
    """
    # Shared with other buyers; whoever cancels the course waits for us, or we see that it is cancelled.
    offer = db.session.connection().execute(_SHARED, {"number": line.facts["offer"]}).one()
    if rules.is_cancelled(Kept(*offer)):
        if _of(line).state == "confirmed":
            return
        raise Gone
    if booking_id := _confirm(line, "held") or _confirm_lapsed(line):
        tell.booked(booking_id, line)


def _of(line: OrderedLine) -> Place:
    booking = of_line(line.id)
    if booking is None:
        raise LookupError(f"nothing was set aside for line {line.id}")
    return booking


def _confirm_lapsed(line: OrderedLine) -> UUID | None:
    """Take a lapsed place anew; None when it is confirmed already. Raises Gone."""
    booking = _of(line)
    if booking.state == "confirmed":
        return None
    if not seats.take(booking.places):
        raise Gone
    if _confirm(line, "lapsed"):
        return booking.id
    seats.give(booking.places)
    raise Gone


def _confirm(line: OrderedLine, before: str) -> UUID | None:
    """Confirm the line's place if it is in this state; its booking's id, or None."""
    asked = {"line": line.id, "before": before, "now": clock.now()}
    found: UUID | None = db.session.connection().scalar(_CONFIRM, asked)
    return found
