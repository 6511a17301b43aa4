"""A small school to book at: courses with seats, people who order places, and what came of it."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from shop import clock
from shop.bookings import confirm, set_aside
from shop.bookings.models import Booking, Waiting
from shop.bookings.quote import quote
from shop.catalogue.models import Offer, Seats
from shop.core.goods import Gone, OrderedLine, Quote
from shop.db import db, transaction
from shop.orders.models import Order, OrderLine
from shop.outbox.models import Message

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
ALWAYS = date(2099, 12, 31)  # a deadline for tests that run by the real clock
REDUCED = {
    "key": "ermaessigt",
    "words": {"de": "Ermäßigt", "en": "Reduced"},
    "cents": 6000,
    "proof": {"de": "Ausweis am ersten Abend", "en": "Card on the first evening"},
}


def course(number: str = "K1", seats: int | None = 3, **facts: Any) -> None:
    """Offer a course of 80 €, Mondays from 11 January 2027, with so many seats."""
    offer = {
        "kind": "course",
        "category": "sprachen",
        "title": {"de": f"Italienisch {number}", "en": f"Italian {number}"},
        "summary": {"de": ""},
        "description": {"de": ""},
        "schedule": {"de": "montags, 18:30–20:00 Uhr"},
        "starts_on": date(2027, 1, 11),
        "sessions": [["2027-01-11T18:30", "2027-01-11T20:00"], ["2027-01-18T18:30", "2027-01-18T20:00"]],
        "place": "Haus am See, Raum 2",
        "price_cents": 8000,
        "reductions": [REDUCED],
        **facts,
    }
    with transaction() as session:
        session.add(Offer(number=number, **offer))
        session.flush()
        if offer["kind"] == "course":
            session.add(Seats(offer_number=number, capacity=seats, taken=0))


def package(number: str, *courses: str, **facts: Any) -> None:
    """Offer a package of courses."""
    course(number, kind="package", contains=list(courses), sessions=[], **facts)


def change(number: str = "K1", **facts: Any) -> None:
    """Staff change an offer."""
    with transaction() as session:
        offer = session.get_one(Offer, number)
        for name, value in facts.items():
            setattr(offer, name, value)


def room(number: str = "K1", capacity: int | None = 3) -> None:
    """Staff change how many people a course takes."""
    with transaction() as session:
        session.get_one(Seats, number).capacity = capacity


def facts(number: str = "K1", **more: Any) -> dict[str, Any]:
    """What a basket line for Erna's place holds."""
    return {
        "offer": number,
        "first_name": "Erna",
        "last_name": "Müller",
        "email": "erna@example.org",
        "reduction": "",
        "waiting": None,
        **more,
    }


def line(number: str = "K1", **more: Any) -> OrderedLine:
    """A frozen order line for one place, with an order around it; the buyer is Otto."""
    wanted, key = facts(number, **more), uuid.uuid4()
    with transaction() as session:
        order = Order(
            id=key,
            number=f"B{key.hex[:7]}",
            token_hash=key.hex,
            form_key=key,
            language="de",
            payment_method="stripe",
            total_cents=8000,
            due_cents=8000,
            currency="EUR",
            first_name="Otto",
            last_name="Weber",
            email="otto@example.org",
            street="Lindenweg 3",
            postcode="04109",
            city="Leipzig",
            terms="agb/de/1",
            withdrawal="widerruf/de/1",
            placed_at=clock.now(),
        )
        title = f"Italienisch {number}"
        row = OrderLine(
            id=uuid.uuid4(),
            position=1,
            kind="booking",
            title=title,
            quantity=1,
            unit_cents=8000,
            facts=wanted,
        )
        order.lines = [row]
        session.add(order)
        session.flush()
        made = OrderedLine(
            id=row.id,
            quantity=1,
            unit_cents=8000,
            currency="EUR",
            facts=wanted,
            buyer=order.buyer,
            email=order.email,
            language="de",
            reference=order.number,
        )
    return made


def hold(wanted: OrderedLine, minutes: float = 90) -> str:
    """Set a line's place aside; `held`, or `gone`."""
    try:
        with transaction():
            set_aside.set_aside(wanted, clock.of_database() + timedelta(minutes=minutes))
    except Gone:
        return "gone"
    return "held"


def pay(wanted: OrderedLine) -> str:
    """The line is paid; `confirmed`, or `gone`."""
    try:
        with transaction():
            confirm.fulfil(replace(wanted, till="till:stripe"))
    except Gone:
        return "gone"
    return "confirmed"


def let_go(wanted: OrderedLine) -> None:
    """The line's payment has failed."""
    with transaction():
        set_aside.let_go(wanted.id)


def booked(number: str = "K1") -> OrderedLine:
    """Somebody has a firm place."""
    wanted = line(number)
    assert hold(wanted) == "held"
    assert pay(wanted) == "confirmed"
    return wanted


def asked(number: str = "K1", **more: Any) -> Quote:
    """What the shop says about a place now."""
    db.session.rollback()
    return quote(facts(number, **more), "de")


def taken(number: str = "K1") -> int:
    """How many seats of a course are taken."""
    db.session.rollback()
    return db.session.get_one(Seats, number, populate_existing=True).taken


def booking(wanted: OrderedLine) -> Booking:
    """A line's booking as it stands."""
    db.session.rollback()
    return db.session.scalars(select(Booking).where(Booking.order_line_id == wanted.id)).one()


def states() -> list[str]:
    """Every booking's state, sorted."""
    db.session.rollback()
    return sorted(db.session.scalars(select(Booking.state)))


def person(waiting_id: UUID) -> Waiting:
    """Someone on the waiting list as they stand."""
    db.session.rollback()
    return db.session.get_one(Waiting, waiting_id, populate_existing=True)


def mails(kind: str) -> Sequence[Message]:
    """The mails of a kind that are queued."""
    db.session.rollback()
    return db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.queued_at)).all()


def assert_seats_add_up() -> None:
    """Each course's seats that are taken are those of its held and confirmed bookings."""
    db.session.rollback()
    firm = db.session.scalars(select(Booking).where(Booking.state.in_(("held", "confirmed")))).all()
    for row in db.session.scalars(select(Seats)):
        assert row.taken == sum(row.offer_number in each.places for each in firm), row.offer_number
