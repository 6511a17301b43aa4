"""Erna's order and how she pays it, for the tests of ways to pay."""

import uuid
from datetime import UTC, datetime
from typing import Any

from shop.core import codes
from shop.db import transaction
from shop.orders.models import Order
from shop.payments.gateway import Bill, BillLine
from shop.payments.models import Payment


def bill(**changes: Any) -> Bill:
    """A fresh attempt to pay two vouchers, 75 euros."""
    facts: dict[str, Any] = {
        "payment_id": uuid.uuid4(),
        "attempt": 1,
        "order_id": uuid.uuid4(),
        "order_number": "B4C18CC0",
        "email": "erna@example.org",
        "language": "de",
        "cents": 75_00,
        "currency": "EUR",
        "lines": (BillLine("Gutschein für Kurse", 1, 50_00), BillLine("Kochgutschein ‚Für dich‘", 1, 25_00)),
        "return_url": "https://vhs.example.org/bestellung/geheim?zurueck=1",
        "cancel_url": "https://vhs.example.org/bestellung/geheim",
        "begun_at": datetime.now(UTC),
    }
    return Bill(**{**facts, **changes})


def placed(method: str, cents: int = 50_00) -> Payment:
    """A placed order of Erna's with one attempt to pay it; both are in the database."""
    order = Order(
        id=uuid.uuid4(),
        number=codes.new_order_number(),
        token_hash=uuid.uuid4().hex,
        form_key=uuid.uuid4(),
        state="placed",
        language="de",
        payment_method=method,
        total_cents=cents,
        due_cents=cents,
        currency="EUR",
        first_name="Erna",
        last_name="Größlhuber",
        email="erna@example.org",
        street="Am Markt 1",
        postcode="12345",
        city="Musterstadt",
        terms="agb:1",
        withdrawal="widerruf:1",
        placed_at=datetime.now(UTC),
    )
    payment = Payment(
        id=uuid.uuid4(),
        order_id=order.id,
        method=method,
        attempt=1,
        cents=cents,
        currency="EUR",
        state="begun",
        begun_at=datetime.now(UTC),
    )
    with transaction() as session:
        session.add(order)
        session.flush()
        session.add(payment)
        session.flush()
        session.expunge_all()
    return payment
