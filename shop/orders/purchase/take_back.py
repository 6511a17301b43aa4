"""Taking an invoice back: unused codes are cancelled, or a faulty invoice is replaced (DOMAIN T5)."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from uuid import UUID

from flask import current_app
from sqlalchemy import Table, select, update

from shop import clock
from shop.core.money import Cents
from shop.course_vouchers.issue import tell
from shop.course_vouchers.models import CourseVoucher
from shop.db import db
from shop.documents.issue import of_order
from shop.documents.models import Document
from shop.failpoints import reach
from shop.ledger import book
from shop.orders import shares
from shop.orders.credit_note import KIND as CANCELLATION
from shop.orders.credit_note import correct_purchase, take_back_codes
from shop.orders.models import Order, Purchase, Refund
from shop.orders.owe import owe
from shop.orders.parties import Ways
from shop.orders.purchase import invoice
from shop.orders.purchase.order import METHOD, receivable
from shop.outbox import queue
from shop.payments.models import Payment

TAKEN_BACK = "course vouchers taken back"
_vouchers = cast(Table, CourseVoucher.__table__)


class NotCancellable(ValueError):
    """An invoice that cannot be taken back; the words say why, for staff."""


@dataclass(frozen=True)
class TakenBack:
    """What was taken back: codes, cents, and the refund that a person must pay (None when nothing was paid)."""

    order_number: str
    codes: int
    cents: Cents
    refund: Refund | None


def take_back(invoice_number: str, *, by: str) -> TakenBack:
    """Cancel every unused code of an invoice and what it cost, in the caller's transaction.

    Redeemed codes stay, and stay invoiced. What was not paid is not owed any more; what was paid
    becomes a refund that a person transfers. `by` is the member of staff. Raises NotCancellable.
    """
    order, payment, _document = _found(invoice_number)
    cancelled = _cancel_codes(order)
    if not cancelled:
        raise NotCancellable("every code of it has been redeemed or taken back")
    reach("take_back.cancelled")
    parts = [(line, cancelled[line.id]) for line in order.lines if cancelled[line.id]]
    cents = sum(line.unit_cents * count for line, count in parts)
    for line, count in parts:
        shares.give_back(line.id, shares.PAYMENT, line.unit_cents * count)
    turn = sum(each.kind == CANCELLATION for each in of_order(order.id)) + 1
    refund = _give(order, payment, cents, turn)
    reach("take_back.given")
    ways: Ways = [(METHOD if refund is None else "bank", "", cents)]
    document_id = uuid.uuid5(order.id, f"{CANCELLATION}:{turn}")
    take_back_codes(order, parts, document_id, ways, by=by)
    if refund is None and not book.posted(receivable(order.number)):
        payment.state = "expired"  # nothing is left to be paid
    _tell(order, document_id, "taken back")
    return TakenBack(order.number, sum(cancelled.values()), cents, refund)


def reissue(
    invoice_number: str, *, by: str, reference: str | None = None, cost_centre: str | None = None
) -> str:
    """Replace a faulty invoice by a new one; gives its number. Codes and money stay as they are.

    The new one has the organisation's name and address as they are now, and what is given here. Runs
    in the caller's transaction. Raises NotCancellable.
    """
    order, payment, document = _found(invoice_number)
    if any(each.kind == CANCELLATION for each in of_order(order.id)):
        raise NotCancellable("codes of it were taken back: what is left of it must stand")
    bought = db.session.get_one(Purchase, order.id)
    bought.reference = bought.reference if reference is None else reference
    bought.cost_centre = bought.cost_centre if cost_centre is None else cost_centre
    if payment.state == "begun":
        bought.due_on = clock.today() + timedelta(days=current_app.config["INVOICE_DAYS"])
        bought.reminded_at = None
    edition = sum(each.kind == invoice.KIND for each in of_order(order.id)) + 1
    correct_purchase(order, document, uuid.uuid5(order.id, f"correction:{edition}"), by=by)
    reach("reissue.corrected")
    db.session.flush()
    new_id = invoice.issue_invoice(order, bought, edition=edition, paid_on=_paid_on(payment))
    _tell(order, new_id, "reissued")
    return db.session.get_one(Document, new_id).number


def _found(invoice_number: str) -> tuple[Order, Payment, Document]:
    """The order, its payment (locked: two deeds about one invoice stand in a row) and its invoice in force."""
    series, _, position = invoice_number.strip().upper().rpartition("-")
    if not (position.isascii() and position.isdigit()) or len(position) > 15:
        raise NotCancellable("this is no invoice number")
    query = select(Document).where(
        Document.series == series, Document.position == int(position), Document.kind == invoice.KIND
    )
    document = db.session.scalar(query)
    order = db.session.get(Order, document.order_id) if document else None
    if document is None or order is None or order.payment_method != METHOD:
        raise NotCancellable("there is no such invoice of an organisation")
    payment = db.session.scalars(
        select(Payment)
        .where(Payment.order_id == order.id, Payment.method == METHOD)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    in_force = [each for each in of_order(order.id) if each.kind == invoice.KIND][-1]
    if in_force.id != document.id:
        raise NotCancellable(f"it was replaced by {in_force.number}")
    return order, payment, document


def _cancel_codes(order: Order) -> Counter[UUID]:
    """Void every code that nobody has redeemed; how many of each line."""
    mine = _vouchers.c.order_line_id.in_([line.id for line in order.lines])
    open_ones = select(_vouchers.c.number, _vouchers.c.order_line_id).where(mine, _vouchers.c.state == "open")
    rows = db.session.execute(open_ones.order_by(_vouchers.c.number).with_for_update()).all()
    numbers = [row.number for row in rows]
    if numbers:
        db.session.connection().execute(
            update(_vouchers).where(_vouchers.c.number.in_(numbers)).values(state="cancelled", frozen="")
        )
        tell(numbers, "cancelled", None)
        db.session.expire_all()
    return Counter(row.order_line_id for row in rows)


def _give(order: Order, payment: Payment, cents: Cents, turn: int) -> Refund | None:
    if payment.state == "certain":
        cause = f"purchase:{order.number}:{turn}"
        return owe(order, debit="revenue", cents=cents, cause=cause, reason=TAKEN_BACK)
    book.transfer(
        book.transfer_id("purchase taken back", order.id, turn),
        debit="revenue",
        credit=receivable(order.number),
        cents=cents,
        reason=TAKEN_BACK,
        reference=order.number,
        currency=order.currency,
    )
    return None


def _paid_on(payment: Payment) -> str:
    certain = payment.certain_at if payment.state == "certain" else None
    return clock.local(certain).date().isoformat() if certain else ""


def _tell(order: Order, document_id: UUID, what: str) -> None:
    """To the organisation: what became of its invoice, with the papers."""
    queue.put(
        uuid.uuid5(document_id, "mail:invoice_cancelled"),
        "invoice_cancelled",
        recipient=order.email,
        facts={"order": str(order.id), "document": str(document_id), "what": what},
        reference=order.number,
    )
