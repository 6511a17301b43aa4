"""An organisation's orders with their papers, and how each invoice stands; read, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select

from shop import clock
from shop.course_vouchers.models import CourseVoucher
from shop.db import db
from shop.documents.models import Document
from shop.orders.models import Order, OrderLine, Purchase
from shop.payments.models import Payment


@dataclass(frozen=True)
class Bought:
    """One order of an organisation. `state`: unpaid, overdue, paid (since `paid_at`), void.

    `invoice` is the newest one, `cents` what it comes to less what was taken back; `frozen` counts
    codes that wait for money.
    """

    order: Order
    purchase: Purchase
    documents: Sequence[Document]
    invoice: Document | None
    cents: int
    state: str
    paid_at: datetime | None
    quantity: int
    frozen: int


def of(organisation_id: UUID) -> list[Bought]:
    """All orders of an organisation, the newest first."""
    rows = db.session.execute(_query(organisation_id).order_by(Order.placed_at.desc(), Order.number)).all()
    return _with_papers(rows)


def one(organisation_id: UUID, number: str) -> Bought | None:
    """One order, found through its organisation: another's does not exist (QUALITY A2)."""
    rows = db.session.execute(_query(organisation_id).where(Order.number == number)).all()
    return next(iter(_with_papers(rows)), None)


def _query(organisation_id: UUID) -> Select[Any]:
    pieces = select(func.sum(OrderLine.quantity)).where(OrderLine.order_id == Order.id).scalar_subquery()
    of_order = (
        select(func.count())
        .select_from(CourseVoucher)
        .join(OrderLine, OrderLine.id == CourseVoucher.order_line_id)
        .where(OrderLine.order_id == Order.id)
    )
    is_frozen = (CourseVoucher.state == "open") & (CourseVoucher.frozen != "")
    paid = select(func.min(Payment.certain_at)).where(
        Payment.order_id == Order.id, Payment.state == "certain"
    )
    return (
        select(
            Order,
            Purchase,
            func.coalesce(pieces, 0).label("quantity"),
            of_order.where(is_frozen).scalar_subquery().label("frozen"),
            paid.scalar_subquery().label("paid_at"),
        )
        .join(Purchase, Purchase.order_id == Order.id)
        .where(Purchase.organisation_id == organisation_id)
    )


def _with_papers(rows: Sequence[Row[Any]]) -> list[Bought]:
    ids = [row.Order.id for row in rows]
    papers: dict[UUID, list[Document]] = {}
    query = select(Document).where(Document.order_id.in_(ids)).order_by(Document.issued_at, Document.position)
    for document in db.session.scalars(query):
        papers.setdefault(document.order_id, []).append(document)
    return [_bought(row, papers.get(row.Order.id, [])) for row in rows]


def _bought(row: Row[Any], papers: Sequence[Document]) -> Bought:
    invoices = [each for each in papers if each.kind == "invoice"]
    cents = sum(each.cents for each in papers)
    return Bought(
        order=row.Order,
        purchase=row.Purchase,
        documents=papers,
        invoice=invoices[-1] if invoices else None,
        cents=cents,
        state=_state(row, cents),
        paid_at=row.paid_at,
        quantity=row.quantity,
        frozen=row.frozen,
    )


def _state(row: Row[Any], cents: int) -> str:
    if not cents:
        return "void"
    if row.paid_at:
        return "paid"
    return "overdue" if row.Purchase.due_on < clock.today() else "unpaid"
