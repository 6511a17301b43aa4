"""Overdue invoices: reminded once, and unused codes rest until the money is here (DOMAIN C2)."""

import uuid
from datetime import date
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, Select, exists, or_, select

from shop import clock
from shop.course_vouchers.models import CourseVoucher
from shop.db import db, transaction
from shop.orders.models import Order, OrderLine, Purchase
from shop.orders.purchase.order import METHOD
from shop.orders.purchase.pay import outstanding, set_frozen
from shop.outbox import queue
from shop.payments.models import Payment


def review(limit: int = 50) -> int:
    """Remind, freeze and thaw what is due, each order in a transaction of its own; how many changed.

    With the setting FREEZE_OVERDUE off nothing is frozen, and what was is thawed.
    """
    today = clock.today()
    found = db.session.scalars(_due(today).limit(limit)).all()
    db.session.rollback()
    for order_id in found:
        with transaction():
            _review(order_id, today)
    return len(found)


def is_overdue(bought: Purchase, payment: Payment, today: date) -> bool:
    """Whether an invoice should have been paid before a local day and is not."""
    return payment.state == "begun" and bought.due_on < today


def _review(order_id: UUID, today: date) -> None:
    payment = db.session.scalars(
        select(Payment).where(Payment.order_id == order_id, Payment.method == METHOD).with_for_update()
    ).one()
    bought = db.session.get_one(Purchase, order_id, populate_existing=True)
    if not is_overdue(bought, payment, today):
        set_frozen(order_id, "", only=("overdue",))
        return
    if current_app.config["FREEZE_OVERDUE"]:
        set_frozen(order_id, "overdue", only=("",))
    else:
        set_frozen(order_id, "", only=("overdue",))
    if bought.reminded_at is None:
        _remind(db.session.get_one(Order, order_id), bought)


def _remind(order: Order, bought: Purchase) -> None:
    bought.reminded_at = clock.now()
    queue.put(
        uuid.uuid5(order.id, f"mail:invoice_overdue:{bought.due_on}"),
        "invoice_overdue",
        recipient=order.email,
        facts={"order": str(order.id), "cents": outstanding(order)},
        reference=order.number,
    )


def _due(today: date) -> Select[UUID]:
    """The orders of which something is to be done."""
    overdue = (Payment.state == "begun") & (Purchase.due_on < today)
    freezes = bool(current_app.config["FREEZE_OVERDUE"])
    to_freeze = overdue & _has_codes("") if freezes else _has_codes("overdue")
    query = select(Purchase.order_id).join(Payment, Payment.order_id == Purchase.order_id)
    wanted = or_(overdue & Purchase.reminded_at.is_(None), to_freeze, ~overdue & _has_codes("overdue"))
    return query.where(Payment.method == METHOD, wanted).order_by(Purchase.due_on, Purchase.order_id)


def _has_codes(frozen: str) -> ColumnElement[bool]:
    """Whether an order has open codes that are frozen for a reason, or (empty) that work."""
    lines = select(OrderLine.id).where(OrderLine.order_id == Purchase.order_id)
    return exists().where(
        CourseVoucher.order_line_id.in_(lines), CourseVoucher.state == "open", CourseVoucher.frozen == frozen
    )
