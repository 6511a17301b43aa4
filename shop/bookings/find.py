"""Finding bookings: by order line, by course."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import String, bindparam, cast, select

from shop.bookings.models import Booking
from shop.db import db

_OF_LINE = (
    select(Booking)
    .where(Booking.order_line_id == bindparam("line"))
    .execution_options(populate_existing=True)
)


def of_lines(line_ids: Iterable[UUID]) -> Sequence[Booking]:
    """The bookings of these order lines, held and ended ones included."""
    query = select(Booking).where(Booking.order_line_id.in_(list(line_ids)))
    return db.session.scalars(query.order_by(Booking.made_at, Booking.id)).all()


def of_line(line_id: UUID) -> Booking | None:
    """The booking of one order line, as it stands now."""
    return db.session.scalars(_OF_LINE, {"line": line_id}).one_or_none()


def of_offer(number: str, *states: str) -> Sequence[Booking]:
    """Who has booked exactly this offer: the confirmed, or those in the given states."""
    return _in_states(Booking.offer_number == number, states)


def in_course(number: str, *states: str) -> Sequence[Booking]:
    """Who has a seat in this course, by itself or in a package: the confirmed, or those in given states."""
    return _in_states(cast(Booking.places, String).contains(f'"{number}"', autoescape=True), states)


def _in_states(which: object, states: tuple[str, ...]) -> Sequence[Booking]:
    query = select(Booking).where(which, Booking.state.in_(states or ("confirmed",)))  # type: ignore[arg-type]
    return db.session.scalars(query.order_by(Booking.made_at, Booking.id)).all()
