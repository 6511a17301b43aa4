"""What must hold between orders, payments, vouchers, documents and mails (QUALITY I6–I15)."""

from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from shop.db import db
from shop.documents.models import Document, Series
from shop.ledger.audit import Finding
from shop.ledger.models import Transfer
from shop.orders.models import Order, OrderLine
from shop.orders.place import token, token_hash
from shop.outbox.models import Message
from shop.payments.models import Event, Payment
from shop.vouchers.models import Voucher

_settled = Order.state == "settled"


def check() -> list[Finding]:
    """Every invariant above the ledger, each with its result; reads only."""
    return [
        *(_counted(name, words, query) for name, words, query in _wrong_rows()),
        _i13_same_code(),
        *(_counted("I14", words, query) for words, query in _broken_series()),
    ]


def _counted(invariant: str, words: str, wrong: Select[Any]) -> Finding:
    found = db.session.scalar(select(func.count()).select_from(wrong.subquery())) or 0
    return Finding(invariant, found == 0, words if found == 0 else f"{found} × not so: {words}")


def _wrong_rows() -> list[tuple[str, str, Select[Any]]]:
    """For each rule, the rows that break it."""
    issued = (
        select(Voucher.order_line_id, func.count().label("pieces")).group_by(Voucher.order_line_id).subquery()
    )
    pieces = func.coalesce(issued.c.pieces, 0)
    lines = select(OrderLine.id).join(Order, Order.id == OrderLine.order_id)
    lines = lines.outerjoin(issued, issued.c.order_line_id == OrderLine.id).where(OrderLine.kind == "voucher")
    booked = (
        select(Transfer.reference, func.sum(Transfer.cents).label("cents"))
        .where(Transfer.reason == "voucher sold")
        .group_by(Transfer.reference)
        .subquery()
    )
    summed = (
        select(OrderLine.order_id, func.sum(OrderLine.unit_cents * OrderLine.quantity).label("cents"))
        .group_by(OrderLine.order_id)
        .subquery()
    )
    certain = select(Payment.order_id).where(Payment.state == "certain")
    mailed = select(Message.reference).where(Message.kind == "order_confirmed")
    frozen_late = select(Voucher.number).join(OrderLine, OrderLine.id == Voucher.order_line_id)
    frozen_late = frozen_late.join(Payment, Payment.order_id == OrderLine.order_id)
    return [
        (
            "I6",
            "vouchers are issued exactly for the lines of paid orders",
            lines.where(or_(and_(_settled, pieces != OrderLine.quantity), and_(~_settled, pieces != 0))),
        ),
        (
            "I7",
            "money booked for each paid order is its total",
            select(Order.id)
            .outerjoin(booked, booked.c.reference == Order.number)
            .where(func.coalesce(booked.c.cents, 0) != func.coalesce(_due(), 0)),
        ),
        (
            "I8",
            "an order is settled exactly when a payment of it is certain",
            select(Order.id).where(_settled != Order.id.in_(certain)),
        ),
        (
            "I9",
            "an order's total is the sum of its lines",
            select(Order.id)
            .outerjoin(summed, summed.c.order_id == Order.id)
            .where(func.coalesce(summed.c.cents, 0) != Order.total_cents),
        ),
        (
            "I9",
            "payments carry the amount and currency of their order",
            select(Payment.id)
            .join(Order, Order.id == Payment.order_id)
            .where(or_(Payment.cents != Order.total_cents, Payment.currency != Order.currency)),
        ),
        (
            "I12",
            "every paid order has its mail",
            select(Order.id).where(_settled, Order.number.not_in(mailed)),
        ),
        (
            "I15",
            "what was bought with money that went back is blocked",
            frozen_late.where(Payment.returned, ~Voucher.blocked, Voucher.closed == ""),
        ),
        (
            "I8",
            "every event that took effect says so",
            select(Event.id).where((Event.outcome.is_(None)) != (Event.acted_at.is_(None))),
        ),
    ]


def _due() -> Any:
    """What an order's ledger must show: its total once it is settled, nothing before."""
    return case((_settled, Order.total_cents), else_=0)


def _broken_series() -> list[tuple[str, Select[Any]]]:
    rows = (
        select(Document.series, func.count().label("n"), func.max(Document.position).label("top"))
        .group_by(Document.series)
        .subquery()
    )
    gaps = select(Series.name).outerjoin(rows, rows.c.series == Series.name)
    gaps = gaps.where(
        or_(func.coalesce(rows.c.n, 0) != Series.last, func.coalesce(rows.c.top, 0) != Series.last)
    )
    unlike = select(Document.id).join(Order, Order.id == Document.order_id)
    without = select(Order.id).where(_settled, Order.id.not_in(select(Document.order_id)))
    return [
        ("numbers of each series have no gap", gaps),
        ("a document's total is its order's", unlike.where(Document.cents != Order.total_cents)),
        ("every paid order has its document", without),
    ]


def _i13_same_code() -> Finding:
    """The key that made yesterday's codes makes today's: order links are derived with it too."""
    orders = db.session.scalars(select(Order).order_by(Order.placed_at.desc()).limit(200))
    other = sum(order.token_hash != token_hash(token(order)) for order in orders)
    words = "CODE_KEY is the key that this shop's codes were made with"
    return Finding("I13", other == 0, words if other == 0 else f"{other} × not so: {words}")
