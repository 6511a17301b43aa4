"""Emptying a lot: rest × price paid ÷ value leaves in money, rounded down; a bonus never does (DOMAIN W2, W7)."""

import uuid
from dataclasses import asdict, dataclass

from shop.cards.models import Card, Lot
from shop.cards.statement import write
from shop.cards.tune import take_from
from shop.core.lots import pay_out as share_of
from shop.core.money import Cents
from shop.db import db
from shop.ledger import book
from shop.orders import shares
from shop.orders.credit_note import take_back_credit
from shop.orders.models import Order, OrderLine
from shop.orders.owe import bought_with, owe
from shop.orders.refund import close_voucher
from shop.outbox import queue
from shop.people.models import User
from shop.vouchers.models import Voucher

_LETTERS = uuid.UUID("c2f7f8ad-6f16-5c0a-8a9e-61757a61686c")


class NotPaidOut(ValueError):
    """Credit that cannot be paid out now; the words say why, for staff."""


@dataclass(frozen=True)
class PaidOut:
    """In cents: what goes back to where payments came from, what a person must transfer, and the bonus that ends."""

    back: Cents = 0
    by_hand: Cents = 0
    bonus: Cents = 0

    def __add__(self, other: "PaidOut") -> "PaidOut":
        return PaidOut(self.back + other.back, self.by_hand + other.by_hand, self.bonus + other.bonus)


def refuse_held(card: Card) -> None:
    """Raise NotPaidOut while a checkout holds a part of a card."""
    if book.standing(card.account).held:
        raise NotPaidOut("a checkout holds a part of it: wait until that is paid or released")


def owed_to_owner(card: Card) -> str:
    """The account of what we owe a card's owner."""
    return f"payable:{card.number}"


def tell_owner(card: Card, kind: str, done: PaidOut, **more: str) -> None:
    """Queue the letter of this kind to a card's owner, who need not be who paid: what has left, and why."""
    owner = db.session.get_one(User, card.user_id)
    queue.put(
        uuid.uuid5(_LETTERS, f"{kind}:{card.number}:{card.last}"),
        kind,
        recipient=owner.email,
        facts={"card": card.number, "language": owner.language, **asdict(done), **more},
        reference=card.number,
    )


def empty(card: Card, lot: Lot, by: str, *, to_payer: bool) -> PaidOut:
    """Take all out of a lot: its share of the price to its payer or the card's owner, the bonus to the discount.

    In the caller's transaction, which has the card locked and the order that the payer had placed.
    `by` is who decided it. Raises NotPaidOut.
    """
    left = lot.left_cents
    cents = _price_of_rest(lot)
    take_from(lot, left)
    db.session.flush()
    if to_payer and cents:
        _refund(card, lot, cents, by)
    by_hand = 0 if to_payer else cents
    for credit, part in ((owed_to_owner(card), by_hand), ("discount", left - cents)):
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
    return PaidOut(cents - by_hand, by_hand, left - cents)


def _price_of_rest(lot: Lot) -> Cents:
    """What leaves in money; of what was owed, each part was paid as it was, at one price or another."""
    return (
        lot.left_paid if lot.source == "debt" else share_of(lot.left_cents, lot.paid_cents, lot.value_cents)
    )


def _refund(card: Card, lot: Lot, cents: Cents, by: str) -> None:
    """Owe cents to whoever paid for a top-up or a voucher, with the document that takes them back."""
    assert lot.order_line_id is not None  # both have one
    line = db.session.get_one(OrderLine, lot.order_line_id)
    order = db.session.get_one(Order, line.order_id, with_for_update=True)
    payment = bought_with(order)
    if payment is None:
        raise NotPaidOut(f"order {order.number} was not paid by a payment")
    shares.give_back(line.id, shares.PAYMENT, cents)
    cause = f"card:{lot.id}:{card.last}"
    refund = owe(order, debit=card.account, cents=cents, cause=cause, reason="refunded")
    if lot.source == "voucher":
        voucher = db.session.get_one(Voucher, lot.reference, with_for_update=True, populate_existing=True)
        close_voucher(voucher, order, payment, refund, by=by)
    else:
        take_back_credit(order, line, refund, payment.method, by=by)
