"""An appointment is booked in one step with a value card, or for nothing (DOMAIN W3, W10)."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from shop import clock
from shop.bookings import quote as bookings
from shop.bookings.about import called
from shop.bookings.enrolled import booking_of
from shop.cards import find as cards
from shop.cards.models import Card, CardType
from shop.catalogue.models import Offer
from shop.catalogue.prices import price_of
from shop.core.money import Cents
from shop.core.tenders import Tender
from shop.db import db
from shop.failpoints import reach
from shop.orders import basket, place
from shop.orders.basket import BasketEntry
from shop.orders.models import Order
from shop.orders.place import Buyer
from shop.orders.redemption.plan import Plan
from shop.orders.ways_back import is_in_time
from shop.people.models import User

_APPOINTMENTS = uuid.UUID("3f0b9d3e-6d55-5e53-9a0f-7465726d696e")


class Refused(Exception):
    """An appointment that cannot be booked like this; `reason` as in `Look.problem`, or changed, moved, too little."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class CardOffer:
    """A card of this person's that may pay: what can be booked with it, what is missing and what stays, in cents."""

    number: str
    type_key: str
    title: Mapping[str, str]
    notice: Mapping[str, str]
    bookable: Cents
    missing: Cents
    stays: Cents
    expiry: tuple[date, Cents] | None


@dataclass(frozen=True)
class Look:
    """How an appointment stands for one person now.

    `price` in cents, None when no row of the matrix names one. `problem` is empty or the first that
    applies: gone, cancelled, late (it has begun), booked, no price, full, owes (see `owing`), no card
    (none that may pay holds enough; see `cards` and `top_up`). `booking` is the person's own place.
    `when` marks time, place and deadline.
    """

    price: Cents | None
    problem: str
    booking: UUID | None
    cards: tuple[CardOffer, ...]
    top_up: tuple[CardType, ...]
    owing: Card | None
    when: str

    @property
    def seen(self) -> str:
        """What the form gives back, so that nobody books another price, time or deadline than was shown."""
        return f"{self.price}-{self.when}"

    @property
    def chosen(self) -> CardOffer | None:
        """The card to begin with: the first that holds enough, else the first."""
        return self.chosen_or("")

    def chosen_or(self, wanted: str | None) -> CardOffer | None:
        """The card with this number if it holds enough, else the one to begin with."""
        enough = [card for card in self.cards if not card.missing]
        mine = (card for card in enough if card.number == wanted)
        return next(mine, next(iter(enough or self.cards), None))


def look(user: User, offer: Offer) -> Look:
    """How an appointment stands for a person; reads only."""
    price, booking = price_of(user.id, offer), booking_of(user.id, offer.number)
    allowed = [kind for kind in cards.types() if offer.class_key in kind.classes]
    mine = {card.type_key: card for card in cards.of_user(user.id)}
    offered = tuple(_offer_of(mine[kind.key], kind, price or 0) for kind in allowed if kind.key in mine)
    owing = next((card for card in mine.values() if cards.debt(card)), None)
    return Look(
        price=price,
        problem=_problem(offer, price, booking, offered, owes=owing is not None),
        booking=booking,
        cards=offered,
        top_up=tuple(kind for kind in allowed if kind.published),
        owing=owing,
        when=_when(offer),
    )


def book(user: User, offer_number: str, *, card: str, form_key: UUID, seen: str, language: str) -> Order:
    """Book an appointment for a person at their price, paid by their card at once (W3).

    Runs in the caller's transaction: order, seat, ledger, document and mail, or nothing. The same form
    again gives the order that it has already made. Raises Refused; give the transaction up then.
    """
    basket.take_turn(f"person:{user.id}")
    order_id = uuid.uuid5(_APPOINTMENTS, f"{user.id}:{form_key}")
    if kept := db.session.get(Order, order_id):
        return kept
    if db.session.scalar(select(Order.id).where(Order.form_key == form_key)):
        raise Refused("changed")
    # Shared with others who book; whoever moves it waits for us, or we see that it has moved.
    offer = db.session.get(Offer, offer_number, populate_existing=True, with_for_update={"read": True})
    if offer is None or offer.kind != "appointment":
        raise Refused("gone")
    stands = look(user, offer)
    price = _agreed(stands, card, seen)
    entry = _entry(user, offer, price, language)
    tenders = (Tender(f"card:{card}", {0: price}),) if price else ()
    wanted = Plan(total=price, redeemable=0, bookings=price, tenders=tenders)
    try:
        order = place.freeze(order_id, form_key, [entry], wanted, _buyer(user), "none", language)
        place.take(order, wanted)
        reach("appointment.taken")
        place.ask_for_payment(order)
    except place.Refused as refused:
        raise Refused("full" if refused.reason is place.Refusal.GONE else "too little") from None
    return order


def _agreed(stands: Look, card: str, seen: str) -> Cents:
    """The price in cents that this person has seen, with the time, and can pay. Raises Refused."""
    if stands.problem and stands.problem != "no card":
        raise Refused(stands.problem)
    if seen != stands.seen or stands.price is None:
        raise Refused("changed" if seen.endswith(stands.when) else "moved")
    if stands.price:
        chosen = next((each for each in stands.cards if each.number == card), None)
        if chosen is None:
            raise Refused("no card")
        if chosen.missing:
            raise Refused("too little")
    return stands.price


def _problem(
    offer: Offer, price: Cents | None, booking: UUID | None, offered: Sequence[CardOffer], *, owes: bool
) -> str:
    why = bookings.obstacle(offer)
    if why and why != "full":
        return why
    if booking is not None:
        return "booked"
    if price is None:
        return "no price"
    if why:
        return why
    if price and owes:
        return "owes"
    return "no card" if price and not any(card.missing == 0 for card in offered) else ""


def _when(offer: Offer) -> str:
    deadline = offer.cancel_until if is_in_time(offer, clock.today()) else None
    text = f"{offer.sessions}|{offer.place}|{offer.is_online}|{deadline}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _offer_of(card: Card, kind: CardType, price: Cents) -> CardOffer:
    bookable = cards.bookable(card) if card.state == "open" else 0
    return CardOffer(
        number=card.number,
        type_key=kind.key,
        title=kind.title,
        notice=kind.notice,
        bookable=bookable,
        missing=price - min(price, bookable),
        stays=bookable - min(price, bookable),
        expiry=cards.next_expiry(card),
    )


def _entry(user: User, offer: Offer, price: Cents, language: str) -> BasketEntry:
    facts = {
        "offer": offer.number,
        "reduction": "",
        "waiting": None,
        "first_name": user.first_name or user.username or "",
        "last_name": user.last_name,
        "email": user.email,
        "user": user.id,
    }
    title = called(offer, language)
    return BasketEntry(uuid.uuid4(), "booking", title, 1, price, facts, class_key=offer.class_key)


def _buyer(user: User) -> Buyer:
    """Who books; accounts have no address, and an invoice up to 250 € needs none (§ 33 UStDV)."""
    return Buyer(user.first_name, user.last_name or user.username or "", user.email, "", "", "")
