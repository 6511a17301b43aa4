"""Attempts to pay an order, and the mail that says it is here."""

import uuid
from uuid import UUID

from sqlalchemy import select

from shop import clock
from shop.db import db
from shop.orders.models import Order
from shop.outbox import queue
from shop.payments.models import Payment

BY_REFERENCE = ("bank", "counter")
"""Ways to pay that begin with a mail: the order's number is the reference, and money comes days later."""


def new_payment(order: Order, method: str, *, attempt: int) -> Payment:
    """The n-th attempt to pay an order. The id is made of its facts, so a repeat is the same attempt."""
    payment = Payment(
        id=uuid.uuid5(order.id, f"payment:{attempt}"),
        order_id=order.id,
        method=method,
        attempt=attempt,
        cents=order.due_cents,
        currency=order.currency,
        state="begun",
        begun_at=clock.now(),
    )
    db.session.add(payment)
    return payment


def latest_payment(order_id: UUID) -> Payment | None:
    """The newest attempt to pay an order; None where nothing was due."""
    query = select(Payment).where(Payment.order_id == order_id).order_by(Payment.attempt.desc()).limit(1)
    return db.session.scalars(query).first()


def money_here(order_id: UUID) -> Payment | None:
    """A payment of an order that is certain; for an unsettled one it came too late, and is with staff."""
    query = select(Payment).where(Payment.order_id == order_id, Payment.state == "certain")
    return db.session.scalars(query.order_by(Payment.attempt).limit(1)).first()


def announce_received(order: Order) -> None:
    """Queue the mail that says: your order is here, and this is how it gets paid."""
    queue.put(
        uuid.uuid5(order.id, "mail:order_received"),
        "order_received",
        recipient=order.email,
        facts={"order": str(order.id)},
        reference=order.number,
    )
