"""What must hold of money that goes back: shares, refunds, documents and ledger agree (QUALITY I14, I15)."""

from typing import Any

from sqlalchemy import Select, func, literal, or_, select

from shop.bookings.models import Booking
from shop.documents.models import Document
from shop.ledger.models import Transfer
from shop.orders.models import Order, OrderLine, Refund, Share
from shop.orders.purchase.take_back import TAKEN_BACK
from shop.payments.models import Payment

Rule = tuple[str, str, Select[Any]]


def rules() -> list[Rule]:
    """For each rule its invariant, its words, and the rows that break it."""
    back = _sums(OrderLine.order_id, Share.given_back, Share.line_id == OrderLine.id)
    papers = _sums(Document.order_id, -Document.cents, Document.kind == "cancellation")
    reasons = ("booking cancelled", "refunded", TAKEN_BACK)
    moved = _sums(Transfer.reference, Transfer.cents, Transfer.reason.in_(reasons))
    owed = _sums(Refund.order_id, Refund.cents, Refund.state != "sent")
    left = _sums(Refund.payment_id, Refund.cents)
    return [
        ("I14", "cancellations take back what went back", _differ(back, Order.id, papers, Order.id)),
        ("I15", "the ledger has what went back", _differ(back, Order.id, moved, Order.number)),
        ("I15", "what is owed to payers is what was not sent", _payable(owed)),
        (
            "I15",
            "refunds of a payment are never more than it was",
            select(Payment.id).join(left, left.c.key == Payment.id).where(left.c.cents > Payment.cents),
        ),
        (
            "I15",
            "only of cancelled bookings something went back",
            select(Share.line_id)
            .join(Booking, Booking.order_line_id == Share.line_id)
            .where(Share.given_back > 0, Booking.state != "cancelled"),
        ),
    ]


def _sums(key: Any, cents: Any, *where: Any) -> Any:
    """Sums of cents by a key, to join to: columns `key` and `cents`."""
    return select(key.label("key"), func.sum(cents).label("cents")).where(*where).group_by(key).subquery()


def _differ(one: Any, one_key: Any, other: Any, other_key: Any) -> Select[Any]:
    """The orders for which two sums are not the same."""
    joined = select(Order.id).outerjoin(one, one.c.key == one_key).outerjoin(other, other.c.key == other_key)
    return joined.where(func.coalesce(one.c.cents, 0) != func.coalesce(other.c.cents, 0))


def _payable(owed: Any) -> Select[Any]:
    """The orders whose account of what we owe is not the sum of their refunds that were not sent."""
    name = literal("payable:") + Order.number
    credits = select(func.coalesce(func.sum(Transfer.cents), 0)).where(Transfer.credit == name)
    debits = select(func.coalesce(func.sum(Transfer.cents), 0)).where(Transfer.debit == name)
    balance = credits.scalar_subquery() - debits.scalar_subquery()
    joined = select(Order.id).outerjoin(owed, owed.c.key == Order.id)
    involved = or_(owed.c.cents > 0, Order.id.in_(select(Refund.order_id)))
    return joined.where(involved, balance != func.coalesce(owed.c.cents, 0))
