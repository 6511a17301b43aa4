"""What must hold between orders, payments, goods, documents and mails (QUALITY I6–I15)."""

from collections import Counter
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from shop.bookings.models import Booking
from shop.catalogue.models import Seats
from shop.db import db
from shop.documents.models import Document, Series
from shop.ledger.audit import Finding
from shop.ledger.models import Transfer
from shop.orders import audit_cards, audit_purchases, audit_returns
from shop.orders.credit_note import CORRECTION
from shop.orders.models import Order, OrderLine, Share, Tender
from shop.orders.place import token, token_hash
from shop.orders.purchase.order import METHOD, SOLD
from shop.outbox.models import Message
from shop.payments.models import Event, Payment
from shop.vouchers.models import Voucher

_settled = Order.state == "settled"
Rule = tuple[str, str, Select[Any]]


def check() -> list[Finding]:
    """Every invariant above the ledger, each with its result; reads only."""
    rules = [
        *_goods(),
        *_money(),
        *_order_rows(),
        *_papers(),
        *audit_returns.rules(),
        *audit_purchases.rules(),
        *audit_cards.rules(),
    ]
    return [*(_counted(*rule) for rule in rules), _i10_seats(), _i13_same_code()]


def _counted(invariant: str, words: str, wrong: Select[Any]) -> Finding:
    found = db.session.scalar(select(func.count()).select_from(wrong.subquery())) or 0
    return Finding(invariant, found == 0, words if found == 0 else f"{found} × not so: {words}")


def _sums(key: Any, cents: Any, *where: Any) -> Any:
    """Sums of cents by a key, to join to: columns `key` and `cents`."""
    return select(key.label("key"), func.sum(cents).label("cents")).where(*where).group_by(key).subquery()


def _goods() -> list[Rule]:
    """What was paid is there, and nothing else is (I6)."""
    pieces = _sums(Voucher.order_line_id, 1)
    issued = func.coalesce(pieces.c.cents, 0)
    lines = select(OrderLine.id).join(Order, Order.id == OrderLine.order_id)
    vouchers = lines.outerjoin(pieces, pieces.c.key == OrderLine.id).where(OrderLine.kind == "voucher")
    bookings = lines.outerjoin(Booking, Booking.order_line_id == OrderLine.id)
    bookings = bookings.where(OrderLine.kind == "booking")
    firm = func.coalesce(Booking.state, "").in_(("confirmed", "cancelled"))
    returned = select(Voucher.number).join(OrderLine, OrderLine.id == Voucher.order_line_id)
    returned = returned.join(Payment, Payment.order_id == OrderLine.order_id).where(_has_bought())
    return [
        (
            "I6",
            "vouchers are issued exactly for the lines of paid orders",
            vouchers.where(issued != case((_settled, OrderLine.quantity), else_=0)),
        ),
        ("I6", "bookings are firm exactly for the lines of paid orders", bookings.where(firm != _settled)),
        (
            "I15",
            "what was bought with money that went back is blocked",
            returned.where(Payment.returned, ~Voucher.blocked, Voucher.closed == ""),
        ),
    ]


def _has_bought() -> Any:
    """Whether a payment is the one that its order was settled with: the last that was certain by then."""
    later = aliased(Payment)
    settled_at = select(Order.settled_at).where(Order.id == Payment.order_id).scalar_subquery()
    others = later.order_id == Payment.order_id, later.certain_at > Payment.certain_at
    in_time = Payment.certain_at <= settled_at
    return in_time & ~exists().where(*others, later.certain_at <= settled_at)


def _money() -> list[Rule]:
    """The ledger shows what the orders say, to the cent (I7, I9)."""
    paid = _sums(
        Transfer.reference,
        Transfer.cents,
        Transfer.reason.in_(("voucher sold", "booking paid", "card topped up", SOLD)),
    )
    promised = _sums(Tender.order_id, Tender.cents, Tender.state == "posted")
    redeemed = _sums(
        Transfer.reference,
        Transfer.cents,
        or_(
            and_(Transfer.reason == "held for an order", Transfer.kind == "post"),
            Transfer.reason.in_(("voucher redeemed late", "card redeemed late")),
        ),
    )
    by_purses = case((_settled, Order.total_cents - Order.due_cents), else_=0)
    return [
        (
            "I7",
            "money booked for each paid order is what was due",
            _unlike(paid, Order.number, _if_settled()),
        ),
        ("I7", "vouchers and cards paid what their orders say", _unlike(promised, Order.id, by_purses)),
        ("I7", "the ledger has what vouchers and cards paid", _unlike(redeemed, Order.number, by_purses)),
    ]


def _if_settled() -> Any:
    return case((_settled, Order.due_cents), else_=0)


def _unlike(sums: Any, key: Any, wanted: Any) -> Select[Any]:
    """The orders whose sum is not what is wanted."""
    joined = select(Order.id).outerjoin(sums, sums.c.key == key)
    return joined.where(func.coalesce(sums.c.cents, 0) != wanted)


def _order_rows() -> list[Rule]:
    """Orders, lines, payments and events agree with each other (I8, I9, I12)."""
    lines = _sums(OrderLine.order_id, OrderLine.unit_cents * OrderLine.quantity)
    shares = _sums(Share.line_id, Share.cents)
    certain = select(Payment.order_id).where(Payment.state == "certain")
    mailed = select(Message.reference).where(Message.kind.in_(("order_confirmed", "course_codes_ordered")))
    payments = select(Payment.id).join(Order, Order.id == Payment.order_id)
    return [
        (
            "I8",
            "a settled order was paid, nothing was due, or it is on account",
            select(Order.id).where(
                _settled, Order.due_cents > 0, Order.id.not_in(certain), Order.payment_method != METHOD
            ),
        ),
        (
            "I8",
            "every event that took effect says so",
            select(Event.id).where((Event.outcome.is_(None)) != (Event.acted_at.is_(None))),
        ),
        ("I9", "an order's total is the sum of its lines", _unlike(lines, Order.id, Order.total_cents)),
        (
            "I9",
            "who pays for a line is known to the cent",
            select(OrderLine.id)
            .outerjoin(shares, shares.c.key == OrderLine.id)
            .where(func.coalesce(shares.c.cents, 0) != OrderLine.unit_cents * OrderLine.quantity),
        ),
        (
            "I9",
            "payments carry what is due and the currency of their order",
            payments.where(or_(Payment.cents != Order.due_cents, Payment.currency != Order.currency)),
        ),
        (
            "I12",
            "every paid order has its mail",
            select(Order.id).where(_settled, Order.number.not_in(mailed)),
        ),
    ]


def _papers() -> list[Rule]:
    """Numbers without gaps, totals that meet (I14)."""
    rows = (
        select(Document.series, func.count().label("n"), func.max(Document.position).label("top"))
        .group_by(Document.series)
        .subquery()
    )
    gaps = select(Series.name).outerjoin(rows, rows.c.series == Series.name)
    broken = or_(func.coalesce(rows.c.n, 0) != Series.last, func.coalesce(rows.c.top, 0) != Series.last)
    sold = _sums(Document.order_id, Document.cents, Document.kind.in_(("receipt", "invoice", CORRECTION)))
    total = case((_settled, Order.total_cents), else_=0)
    return [
        ("I14", "numbers of each series have no gap", gaps.where(broken)),
        ("I14", "an order's documents make its total", _unlike(sold, Order.id, total)),
    ]


def _i10_seats() -> Finding:
    """Seats taken are the places that bookings hold: counted, not believed."""
    held: Counter[str] = Counter()
    for places in db.session.scalars(select(Booking.places).where(Booking.state.in_(("held", "confirmed")))):
        held.update(places)
    rows = db.session.execute(select(Seats.offer_number, Seats.taken)).all()
    wrong = [number for number, taken in rows if taken != held[number]]
    words = "seats taken are the places that bookings hold"
    return Finding("I10", not wrong, words if not wrong else f"not so for {', '.join(wrong[:5])}: {words}")


def _i13_same_code() -> Finding:
    """The key that made yesterday's codes makes today's: order links are derived with it too."""
    orders = db.session.scalars(select(Order).order_by(Order.placed_at.desc()).limit(200))
    other = sum(order.token_hash != token_hash(token(order)) for order in orders)
    words = "CODE_KEY is the key that this shop's codes were made with"
    return Finding("I13", other == 0, words if other == 0 else f"{other} × not so: {words}")
