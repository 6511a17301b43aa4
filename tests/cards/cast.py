"""People with value cards, the appointments that they book, and what happens to both."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from shop import clock
from shop.bookings.models import Booking
from shop.cards import find
from shop.cards.models import Card, CardType, Lot, Movement
from shop.cards.open import open_card
from shop.catalogue.models import (
    Contract,
    ContractKind,
    Offer,
    PersonClasses,
    PriceClass,
    PriceRow,
    Seats,
)
from shop.core.money import Cents, euros
from shop.core.tiers import tier_of
from shop.db import db, transaction
from shop.orders import basket
from shop.orders.cancel import cancel_booking
from shop.orders.card.appointment import book
from shop.orders.card.look import look
from shop.orders.models import Order
from shop.orders.settle import act_on
from shop.payments import inbox
from shop.payments.bank import arrived
from shop.payments.models import Payment
from shop.people.models import User
from tests.organisations.cast import learner
from tests.shopfloor import pay, press

SEED_TIERS = "100|200:190|300:275"
HERE = ["address:192.0.2.1"]
CLASSES = {
    "user": ("erwachsen", "jugendlich"),
    "appointment": ("gruppe", "einzel"),
    "resource": ("haus", "eigen"),
    "member": ("gast", "mitglied"),
}


def card_type(key: str = "wert", **facts: object) -> CardType:
    """The value card of the small shop: 100, 200 for 190, 300 for 275; no limits."""
    made = CardType(
        key=key,
        **{
            "title": {"de": "Wertkarte"},
            "tiers": SEED_TIERS,
            "classes": ["gruppe", "einzel", "kurs"],
            "notice": {"de": "Keine Auszahlung."},
            **facts,
        },
    )
    with transaction() as session:
        session.add(made)
    return made


def prices(cents: Cents = 2500) -> None:
    """Every class of the four dimensions, and one price for all of them."""
    with transaction() as session:
        for dimension, keys in CLASSES.items():
            for position, key in enumerate(keys):
                session.add(
                    PriceClass(
                        dimension=dimension,
                        key=key,
                        title={"de": key.title()},
                        position=position,
                        is_default=position == 0,
                    )
                )
        session.flush()
    row(cents)


def row(cents: Cents, requires: str | None = None, **ticked: Sequence[str]) -> None:
    """A price for the ticked classes, all of a dimension where nothing is said."""
    names = {"user": "users", "appointment": "appointments", "resource": "resources", "member": "members"}
    with transaction() as session:
        if requires and session.get(ContractKind, requires) is None:
            session.add(ContractKind(key=requires, title={"de": requires.title()}))
            session.flush()
        lists = {names[each]: list(ticked.get(each, keys)) for each, keys in CLASSES.items()}
        session.add(PriceRow(id=uuid.uuid4(), cents=cents, requires=requires, made_at=clock.now(), **lists))


def contract(user: User, kind: str, first: date | None = None, last: date | None = None) -> None:
    """Somebody holds a base card or contract, from today or a day on."""
    with transaction() as session:
        session.add(
            Contract(
                id=uuid.uuid4(),
                user_id=user.id,
                kind=kind,
                valid_from=first or clock.today(),
                valid_until=last,
                made_at=clock.now(),
            )
        )


def classes(user: User, user_class: str = "", member_class: str = "") -> None:
    """Which classes somebody has."""
    with transaction() as session:
        session.merge(PersonClasses(user_id=user.id, user_class=user_class, member_class=member_class))


def appointment(
    number: str = "T1",
    *,
    days: int = 7,
    class_key: str = "gruppe",
    resource_key: str = "haus",
    seats: int | None = 8,
    hour: int = 18,
    **facts: object,
) -> Offer:
    """An appointment in a week, or so many days; it can be cancelled until the day before."""
    day = clock.today() + timedelta(days=days)
    offer = Offer(
        number=number,
        kind="appointment",
        category="termine",
        title={"de": f"Töpfern {number}"},
        summary={"de": ""},
        description={"de": ""},
        schedule={},
        starts_on=day,
        price_cents=None,
        published=True,
        sessions=[[f"{day.isoformat()}T{hour:02}:00", f"{day.isoformat()}T{hour + 1:02}:00"]],
        class_key=class_key,
        resource_key=resource_key,
        **{"cancel_until": day - timedelta(days=1), **facts},
    )
    with transaction() as session:
        session.add(offer)
        session.flush()
        session.add(Seats(offer_number=number, capacity=seats, taken=0))
    return offer


def holder(username: str = "erna", type_key: str = "wert") -> tuple[User, Card]:
    """Somebody with an account and an empty card."""
    user = learner(username, username.title())
    with transaction():
        card = open_card(user.id, type_key)
    return user, card


def ordered_top_up(
    card: Card, value: Cents = 10000, method: str = "stripe", **facts: object
) -> tuple[Order, Payment]:
    """A top-up is ordered and not yet paid."""
    visitor = f"visitor of {card.number}"
    kind = db.session.get_one(CardType, card.type_key)
    assert tier_of(kind.tiers, value)
    with transaction():
        basket.add(visitor, "card", {"card": card.number, "value": value, **facts})
    order, payment = press(method, visitor)
    assert payment is not None
    return order, payment


def topped_up(card: Card, value: Cents = 10000) -> Order:
    """A top-up is ordered and paid."""
    order, payment = ordered_top_up(card, value)
    assert pay(payment)
    return order


def paid_by_transfer(order: Order, cents: Cents | None = None, till: str = "bank") -> None:
    """A transfer, or cash at the counter, for an order."""
    notice = arrived(order.number, order.due_cents if cents is None else cents, clock.today(), till=till)
    with transaction():
        inbox.keep(*notice)
    act_on(notice.event_id)


def booked(
    user: User, number: str = "T1", *, card: Card | None = None, form_key: UUID | None = None
) -> Order:
    """Somebody books an appointment with their card, as the page offers it."""
    with transaction():
        offer = db.session.get_one(Offer, number)
        stands = look(user, offer)
        first = stands.chosen()
        chosen = card.number if card else (first.number if first else "")
        return book(
            user, number, card=chosen, form_key=form_key or uuid.uuid4(), seen=stands.seen, language="de"
        )


def cancel(number: str = "T1", by: str = "customer", amount: Cents | None = None) -> None:
    """The one firm booking of an appointment or a course is cancelled."""
    with transaction():
        booking = select(Booking.id).where(Booking.offer_number == number, Booking.state == "confirmed")
        cancel_booking(db.session.scalars(booking).one(), by=by, amount=amount)


def bookable(card: Card) -> Cents:
    """What can be booked with a card now."""
    db.session.rollback()
    return find.bookable(db.session.get_one(Card, card.number))


def balance(card: Card) -> Cents:
    """The last balance on a card's statement."""
    lines = statement(card)
    return lines[-1].balance if lines else 0


def statement(card: Card) -> list[Movement]:
    """Every line of a card's statement, oldest first."""
    db.session.rollback()
    query = select(Movement).where(Movement.number == card.number).order_by(Movement.position)
    return list(db.session.scalars(query))


def lots(card: Card) -> list[Lot]:
    """Every lot of a card, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Lot).where(Lot.number == card.number).order_by(Lot.since, Lot.id)))


def cents(text: str) -> Cents:
    """`12,50` as cents, `-12,50` too."""
    return -euros(text[1:]) if text.startswith("-") else euros(text)
