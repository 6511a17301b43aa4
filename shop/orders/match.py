"""Which payment of ours an event is about."""

from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select

from shop.core import codes
from shop.core.money import Cents
from shop.db import db
from shop.orders.attempts import BY_REFERENCE
from shop.orders.models import Order
from shop.payments.happening import Happening
from shop.payments.models import Payment


class Attempt(NamedTuple):
    """A payment as an event finds it: what its columns of the same names say at that moment."""

    id: UUID
    order_id: UUID
    method: str
    cents: Cents
    currency: str
    state: str
    source_ref: str | None
    returned: bool


_payments = cast(Table, Payment.__table__)
_ATTEMPT = (
    select(*(_payments.c[name] for name in Attempt._fields))
    .where(_payments.c.id == bindparam("payment"))
    .with_for_update()
)


def payment_of(happening: Happening) -> Attempt | None:
    """The payment an event is about: by our own id, by the provider's, or by a transfer's reference.

    Its row stays locked: two events of one order stand in a row, and the second sees what the first
    has done.
    """
    key = happening.payment_id or _find_payment(happening)
    row = key and db.session.connection().execute(_ATTEMPT, {"payment": key}).one_or_none()
    return Attempt(*row) if row else None


def _find_payment(happening: Happening) -> UUID | None:
    if happening.method in BY_REFERENCE:
        return _by_reference(happening.provider_ref or "")
    refs = [ref for ref in (happening.provider_ref, happening.source_ref) if ref]
    matching = Payment.provider_ref.in_(refs) | Payment.source_ref.in_(refs)
    return db.session.scalar(select(Payment.id).where(matching).limit(1)) if refs else None


def _by_reference(reference: str) -> UUID | None:
    """The newest payment of the order whose number somebody named who has transferred or paid at the counter."""
    try:
        number = codes.read_order_number(reference)
    except codes.Malformed:
        return None
    query = select(Payment.id).join(Order, Order.id == Payment.order_id)
    query = query.where(Order.number == number, Payment.method.in_((*BY_REFERENCE, "invoice")))
    return db.session.scalar(query.order_by(Payment.attempt.desc()).limit(1))
