"""What can be booked right now: the courses an offer takes places in, and why it may be closed (DOMAIN R1)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol, cast

from sqlalchemy import Table, select

from shop import clock
from shop.bookings import seats
from shop.bookings.models import Waiting
from shop.catalogue.models import Offer
from shop.catalogue.standing import begins, is_late
from shop.core.money import Cents
from shop.db import db


class Composed(Protocol):
    """What an offer consists of, and whether it is called off; its columns of the same names."""

    @property
    def number(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def contains(self) -> Sequence[str]: ...
    @property
    def cancelled_on(self) -> date | None: ...


_o, _w = cast(Table, Offer.__table__).c, cast(Table, Waiting.__table__).c
_IN_LINE = select(_o.number).where(
    _o.number.in_(select(_w.offer_number).where(_w.state == "waiting").distinct()),
    _o.number.in_(seats.NUMBERS) | (_o.kind == "package"),
)
_LOOK = select(seats.FREE.scalar_subquery(), _IN_LINE.exists())


def places_of(offer: Composed) -> list[str]:
    """The numbers of the courses in which a booking of this offer takes a seat, in their order."""
    return sorted(set(offer.contains)) if offer.kind == "package" else [offer.number]


def closes_at(offer: Offer) -> datetime | None:
    """The moment from which nobody can register any more; None is never (see `catalogue.standing`)."""
    if offer.register_until:
        return datetime.combine(offer.register_until + timedelta(days=1), time(0), clock.zone())
    start = begins(offer)
    return start.replace(tzinfo=clock.zone()) if start else None


def closed(offer: Offer) -> str:
    """Why nobody can book this offer, seats aside: `gone`, `cancelled`, `late`, or empty when one can."""
    has_price = offer.price_cents is not None or offer.kind == "appointment"  # the matrix names those
    if not offer.published or offer.kind == "voucher" or not has_price:
        return "gone"
    if is_cancelled(offer):
        return "cancelled"
    return "late" if is_late(offer, clock.local(clock.now())) else ""


def is_cancelled(offer: Composed) -> bool:
    """Whether a course does not take place, or one of a package's courses."""
    if offer.cancelled_on or offer.kind != "package":
        return offer.cancelled_on is not None
    inside = select(Offer.number).where(Offer.number.in_(places_of(offer)), Offer.cancelled_on.is_not(None))
    return db.session.scalar(inside.limit(1)) is not None


def is_full(places: Iterable[str]) -> bool:
    """Whether someone who comes by finds no seat: none is free, or it belongs to those who wait."""
    wanted = set(places)
    free, somebody_waits = db.session.connection().execute(_LOOK, {"numbers": wanted}).one()
    return free < len(wanted) or (somebody_waits and is_awaited(wanted))


def is_awaited(places: Iterable[str], taken: Iterable[str] = ()) -> bool:
    """Whether people wait who could take a free seat in one of these courses right now (DOMAIN R9).

    `taken` are seats that the asker has just taken and would give back. Those who wait for a package
    are served when all its courses have a seat, and until then keep nobody out of a single course.
    """
    wanted, mine = set(places), set(taken)
    for number in db.session.connection().scalars(_IN_LINE, {"numbers": wanted}).all():
        offer = db.session.get_one(Offer, number)
        others = set(places_of(offer))
        if others & wanted and not closed(offer) and seats.are_free(others - mine):
            return True
    return False


def price(offer: Offer, reduction: str) -> Cents | None:
    """What one place costs in cents with a reduction's key, or without (""); None for an unknown key."""
    if not reduction:
        return int(offer.price_cents or 0)
    found = reduction_of(offer, reduction)
    return int(found["cents"]) if found else None


def reduction_of(offer: Offer, key: str) -> dict[str, Any] | None:
    """The reduction with this key: `{"key", "words", "cents", "proof"}`."""
    return next((each for each in offer.reductions if each["key"] == key), None)
