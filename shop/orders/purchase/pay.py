"""An organisation's transfer has arrived: the receivable is settled, frozen codes work (DOMAIN C2, P2)."""

import uuid
from collections.abc import Iterable
from typing import cast
from uuid import UUID

from sqlalchemy import Table, select, update

from shop import clock
from shop.core.money import Cents
from shop.course_vouchers.issue import tell
from shop.course_vouchers.models import CourseVoucher
from shop.db import db
from shop.failpoints import reach
from shop.ledger import book
from shop.orders.models import Order, OrderLine
from shop.orders.purchase.order import receivable
from shop.outbox import queue
from shop.payments.models import Payment

PAID = "invoice paid"
_vouchers = cast(Table, CourseVoucher.__table__)


def outstanding(order: Order) -> Cents:
    """What an organisation still owes for an order, as the ledger has it."""
    return book.posted(receivable(order.number))


def receive(payment: Payment, cents: Cents | None, currency: str | None, source_ref: str | None) -> bool:
    """Let money settle an invoice, in the caller's transaction, which has the payment's row locked.

    Exactly what is outstanding settles it; False, and nothing changed, for any other amount.
    """
    order = db.session.get_one(Order, payment.order_id)
    owed = outstanding(order)
    if payment.state != "begun" or owed == 0 or (cents, currency) != (owed, order.currency):
        return False
    book.transfer(
        book.transfer_id("purchase paid", payment.id),
        debit="till:bank",
        credit=receivable(order.number),
        cents=owed,
        reason=PAID,
        reference=order.number,
        currency=order.currency,
    )
    payment.state, payment.certain_at = "certain", clock.now()
    payment.source_ref = source_ref or payment.source_ref
    reach("invoice.booked")
    were_withheld = "unpaid" in set_frozen(order.id, "")
    queue.put(
        uuid.uuid5(order.id, "mail:purchase_paid"),
        "purchase_paid",
        recipient=order.email,
        facts={"order": str(order.id), "codes": were_withheld},
        reference=order.number,
    )
    reach("invoice.thawed")
    return True


def set_frozen(order_id: UUID, frozen: str, *, only: Iterable[str] = ()) -> set[str]:
    """Freeze or thaw an order's open codes, in the caller's transaction; what they had been frozen for.

    `frozen` is empty to thaw, or why they stop working; `only` narrows to codes frozen for these reasons.
    """
    changing = select(_vouchers.c.number, _vouchers.c.frozen).where(
        _vouchers.c.order_line_id.in_(select(OrderLine.id).where(OrderLine.order_id == order_id)),
        _vouchers.c.state == "open",
        _vouchers.c.frozen.in_(list(only)) if only else _vouchers.c.frozen != frozen,
    )
    rows = db.session.execute(changing.order_by(_vouchers.c.number).with_for_update()).all()
    if rows:
        numbers = [row.number for row in rows]
        connection = db.session.connection()
        connection.execute(update(_vouchers).where(_vouchers.c.number.in_(numbers)).values(frozen=frozen))
        tell(numbers, "frozen" if frozen else "thawed", None)
        db.session.expire_all()
    return {row.frozen for row in rows}
