"""What an organisation can order: courses and packages that cost something and still take people."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _

from shop import clock
from shop.catalogue import search
from shop.catalogue.models import Offer
from shop.catalogue.search import Listed, Wish
from shop.centre.tax_notes import tax_note
from shop.core import tax
from shop.core.words import said
from shop.db import db
from shop.orders.purchase.quote import PricedLine
from shop.web.frame.language import language


@dataclass(frozen=True)
class Group:
    """A part of the programme with what can be ordered of it."""

    name: str
    rows: Sequence[Listed]
    is_open: bool


@dataclass(frozen=True)
class ReviewLine:
    """One line of an order before it is placed; `vat` says what the price says about VAT."""

    number: str
    title: str
    quantity: int
    unit_cents: int
    cents: int
    vat: str


def groups(wanted: set[str]) -> list[Group]:
    """The programme by its parts, packages first; parts with a wish in them are open."""
    names = {each.slug: said(each.words, language()) for each in search.facets().categories}
    found: dict[str, list[Listed]] = {}
    for offer in search.published(Wish(), per_page=1000).offers:
        if offer.kind != "voucher" and offer.price_cents and offer.standing not in ("cancelled", "closed"):
            part = "" if offer.kind == "package" else offer.category
            found.setdefault(part, []).append(offer)
    return [
        Group(
            names.get(part, part) if part else _("Pakete"),
            rows,
            not part or not wanted.isdisjoint(row.number for row in rows),
        )
        for part, rows in sorted(found.items(), key=lambda item: (item[0] != "", names.get(item[0], "")))
    ]


def title(number: str) -> str:
    """A course's name in the visitor's language; its number when there is no such course."""
    offer = db.session.get(Offer, number)
    return said(offer.title, language()) if offer else number


def review_line(line: PricedLine) -> ReviewLine:
    """A priced line as the review shows it."""
    offer = db.session.get(Offer, line.offer)
    vat = _vat(offer) if offer else ""
    return ReviewLine(line.offer, line.title, line.quantity, line.unit_cents, line.cents, vat)


def _vat(offer: Offer) -> str:
    country, on = str(current_app.config["COUNTRY"]), clock.today()
    if note := tax_note(country, offer.tax_code, on):
        return said(note, language())
    permille = tax.permille(country, offer.tax_code, on)
    rate = f"{permille / 10:g}".replace(".", ",")
    return str(_("einschließlich %(rate)s %% Umsatzsteuer", rate=rate))
