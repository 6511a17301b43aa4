"""Refunds: an unspent voucher's money leaves, and what the provider says about refunds (DOMAIN P4)."""

import uuid
from uuid import UUID

from sqlalchemy import func, select

from shop import clock
from shop.core import codes
from shop.db import db
from shop.ledger import book
from shop.ledger.book import Overdrawn
from shop.orders import shares
from shop.orders.credit_note import take_back_voucher
from shop.orders.match import payment_of
from shop.orders.models import Order, OrderLine, Refund
from shop.orders.owe import FAILED, bought_with, call_staff, owe, payable
from shop.outbox import queue
from shop.payments.happening import Happening
from shop.payments.models import Payment
from shop.vouchers.models import Voucher


class NotRefundable(ValueError):
    """A voucher whose money cannot leave now; the words say why, for staff."""


class NotToPay(ValueError):
    """A refund that is not a person's to pay: the worker's, or paid before."""


def refund_voucher(number: str, *, by: str) -> Refund:
    """Close a voucher and owe its rest to whoever paid for it, in the caller's transaction (P4).

    A partly spent one refunds only the rest. `by` is who decided it. Raises NotRefundable: unknown,
    nothing left, held by a checkout, or its payment went back already; give the transaction up then.
    """
    voucher, order = _sold(number)
    payment = bought_with(order)
    if payment is None or payment.returned:
        raise NotRefundable("its payment went back at the provider already, or there was none")
    rest = book.posted(voucher.account)
    if rest == 0:
        raise NotRefundable("it was refunded before" if voucher.closed else "nothing is left on it")
    try:
        shares.give_back(voucher.order_line_id, shares.PAYMENT, rest)
        refund = owe(order, debit=voucher.account, cents=rest, cause=_cause(voucher), reason="refunded")
    except Overdrawn:
        raise NotRefundable("a checkout holds a part of it: wait until that is paid or released") from None
    except shares.MoreThanPaid:
        raise NotRefundable("more is on it than was paid for it") from None
    close_voucher(voucher, order, payment, refund, by=by)
    return refund


def close_voucher(voucher: Voucher, order: Order, payment: Payment, refund: Refund, *, by: str) -> None:
    """A voucher's rest goes back: it is closed, its receipt taken back, and its buyer told."""
    voucher.closed, voucher.blocked = "cancelled", True
    take_back_voucher(order, voucher, payment.method, refund, by=by)
    queue.put(
        uuid.uuid5(refund.id, "mail:voucher_refunded"),
        "voucher_refunded",
        recipient=order.email,
        facts={"order": str(order.id), "voucher": voucher.number, "refund": str(refund.id)},
        reference=order.number,
    )


def _sold(number: str) -> tuple[Voucher, Order]:
    """A voucher and the order that it was sold in, both locked. Raises NotRefundable."""
    try:
        read = codes.read_number(number)
    except codes.Malformed:
        raise NotRefundable("this is no voucher number") from None
    query = select(Order).join(OrderLine, OrderLine.order_id == Order.id)
    query = query.join(Voucher, Voucher.order_line_id == OrderLine.id).where(Voucher.number == read)
    order = db.session.scalar(query.with_for_update(of=Order))
    if order is None:
        raise NotRefundable("there is no such voucher")
    return db.session.get_one(Voucher, read, with_for_update=True, populate_existing=True), order


def _cause(voucher: Voucher) -> str:
    """One cause for each refund: value may come back to a closed voucher, and leave again."""
    mine = Refund.cause.in_(
        [f"voucher:{voucher.number}", *(f"voucher:{voucher.number}:{n}" for n in range(2, 50))]
    )
    earlier = db.session.scalar(select(func.count()).select_from(Refund).where(mine)) or 0
    return f"voucher:{voucher.number}" + (f":{earlier + 1}" if earlier else "")


def confirm_refund(happening: Happening) -> bool:
    """Whether a refund of our own explains what the provider reports; it is marked then, nothing is booked twice.

    The same payment, the same cents, not yet confirmed, and sent or about to be; in the caller's transaction.
    """
    payment = payment_of(happening)
    if payment is None or happening.what != "refunded" or happening.currency != payment.currency:
        return False
    ours = Refund.payment_id == payment.id, Refund.cents == happening.cents, ~Refund.is_confirmed
    sent_first = Refund.state.desc(), Refund.made_at, Refund.id
    open_ones = select(Refund).where(*ours, Refund.state.in_(("sent", "due"))).order_by(*sent_first)
    refund = db.session.scalar(open_ones.limit(1).with_for_update())
    if refund is None:
        return False
    refund.is_confirmed = True
    if refund.state == "due":  # the answer to our request was lost, the deed was done
        mark_sent(refund, payment.method)
    return True


def refund_failed(happening: Happening) -> bool:
    """Whether a refund of our own has failed at the provider: the money is in the till again, and with staff."""
    payment = payment_of(happening)
    if payment is None or happening.what != "refund_failed":
        return False
    by_name = Refund.provider_ref == happening.provider_ref
    nameless = Refund.provider_ref.is_(None) & (Refund.cents == happening.cents)
    ours = Refund.payment_id == payment.id, by_name | nameless, Refund.state.in_(("sent", "due"))
    named_first = Refund.provider_ref.is_(None), Refund.state.desc(), Refund.made_at
    found = select(Refund).where(*ours).order_by(*named_first).limit(1).with_for_update()
    refund = db.session.scalar(found)
    if refund is None:
        return False
    order = db.session.get_one(Order, refund.order_id)
    if refund.state == "sent":
        book.transfer(
            book.transfer_id("refund back", refund.id),
            debit=f"till:{payment.method}",
            credit=payable(order.number),
            cents=refund.cents,
            reason="refund came back",
            reference=order.number,
            currency=refund.currency,
        )
    refund.state, refund.sent_at = "failed", None
    call_staff(FAILED, refund, order, "the payer's bank did not take it: pay it in another way")
    return True


def mark_sent(refund: Refund, method: str, provider_ref: str | None = None) -> None:
    """Book a refund as gone from a till, in the caller's transaction, which has the row locked.

    `method` is `bank` when a person has paid by transfer what the provider could not.
    """
    order = db.session.get_one(Order, refund.order_id)
    book.transfer(
        book.transfer_id("refund sent", refund.id, method),
        debit=payable(order.number),
        credit=f"till:{method}",
        cents=refund.cents,
        reason="refund sent",
        reference=order.number,
        currency=refund.currency,
    )
    refund.state, refund.sent_at = "sent", clock.now()
    refund.provider_ref = provider_ref or refund.provider_ref


def paid_by_hand(refund_id: UUID, till: str = "bank") -> Refund:
    """Book a refund that a person has paid from a till (`bank` or `counter`), in the caller's transaction.

    Raises NotToPay.
    """
    refund = db.session.get_one(Refund, refund_id, with_for_update=True)
    if refund.state not in ("to_pay", "failed"):
        raise NotToPay(f"refund {refund_id} is {refund.state}, not to be paid by hand")
    mark_sent(refund, till)
    return refund
