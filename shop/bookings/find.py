"""Finding bookings: by order line, by course."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import String, bindparam, cast, select

from shop.bookings.models import Booking
from shop.db import db

_b = Booking.__table__.c
_OF_LINE = select(_b.id, _b.state, _b.places).where(_b.order_line_id == bindparam("line")).with_for_update()


class Place(NamedTuple):
    """A booking as its order line finds it now; the columns of the same names."""

    id: UUID
    state: str
    places: list[str]


def of_lines(line_ids: Iterable[UUID]) -> Sequence[Booking]:
    """The bookings of these order lines, held and ended ones included."""
    query = select(Booking).where(Booking.order_line_id.in_(list(line_ids)))
    return db.session.scalars(query.order_by(Booking.made_at, Booking.id)).all()


def of_line(line_id: UUID) -> Place | None:
    """The booking of one order line as it stands now, locked in the caller's transaction.

    Everybody locks a booking before its seats, so that two never wait for each other.
    """
    row = db.session.connection().execute(_OF_LINE, {"line": line_id}).one_or_none()
    return Place(*row) if row else None


def of_offer(number: str, *states: str) -> Sequence[Booking]:
    """Who has booked exactly this offer: the confirmed, or those in the given states."""
    return _in_states(Booking.offer_number == number, states)


def in_course(number: str, *states: str) -> Sequence[Booking]:
    """Who has a seat in this course, by itself or in a package: the confirmed, or those in given states."""
    return _in_states(cast(Booking.places, String).contains(f'"{number}"', autoescape=True), states)


def _in_states(which: object, states: tuple[str, ...]) -> Sequence[Booking]:
    query = select(Booking).where(which, Booking.state.in_(states or ("confirmed",)))  # type: ignore[arg-type]
    return db.session.scalars(query.order_by(Booking.made_at, Booking.id)).all()
