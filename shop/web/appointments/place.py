"""Somebody's own place in an appointment: what it cost, its papers, what comes back on cancelling."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shop.bookings.models import Booking
from shop.db import db
from shop.documents import issue as documents
from shop.documents.models import Document
from shop.orders import papers, place
from shop.orders.booked import Booked, booked
from shop.orders.models import Order, OrderLine
from shop.web.frame.language import language


@dataclass(frozen=True)
class Paper:
    """A document of the order; `number` is part of its address."""

    title: str
    number: str


@dataclass(frozen=True)
class MyPlace:
    """A firm or held place; `token` opens the order's page, where the papers are."""

    booked: Booked
    order: Order
    token: str
    papers: Sequence[Paper]


def place_of(booking_id: UUID) -> MyPlace | None:
    """A place by its booking, which was found through its owner; None for one that no order pays for."""
    booking = db.session.get_one(Booking, booking_id)
    line = db.session.get(OrderLine, booking.order_line_id) if booking.order_line_id else None
    if line is None:
        return None
    order = db.session.get_one(Order, line.order_id)
    shown = next(each for each in booked(order, language()) if each.id == booking.id)
    return MyPlace(
        booked=shown,
        order=order,
        token=place.token(order),
        papers=[_paper(each) for each in documents.of_order(order.id)],
    )


def _paper(document: Document) -> Paper:
    return Paper(papers.title(document), document.number)
