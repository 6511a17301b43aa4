"""Owing money to a payer: a refund is written down with what causes it, sent later (DOMAIN P4, R8)."""

import uuid

from sqlalchemy import select, true

from shop import clock
from shop.cases.open import open_case
from shop.core.money import Cents
from shop.db import db
from shop.ledger import book
from shop.orders.models import Order, Refund
from shop.payments.models import Payment

TO_PAY = "refund to pay"
FAILED = "refund failed"


def bought_with(order: Order) -> Payment | None:
    """The payment that has settled an order: the last one certain by then.

    One that was certain before bought nothing, one after it was too much; both are in suspense. What
    was never settled was bought with nothing. An organisation's invoice is paid after its order was settled.
    """
    if order.settled_at is None:
        return None
    in_time = Payment.certain_at <= order.settled_at if order.payment_method != "invoice" else true()
    query = select(Payment).where(Payment.order_id == order.id, Payment.state == "certain", in_time)
    return db.session.scalars(query.order_by(Payment.certain_at.desc(), Payment.attempt).limit(1)).first()


def owe(order: Order, *, debit: str, cents: Cents, cause: str, reason: str) -> Refund:
    """Move cents from an account to what we owe this order's payer, and write the refund down.

    Runs in the caller's transaction, once for each cause. A transfer goes on the list of a person,
    who makes it at the bank; the other ways are the worker's. Raises `ledger.book.Overdrawn`.
    """
    payment = bought_with(order)
    if payment is None:
        raise LookupError(f"order {order.number} was not paid by a payment")
    book.transfer(
        book.transfer_id("refund", cause),
        debit=debit,
        credit=payable(order.number),
        cents=cents,
        reason=reason,
        reference=order.number,
        currency=order.currency,
    )
    refund = Refund(
        id=uuid.uuid5(payment.id, f"refund:{cause}"),
        order_id=order.id,
        payment_id=payment.id,
        cause=cause,
        cents=cents,
        currency=order.currency,
        state=_first_state(payment),
        made_at=clock.now(),
    )
    db.session.add(refund)
    db.session.flush()
    if refund.state == "to_pay":
        call_staff(TO_PAY, refund, order, "transfer this back to where it came from")
    elif refund.state == "failed":
        call_staff(
            FAILED, refund, order, "money of this payment went back at the provider: look before you pay"
        )
    return refund


def payable(order_number: str) -> str:
    """The account of what we owe an order's payer."""
    return f"payable:{order_number}"


def call_staff(reason: str, refund: Refund, order: Order, why: str) -> None:
    """Open the case about a refund, once for each reason."""
    facts = {
        "why": why,
        "order": order.number,
        "buyer": order.buyer,
        "cents": refund.cents,
        "currency": refund.currency,
        "cause": refund.cause,
    }
    open_case(reason, str(refund.id), facts)


def _first_state(payment: Payment) -> str:
    if payment.method in ("bank", "counter", "invoice"):
        return "to_pay"
    # After a dispute or a refund by hand at the provider, sending more could pay twice (QUALITY I15).
    return "failed" if payment.returned else "due"
