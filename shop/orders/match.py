"""Which payment of ours an event is about."""

from uuid import UUID

from sqlalchemy import select

from shop.core import codes
from shop.db import db
from shop.orders.models import Order
from shop.payments.happening import Happening
from shop.payments.models import Payment


def payment_of(happening: Happening) -> Payment | None:
    """The payment an event is about: by our own id, by the provider's, or by a transfer's reference."""
    key = happening.payment_id or _find_payment(happening)
    # Two events of one order stand in a row: the second sees what the first has done.
    return db.session.get(Payment, key, with_for_update=True, populate_existing=True) if key else None


def _find_payment(happening: Happening) -> UUID | None:
    if happening.method == "bank":
        return _by_reference(happening.provider_ref or "")
    refs = [ref for ref in (happening.provider_ref, happening.source_ref) if ref]
    matching = Payment.provider_ref.in_(refs) | Payment.source_ref.in_(refs)
    return db.session.scalar(select(Payment.id).where(matching).limit(1)) if refs else None


def _by_reference(reference: str) -> UUID | None:
    """The newest payment by transfer of the order whose number a transfer names."""
    try:
        number = codes.read_order_number(reference)
    except codes.Malformed:
        return None
    query = select(Payment.id).join(Order, Order.id == Payment.order_id)
    query = query.where(Order.number == number, Payment.method.in_(("bank", "invoice")))
    return db.session.scalar(query.order_by(Payment.attempt.desc()).limit(1))
