"""The receipt of a sale: frozen when it is issued, printed whenever it is asked for (DOMAIN T1, T5)."""

import uuid
from collections.abc import Callable
from functools import partial

from shop import clock
from shop.documents.issue import issue
from shop.documents.models import Document
from shop.orders.invoice import is_billed
from shop.orders.match import Attempt
from shop.orders.models import Order
from shop.orders.parties import paid_by, parties
from shop.orders.placed import AnyOrder
from shop.paper import sheets
from shop.paper.sheets import Letterhead, Receipt, ReceiptLine


def issue_receipt(order: AnyOrder, payment: Attempt | None) -> None:
    """Issue the Kaufbeleg for vouchers and multi-purpose credit in the settling transaction, if there are any.

    Not an invoice: they bear their VAT when they are redeemed. Seller, buyer and
    lines are frozen with it, so that it reads the same in ten years.
    """
    bought = [line for line in order.lines if line.kind in ("voucher", "card") and not is_billed(line)]
    if not bought or payment is None:
        return
    now = clock.now()
    issue(
        uuid.uuid5(order.id, "receipt"),
        kind="receipt",
        series=f"KB-{clock.local(now).year}",
        order_id=order.id,
        cents=sum(line.cents for line in bought),
        facts={
            **parties(order),
            "method": payment.method,
            "has_credit": any(line.kind == "card" for line in bought),
            "lines": [[line.title, line.quantity, line.unit_cents, line.cents] for line in bought],
        },
        issued_at=now,
    )


def page(order: Order, document: Document) -> Callable[[], bytes]:
    """Prints an issued receipt from its frozen facts when called; the call raises `paper.pdf.PaperJam`."""
    facts = document.facts
    printed = Receipt(
        number=document.number,
        issued_on=clock.local(document.issued_at).date(),
        order_number=order.number,
        letterhead=Letterhead(**facts["seller"]),
        buyer=tuple(facts["buyer"]),
        lines=tuple(ReceiptLine(*line) for line in facts["lines"]),
        total_cents=document.cents,
        payment=paid_by(facts["method"], language=order.language),
        country=facts["country"],
        has_credit=facts.get("has_credit", False),
    )
    return partial(sheets.receipt_pdf, printed, order.language)
