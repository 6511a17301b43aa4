"""The invoice to an organisation: what § 14 UStG and § 11 öUStG ask for, frozen when it is issued (DOMAIN T1, T5)."""

import uuid
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from flask import current_app

from shop import clock
from shop.catalogue.models import Offer
from shop.centre.facts import centre
from shop.centre.tax_notes import tax_note
from shop.core import tax
from shop.core.words import said
from shop.db import db
from shop.documents.issue import issue
from shop.documents.models import Document
from shop.orders.invoice import notes, period, vat_rows
from shop.orders.models import Order, OrderLine, Purchase
from shop.orders.parties import parties
from shop.paper import on_account
from shop.people.models import Organisation

KIND = "invoice"


def issue_invoice(order: Order, bought: Purchase, *, edition: int = 1, paid_on: str = "") -> uuid.UUID:
    """Issue the invoice for an organisation's codes, in the transaction that sells them; gives its id.

    Each code is a single-purpose voucher (Einzweck-Gutschein): its sale counts as the supply, so VAT
    is due now and the day of sale is the day of supply (§ 3 Abs. 14 UStG, Art. 30b of the VAT
    directive); redeeming it is untaxed. The `edition` counts invoices that were issued anew;
    `paid_on` is a local ISO date when such a one was paid before.
    """
    now = clock.now()
    lines = [line_facts(line, order.language, clock.local(now).date()) for line in order.lines]
    document_id = uuid.uuid5(order.id, KIND if edition == 1 else f"{KIND}:{edition}")
    issue(
        document_id,
        kind=KIND,
        series=f"RE-{clock.local(now).year}",
        order_id=order.id,
        cents=order.total_cents,
        facts={
            **parties(order),
            **_addressed(bought),
            **_account(),
            "lines": lines,
            "vat": vat_rows((line["permille"], line["cents"]) for line in lines),
            "notes": notes(lines),
            "paid": [],
            "due_on": bought.due_on.isoformat(),
            "paid_on": paid_on,
            "sold_on": clock.local(order.placed_at).date().isoformat(),
        },
        issued_at=now,
    )
    return document_id


def line_facts(line: OrderLine, language: str, on: date) -> dict[str, Any]:
    """So many codes of one course as documents freeze them: what, when, how many, price and VAT rate on a day."""
    offer = db.session.get_one(Offer, line.facts["offer"])
    first, last = period(offer)
    country = current_app.config["COUNTRY"]
    return {
        "line": str(line.id),
        "title": line.title,
        "number": offer.number,
        "person": "",
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
        "quantity": line.quantity,
        "unit_cents": line.unit_cents,
        "cents": line.cents,
        "permille": tax.permille(country, offer.tax_code, on),
        "note": said(note, language) if (note := tax_note(country, offer.tax_code, on)) else "",
    }


def _addressed(bought: Purchase) -> dict[str, Any]:
    """To whom the invoice goes, as the organisation is called now, and what its bookkeeping asks for."""
    organisation = db.session.get_one(Organisation, bought.organisation_id)
    return {
        "buyer": [
            organisation.name,
            organisation.street,
            f"{organisation.postcode} {organisation.city}",
        ],
        "buyer_vat_id": organisation.vat_id,
        "reference": bought.reference,
        "cost_centre": bought.cost_centre,
        "leitweg_id": bought.leitweg_id,
    }


def _account() -> dict[str, str]:
    """Where the money goes."""
    here = centre()
    return {"holder": here.account_holder or here.name, "iban": here.iban, "bic": here.bic}


def page(order: Order, document: Document) -> Callable[[], bytes]:
    """Prints an issued invoice from its frozen facts when called; the call raises `paper.pdf.PaperJam`."""
    return partial(on_account.invoice_pdf, bill(order, document), order.language)


def bill(order: Order, document: Document) -> on_account.AccountBill:
    """An invoice to an organisation as it is printed, from its frozen facts alone."""
    facts = document.facts
    return on_account.AccountBill(
        number=document.number,
        issued_on=clock.local(document.issued_at).date(),
        order_number=order.number,
        letterhead=on_account.Letterhead(**facts["seller"]),
        tax_number=facts["tax_number"],
        vat_id=facts["vat_id"],
        country=facts["country"],
        buyer=tuple(facts["buyer"]),
        buyer_vat_id=facts["buyer_vat_id"],
        reference=facts["reference"],
        cost_centre=facts["cost_centre"],
        leitweg_id=facts["leitweg_id"],
        lines=tuple(_line(line) for line in facts["lines"]),
        total_cents=document.cents,
        vat=tuple(on_account.VatRow(*row) for row in facts["vat"]),
        notes=tuple(facts["notes"]),
        due_on=date.fromisoformat(facts["due_on"]),
        sold_on=date.fromisoformat(facts["sold_on"]),
        paid_on=date.fromisoformat(facts["paid_on"]) if facts["paid_on"] else None,
        holder=facts["holder"],
        iban=facts["iban"],
        bic=facts["bic"],
    )


def _line(line: dict[str, Any]) -> on_account.AccountLine:
    return on_account.AccountLine(
        title=line["title"],
        number=line["number"],
        first=date.fromisoformat(line["first"]) if line["first"] else None,
        last=date.fromisoformat(line["last"]) if line["last"] else None,
        quantity=line["quantity"],
        unit_cents=line["unit_cents"],
        permille=line["permille"],
        cents=line["cents"],
    )
