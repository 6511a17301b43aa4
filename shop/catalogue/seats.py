"""How many places are free, as one expression for lists and for single pages."""

from sqlalchemy import ColumnElement, String, case, cast, func, literal, null, select
from sqlalchemy.orm import aliased

from shop.catalogue.models import Offer, Seats
from shop.db import db

_inner, _inner_seats = aliased(Offer), aliased(Seats)

# A package has as many places as the fullest of its courses; one that cannot be had has none.
_in_package = (
    select(
        func.min(
            case(
                (_inner.cancelled_on.is_not(None) | _inner_seats.offer_number.is_(None), 0),
                else_=_inner_seats.capacity - _inner_seats.taken,
            )
        )
    )
    .select_from(_inner)
    .outerjoin(_inner_seats, _inner_seats.offer_number == _inner.number)
    .where(cast(Offer.contains, String).like(literal('%"') + _inner.number + '"%'))
    .correlate(Offer)
    .scalar_subquery()
)

# Free places of an offer, for a statement that joins `seats` from outside: None is without limit.
# A course without a row there can take nobody, just as booking it would find.
FREE: ColumnElement[int | None] = case(
    (Offer.kind == "voucher", null()),
    (Offer.kind == "package", _in_package),
    (Seats.offer_number.is_(None), 0),
    else_=Seats.capacity - Seats.taken,
).label("free")


def free(number: str) -> int | None:
    """How many places an offer has left right now; None is without limit. An unknown offer has none."""
    row = db.session.execute(
        select(FREE).select_from(Offer).outerjoin(Seats).where(Offer.number == number)
    ).one_or_none()
    return row[0] if row else 0
