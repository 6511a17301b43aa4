"""An appointment is booked in one step with a value card, or for nothing (DOMAIN W3, W10)."""

import uuid
from uuid import UUID

from sqlalchemy import select

from shop.bookings.about import called
from shop.bookings.models import Waiting
from shop.catalogue.models import Offer
from shop.core.money import Cents
from shop.core.tenders import Tender
from shop.db import db
from shop.failpoints import reach
from shop.orders import basket, place
from shop.orders.basket import BasketEntry
from shop.orders.card.look import Look, look
from shop.orders.models import Order
from shop.orders.place import Buyer
from shop.orders.redemption.plan import Plan
from shop.people.models import User

# What placing refuses once the price is agreed; a purse that has changed meanwhile has less than that.
_REASONS = {
    place.Refusal.GONE: "full",
    place.Refusal.CHANGED: "too little",
    place.Refusal.NO_TERMS: "no terms",
}
_APPOINTMENTS = uuid.UUID("3f0b9d3e-6d55-5e53-9a0f-7465726d696e")


class Refused(Exception):
    """An appointment that cannot be booked like this.

    `reason` as in `Look.problem` or `_REASONS`, or changed, or moved.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
    entry = _entry(user, offer, price, language, stands.turn)
    tenders = (Tender(f"card:{card}", {0: price}),) if price else ()
    wanted = Plan(total=price, redeemable=0, bookings=price, tenders=tenders)
    try:
        order = place.freeze(order_id, form_key, [entry], wanted, _buyer(user), "none", language)
        place.take(order, wanted)
        reach("appointment.taken")
        place.ask_for_payment(order)
    except place.Refused as refused:
        raise Refused(_REASONS[refused.reason]) from None
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


def _entry(user: User, offer: Offer, price: Cents, language: str, turn: Waiting | None) -> BasketEntry:
    facts = {
        "offer": offer.number,
        "reduction": "",
        "waiting": str(turn.id) if turn else None,
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
