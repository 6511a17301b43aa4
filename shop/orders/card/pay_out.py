"""Paying a card out: rest × price paid ÷ value of every lot, rounded down; a bonus never (DOMAIN W2, W7)."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from shop.cards import find as cards
from shop.cards.models import Card, Lot
from shop.cards.statement import write
from shop.cards.tune import freshen, take, tune
from shop.cases.open import open_case
from shop.core.lots import pay_out as share_of
from shop.core.money import Cents
from shop.db import db
from shop.failpoints import reach
from shop.ledger import book
from shop.orders import shares
from shop.orders.credit_note import take_back_credit
from shop.orders.models import Order, OrderLine
from shop.orders.owe import bought_with, owe
from shop.outbox import queue
from shop.people.models import User

BY_HAND = "card pay-out"


class NotPaidOut(ValueError):
    """A card that cannot be paid out now; the words say why, for staff."""


@dataclass(frozen=True)
class PaidOut:
    """In cents: what goes back to where payments came from, what a person must transfer, and the bonus that ends."""

    back: Cents = 0
    by_hand: Cents = 0
    bonus: Cents = 0


def pay_out(number: str, *, by: str) -> PaidOut:
    """Owe the rest of a card to its owner, lot by lot, in the caller's transaction (W7).

    What was topped up goes back to where its payment came from (P4); the rest (vouchers that were
    loaded) is for a person to transfer. `by` is who decided it. Raises NotPaidOut.
    """
    _lock_orders(number)
    card = freshen(number)
    stands = book.standing(card.account)
    if cards.debt(card) or stands.posted < 0:
        raise NotPaidOut("its owner owes the centre: that must be settled first")
    if stands.held:
        raise NotPaidOut("a checkout holds a part of it: wait until that is paid or released")
    if not stands.posted:
        raise NotPaidOut("there is no credit on it that can be spent")
    done = PaidOut()
    for lot in cards.lots_of(card):
        if lot.left_cents:
            done = _add(done, _empty(card, lot, by))
            reach("pay_out.one_lot")
    tune(card)
    if done.by_hand:
        owner = db.session.get_one(User, card.user_id)
        facts = {
            "card": card.number,
            "cents": done.by_hand,
            "owner": owner.name,
            "email": owner.email,
            "by": by,
        }
        open_case(BY_HAND, f"{card.number}:{card.last}", facts)
    _tell(card, done)
    return done


def take_back(order_number: str, *, by: str) -> PaidOut:
    """Refund what is left of the top-ups of one order, frozen or not: its buyer has withdrawn (L3).

    In the caller's transaction. Raises NotPaidOut.
    """
    order_id = db.session.scalar(select(Order.id).where(Order.number == order_number).with_for_update())
    query = select(Lot).join(OrderLine, OrderLine.id == Lot.order_line_id)
    mine = OrderLine.order_id == order_id, Lot.source == "top-up"
    done = PaidOut()
    for lot in db.session.scalars(query.where(*mine).order_by(Lot.number)).all():
        card = cards.locked(lot.number)
        lot.frozen = False
        db.session.flush()
        tune(card)
        if lot.left_cents:
            done = _add(done, _empty(card, lot, by))
            tune(card)
            _tell(card, done)
    if not done.back:
        raise NotPaidOut("nothing is left of a top-up of this order that could go back")
    return done


def _lock_orders(number: str) -> None:
    """Orders before cards, as a cancellation locks them; those that the card was topped up with."""
    bought = select(OrderLine.order_id).join(Lot, Lot.order_line_id == OrderLine.id)
    bought = bought.where(Lot.number == number, Lot.source == "top-up")
    db.session.execute(select(Order.id).where(Order.id.in_(bought)).order_by(Order.id).with_for_update())


def paid_by_hand(number: str, till: str) -> Cents:
    """A person has paid out what could not go back by itself; how much, in the caller's transaction.

    `till` is `bank` or `counter`. Raises NotPaidOut when nothing is owed.
    """
    card = cards.locked(number)
    cents = book.posted(payable(card))
    if cents <= 0:
        raise NotPaidOut("nothing is owed to its owner")
    book.transfer(
        book.transfer_id("card paid by hand", card.number, card.last, cents),
        debit=payable(card),
        credit=f"till:{till}",
        cents=cents,
        reason="card paid out",
        reference=card.number,
    )
    return cents


def payable(card: Card) -> str:
    """The account of what we owe a card's owner."""
    return f"payable:{card.number}"


def _empty(card: Card, lot: Lot, by: str) -> PaidOut:
    """Pay one lot out: its share of the price to the payer or the owner, the bonus back to the discount."""
    left = lot.left_cents
    cents = share_of(left, lot.paid_cents, lot.value_cents)
    take(lot, left)
    db.session.flush()
    goes_back = bool(cents) and lot.source == "top-up"
    if goes_back:
        _refund(card, lot, cents, by)
    for credit, part in ((payable(card), 0 if goes_back else cents), ("discount", left - cents)):
        if part:
            book.transfer(
                book.transfer_id("pay out", lot.id, credit, card.last),
                debit=card.account,
                credit=credit,
                cents=part,
                reason="card paid out",
                reference=card.number,
            )
    write(card, "paid-out", -left, reference=lot.reference, made_by=by)
    return PaidOut(cents if goes_back else 0, 0 if goes_back else cents, left - cents)


def _refund(card: Card, lot: Lot, cents: Cents, by: str) -> None:
    """Owe the price of a top-up's rest to whoever paid it, with the document that takes it back. Raises NotPaidOut."""
    assert lot.order_line_id is not None  # a top-up has one
    line = db.session.get_one(OrderLine, lot.order_line_id)
    order = db.session.get_one(Order, line.order_id, with_for_update=True)
    payment = bought_with(order)
    if payment is None or payment.returned:
        raise NotPaidOut(f"the payment of order {order.number} went back at the provider already")
    shares.give_back(line.id, shares.PAYMENT, cents)
    cause = f"card:{lot.id}:{card.last}"
    refund = owe(order, debit=card.account, cents=cents, cause=cause, reason="refunded")
    take_back_credit(order, line, refund, payment.method, by=by)


def _add(one: PaidOut, other: PaidOut) -> PaidOut:
    return PaidOut(one.back + other.back, one.by_hand + other.by_hand, one.bonus + other.bonus)


def _tell(card: Card, done: PaidOut) -> None:
    owner = db.session.get_one(User, card.user_id)
    queue.put(
        uuid.uuid5(_LETTERS, f"paid out:{card.number}:{card.last}"),
        "card_paid_out",
        recipient=owner.email,
        facts={
            "card": card.number,
            "back": done.back,
            "by_hand": done.by_hand,
            "bonus": done.bonus,
            "language": owner.language,
        },
        reference=card.number,
    )


_LETTERS = uuid.UUID("c2f7f8ad-6f16-5c0a-8a9e-61757a61686c")
