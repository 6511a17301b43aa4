"""Making an order final: seats, vouchers, ledger, documents and mails, or nothing (DOMAIN P1)."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, update

from shop import clock
from shop.cards.credit import freeze as freeze_credit
from shop.db import changed, db
from shop.failpoints import reach
from shop.ledger import book
from shop.orders import tender
from shop.orders.goods import SERVES, as_line, place_in_turn
from shop.orders.invoice import issue_invoice
from shop.orders.match import Attempt
from shop.orders.models import Order
from shop.orders.placed import AnyOrder
from shop.orders.receipt import issue_receipt
from shop.orders.shares import paid_by_payment
from shop.outbox import queue
from shop.vouchers.freeze import freeze as freeze_vouchers

_orders = cast(Table, Order.__table__)
_CLAIM = (
    update(_orders)
    .where(_orders.c.id == bindparam("order"), _orders.c.state == "placed")
    .values(state="settled", settled_at=bindparam("now"))
)


def settle_order(order: AnyOrder, payment: Attempt | None) -> bool:
    """Make an order final, in the caller's transaction; False when it has been made so before.

    Seats, vouchers, ledger, documents and mails, or nothing. Without a payment nothing was due.
    Raises `core.goods.Gone` or `tender.Lost` when what was kept for it has lapsed and is gone.
    """
    claimed = changed(db.session.connection().execute(_CLAIM, {"order": order.id, "now": clock.now()}))
    if not claimed:
        return False
    reach("settle.claimed")
    _fulfil(order, f"till:{payment.method}" if payment else "")
    if payment is not None and payment.returned:
        freeze_bought([line.id for line in order.lines])
    issue_receipt(order, payment)
    issue_invoice(order, payment)
    reach("settle.documented")
    _announce(order)
    return True


def freeze_bought(line_ids: Sequence[UUID]) -> None:
    """Take out of use what these order lines have bought, vouchers and card credit (P4, L3).

    Cards before vouchers, as everywhere; and once more, for a voucher that was loaded onto a card
    while we waited for it.
    """
    freeze_credit(line_ids)
    freeze_vouchers(line_ids)
    freeze_credit(line_ids)


def _fulfil(order: AnyOrder, till: str) -> None:
    """Seats first, then purses, as everywhere; then the paid part of each booking."""
    for line in sorted(order.lines, key=place_in_turn):
        SERVES[line.kind].fulfil(as_line(order, line, till))
    reach("settle.fulfilled")
    if order.due_cents != order.total_cents:
        tender.post_all(order)
    reach("settle.posted")
    if till:
        _book_paid_parts(order, till)


def _book_paid_parts(order: AnyOrder, till: str) -> None:
    """What the payment paid of bookings is revenue; what vouchers paid was posted from their purses."""
    booked = [line.id for line in order.lines if line.kind == "booking"]
    for line_id, cents in (paid_by_payment(booked) if booked else {}).items():
        book.transfer(
            book.transfer_id("settle", line_id),
            debit=till,
            credit="revenue",
            cents=cents,
            reason="booking paid",
            reference=order.number,
            currency=order.currency,
        )


def _announce(order: AnyOrder) -> None:
    """Queue the confirmation, and the mails that go to recipients, with the sale itself (I12)."""
    queue.put(
        uuid.uuid5(order.id, "mail:order_confirmed"),
        "order_confirmed",
        recipient=order.email,
        facts={"order": str(order.id)},
        reference=order.number,
    )
    for line in order.lines:
        if line.facts.get("delivery") != "recipient":
            continue
        chosen = line.facts["deliver_on"]
        queue.put(
            uuid.uuid5(line.id, "mail:voucher_gift"),
            "voucher_gift",
            recipient=line.facts["recipient_email"],
            facts={"order": str(order.id), "line": str(line.id)},
            reference=order.number,
            due_at=clock.local_morning(date.fromisoformat(chosen)) if chosen else None,
        )
