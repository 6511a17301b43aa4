"""Who sells, who buys and how it was paid: what every document freezes alike."""

from dataclasses import asdict
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from shop.centre.facts import centre
from shop.core import codes
from shop.core.money import Cents
from shop.orders.placed import AnyOrder
from shop.vouchers.letter import letterhead

Ways = list[tuple[str, str, Cents]]
"""How money came or went back: `voucher` or `card` with its number, or a way to pay; and cents."""


def parties(order: AnyOrder) -> dict[str, Any]:
    """Seller with tax numbers, buyer and country as they are now, to be frozen with a document (§ 14 UStG)."""
    here = centre()
    return {
        "seller": asdict(letterhead(here)),
        "tax_number": here.tax_number,
        "vat_id": here.vat_id,
        "country": current_app.config["COUNTRY"],
        "buyer": [order.buyer, order.street, f"{order.postcode} {order.city}"],
    }


def paid_by(way: str, number: str = "", *, language: str) -> str:
    """In words: a way to pay, or a voucher or card by its number."""
    with force_locale(language):
        if way == "voucher":
            return str(_("Gutschein %(number)s", number=codes.shown_number(number)))
        if way == "card":
            return str(_("Wertkarte %(number)s", number=codes.shown_number(number)))
        words: dict[str, str] = {
            "stripe": _("Onlinezahlung über Stripe"),
            "bank": _("Überweisung"),
            "counter": _("Zahlung am Service-Punkt"),
            "invoice": _("Verrechnung mit der offenen Rechnung"),
            "replaced": _("Ersetzt durch eine neue Rechnung"),
            "pretend": _("Übungskasse, kein echtes Geld"),
        }
        return words[way]
