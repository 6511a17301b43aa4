"""The invoice for an order's courses and for credit taxed when sold: prices, VAT, who paid (DOMAIN T1–T5)."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import current_app

from shop import clock
from shop.cards.spend import untaxed
from shop.cards.top_up import tax_code
from shop.catalogue.models import Offer
from shop.catalogue.packages import contents
from shop.centre.tax_notes import tax_note
from shop.core import codes, tax
from shop.core.money import Cents
from shop.core.words import said
from shop.db import db
from shop.documents.issue import issue
from shop.documents.models import Document
from shop.orders.match import Attempt
from shop.orders.models import Order
from shop.orders.parties import Ways, paid_by, parties
from shop.orders.placed import AnyLine, AnyOrder
from shop.orders.purses import kind_name, number_of
from shop.orders.shares import PAYMENT, Part, shares_of
from shop.paper import sheets
from shop.paper.sheets import Bill, BillLine, Letterhead, VatRow


def issue_invoice(order: AnyOrder, payment: Attempt | None) -> None:
    """Issue the invoice for an order's bookings and single-purpose credit in the settling transaction.

    A course paid by voucher or card stands in it at its full price, then "paid by voucher …" (T3).
    Nothing is issued for an order that has neither.
    """
    billed = [line for line in order.lines if is_billed(line)]
    if not billed:
        return
    now = clock.now()
    shares = shares_of(order.id, [line.id for line in billed])
    has_card = any(kind_name(share.account) == "card" for share in shares)
    without_vat = [untaxed(line.id) if has_card else 0 for line in billed]
    lines = [
        {**_FACTS[line.kind](line, order.language), "untaxed": part}
        for line, part in zip(billed, without_vat, strict=True)
    ]
    issue(
        uuid.uuid5(order.id, "invoice"),
        kind="invoice",
        series=f"RE-{clock.local(now).year}",
        order_id=order.id,
        cents=sum(line.cents for line in billed),
        facts={
            **parties(order),
            "lines": lines,
            "vat": vat_rows((line["permille"], line["cents"] - line["untaxed"]) for line in lines),
            "untaxed": sum(without_vat),
            "notes": notes(lines),
            "paid": _ways(shares, payment),
        },
        issued_at=now,
    )


def is_billed(line: AnyLine) -> bool:
    """Whether an invoice is due for a line: a booking, or credit whose VAT is due when it is sold (T1)."""
    return line.kind == "booking" or (line.kind == "card" and bool(tax_code(line.facts)))


def course_facts(line: AnyLine, language: str) -> dict[str, Any]:
    """One course as documents freeze it: what, for whom, when, its price and its VAT rate."""
    offer = db.session.get_one(Offer, line.facts["offer"])
    first, last = period(offer)
    country, on = current_app.config["COUNTRY"], last or clock.today()
    return {
        "line": str(line.id),
        "title": line.title,
        "kind": offer.kind,
        "number": offer.number,
        "person": f"{line.facts['first_name']} {line.facts['last_name']}",
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
        "cents": line.cents,
        "permille": tax.permille(country, offer.tax_code, on),
        "note": said(note, language) if (note := tax_note(country, offer.tax_code, on)) else "",
    }


def credit_facts(line: AnyLine, language: str) -> dict[str, Any]:
    """A top-up as documents freeze it: the sale is the supply, so it has no days (§ 3 Abs. 14 UStG)."""
    country, code, today = current_app.config["COUNTRY"], tax_code(line.facts), clock.today()
    return {
        "line": str(line.id),
        "kind": "card",
        "title": f"{line.title} ({codes.shown_number(line.facts['card'])})",
        "number": "",
        "person": "",
        "first": None,
        "last": None,
        "cents": line.cents,
        "permille": tax.permille(country, code, today),
        "note": said(note, language) if (note := tax_note(country, code, today)) else "",
    }


_FACTS = {"booking": course_facts, "card": credit_facts}


def period(offer: Offer) -> tuple[date | None, date | None]:
    """The first and the last local day of a course, or of all courses of a package (§ 14 Abs. 4 Nr. 6 UStG)."""
    offers = contents(offer) if offer.kind == "package" else [offer]
    days = [date.fromisoformat(start[:10]) for each in offers for start, _ in each.sessions]
    days = days or [each.starts_on for each in (offer, *offers) if each.starts_on]
    return (min(days), max(days)) if days else (None, None)


def vat_rows(amounts: Iterable[tuple[int, Cents]]) -> list[list[int]]:
    """For each rate in per mille its gross sum and the VAT contained in it, in cents."""
    gross: dict[int, Cents] = {}
    for permille, cents in amounts:
        gross[permille] = gross.get(permille, 0) + cents
    return [[rate, cents, tax.contained(cents, rate)] for rate, cents in sorted(gross.items())]


def notes(lines: Iterable[dict[str, Any]]) -> list[str]:
    """Why there is no VAT, each reason once."""
    return list(dict.fromkeys(line["note"] for line in lines if line["note"]))


def _ways(shares: Sequence[Part], payment: Attempt | None) -> Ways:
    """What each voucher and card has paid, in the order of the tenders, then the payment."""
    sums: dict[str, Cents] = {}
    for share in shares:
        sums[share.account] = sums.get(share.account, 0) + share.cents
    paid = sums.pop(PAYMENT, 0)
    ways: Ways = [(kind_name(account), number_of(account), cents) for account, cents in sums.items()]
    if paid:
        assert payment is not None  # a share of the payment without one would break the ledger first
        ways.append((payment.method, "", paid))
    return ways


def page(order: Order, document: Document) -> Callable[[], bytes]:
    """Prints an issued invoice from its frozen facts when called; the call raises `paper.pdf.PaperJam`."""
    return partial(sheets.invoice_pdf, bill(order, document), order.language)


def bill(order: Order, document: Document) -> Bill:
    """A document about courses as it is printed, from its frozen facts alone."""
    facts, language = document.facts, order.language
    return Bill(
        number=document.number,
        issued_on=clock.local(document.issued_at).date(),
        order_number=order.number,
        letterhead=Letterhead(**facts["seller"]),
        tax_number=facts["tax_number"],
        vat_id=facts["vat_id"],
        buyer=tuple(facts["buyer"]),
        lines=tuple(_line(line) for line in facts["lines"]),
        total_cents=document.cents,
        vat=tuple(VatRow(*row) for row in facts["vat"]),
        notes=tuple(facts["notes"]),
        ways=tuple((paid_by(way, number, language=language), cents) for way, number, cents in facts["paid"]),
        refers_to=facts.get("refers_to", ""),
        refers_on=_day(facts.get("refers_on")),
        kept=facts.get("kept", 0),
        untaxed=facts.get("untaxed", 0),
    )


def _line(line: dict[str, Any]) -> BillLine:
    return BillLine(
        title=line["title"],
        number=line["number"],
        is_appointment=line.get("kind") == "appointment",
        person=line["person"],
        first=_day(line["first"]),
        last=_day(line["last"]),
        permille=line["permille"],
        cents=line["cents"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
