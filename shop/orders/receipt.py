"""The receipt of a sale: frozen when it is issued, printed whenever it is asked for (DOMAIN T1, T5)."""

import uuid
from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from shop import clock
from shop.documents.issue import issue
from shop.documents.models import Document
from shop.orders.models import Order
from shop.paper import sheets
from shop.paper.sheets import Letterhead, Receipt, ReceiptLine
from shop.payments.models import Payment
from shop.vouchers.letter import letterhead


def issue_receipt(order: Order, payment: Payment) -> Document:
    """Issue the Kaufbeleg of a sale in the settling transaction.

    Not an invoice: multi-purpose vouchers bear their VAT when they are redeemed. Seller, buyer and
    lines are frozen with it, so that it reads the same in ten years.
    """
    now = clock.now()
    return issue(
        uuid.uuid5(order.id, "receipt"),
        kind="receipt",
        series=f"KB-{clock.local(now).year}",
        order_id=order.id,
        cents=order.total_cents,
        facts={
            "seller": asdict(letterhead()),
            "country": current_app.config["COUNTRY"],
            "buyer": [order.buyer, order.street, f"{order.postcode} {order.city}"],
            "method": payment.method,
            "lines": [[line.title, line.quantity, line.unit_cents, line.cents] for line in order.lines],
        },
        issued_at=now,
    )


def page(order: Order, document: Document) -> Callable[[], bytes]:
    """Prints an issued receipt from its frozen facts when called; the call raises `paper.pdf.PaperJam`."""
    facts = document.facts
    with force_locale(order.language):
        paid = {
            "stripe": _("Onlinezahlung über Stripe"),
            "bank": _("Überweisung"),
            "pretend": _("Übungskasse, kein echtes Geld"),
        }[facts["method"]]
    printed = Receipt(
        number=document.number,
        issued_on=clock.local(document.issued_at).date(),
        order_number=order.number,
        letterhead=Letterhead(**facts["seller"]),
        buyer=tuple(facts["buyer"]),
        lines=tuple(ReceiptLine(*line) for line in facts["lines"]),
        total_cents=document.cents,
        payment=paid,
        country=facts["country"],
    )
    return partial(sheets.receipt_pdf, printed, order.language)
