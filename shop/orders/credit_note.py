"""What takes an invoice or a receipt back: a document of its own that refers to the old one (DOMAIN T5)."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from shop import clock
from shop.core import codes, tax
from shop.core.money import Cents
from shop.documents import issue as documents
from shop.documents.models import Document
from shop.orders.invoice import bill, course_facts, notes
from shop.orders.models import Order, OrderLine, Refund
from shop.orders.parties import Ways, parties
from shop.paper import sheets
from shop.vouchers.models import Voucher

KIND = "cancellation"
CORRECTION = "correction"  # takes a faulty invoice back that a new one replaces
# A line about no course: its supply has no days and no rate.
_PLAIN = {"number": "", "person": "", "note": "", "first": None, "last": None, "permille": 0}


def take_back_booking(
    order: Order, line: OrderLine, booking_id: UUID, ways: Ways, untaxed: Cents = 0
) -> None:
    """Take back of an order's invoice what goes back of one booking, in the cancelling transaction.

    `untaxed` is the part in cents of what stays that is not taxed, because card credit has paid it (T4).

    The fee stays invoiced, at the course's rate. What goes back is taxed as the invoice has taxed it:
    credit may have been bought, at a discount, after it was spent. Runs with the order locked: VAT is
    what the invoice contained less what it contains still, so that all parts make the whole to the cent.
    """
    back = sum(cents for _way, _number, cents in ways)
    earlier = documents.of_order(order.id)
    course = _as_invoiced(line, earlier) or course_facts(line, order.language)
    taxed_still = line.cents - back - untaxed
    taxed = line.cents - course.get("untaxed", 0) - taxed_still
    facts = {
        "lines": [{**course, "cents": -line.cents}],
        "kept": line.cents - back,
        "vat": [[course["permille"], -taxed, -_vat_of(course["permille"], taxed, earlier)]],
        "untaxed": taxed - back,
        "notes": notes([course]),
    }
    _issue(order, uuid.uuid5(booking_id, KIND), "invoice", -back, facts, ways)


def take_back_voucher(order: Order, voucher: Voucher, method: str, refund: Refund, *, by: str) -> None:
    """Take back of an order's receipt what leaves a voucher; `by` is the member of staff who decided it."""
    with force_locale(order.language):
        title = str(_("Gutschein %(number)s", number=codes.shown_number(voucher.number)))
    facts = {"lines": [{**_PLAIN, "title": title, "cents": -refund.cents}], "kept": 0, "vat": [], "notes": []}
    ways: Ways = [(method, "", refund.cents)]
    _issue(order, uuid.uuid5(refund.id, KIND), "receipt", -refund.cents, {**facts, "by": by}, ways)


def take_back_credit(order: Order, line: OrderLine, refund: Refund, method: str, *, by: str) -> None:
    """Take back of a top-up's invoice or receipt what is paid out of its credit; `by` is who decided it (W7)."""
    earlier = documents.of_order(order.id)
    invoiced = _as_invoiced(line, earlier)
    facts = {
        "lines": [{**(invoiced or _PLAIN), "title": line.title, "cents": -refund.cents}],
        "kept": 0,
        "vat": [],
        "notes": notes([invoiced]) if invoiced else [],
        "by": by,
    }
    if invoiced:
        rate = invoiced["permille"]
        facts["vat"] = [[rate, -refund.cents, -_vat_of(rate, refund.cents, earlier)]]
    ways: Ways = [(method, "", refund.cents)]
    of_kind = "invoice" if invoiced else "receipt"
    _issue(order, uuid.uuid5(refund.id, KIND), of_kind, -refund.cents, facts, ways)


def take_back_codes(
    order: Order, parts: Sequence[tuple[OrderLine, int]], document_id: UUID, ways: Ways, *, by: str
) -> None:
    """Take back of an organisation's invoice so many codes of some of its lines; `by` is who decided it."""
    earlier = documents.of_order(order.id)
    lines = [_fewer(_as_invoiced(line, earlier) or {}, count) for line, count in parts]
    back: dict[int, Cents] = {}
    for line in lines:
        back[line["permille"]] = back.get(line["permille"], 0) - line["cents"]
    facts = {
        "lines": lines,
        "kept": 0,
        "vat": [[rate, -cents, -_vat_of(rate, cents, earlier)] for rate, cents in sorted(back.items())],
        "notes": notes(lines),
        "by": by,
        "buyer": next(each for each in reversed(earlier) if each.kind == "invoice").facts["buyer"],
    }
    _issue(order, document_id, "invoice", -sum(back.values()), facts, ways)


def correct_purchase(order: Order, invoice: Document, document_id: UUID, *, by: str) -> None:
    """Take a faulty invoice to an organisation back as a whole, because a new one replaces it; no money moves."""
    facts = {
        "lines": [_fewer(line, line["quantity"]) for line in invoice.facts["lines"]],
        "kept": 0,
        "vat": [[rate, -gross, -vat] for rate, gross, vat in invoice.facts["vat"]],
        "notes": invoice.facts["notes"],
        "by": by,
        "buyer": invoice.facts["buyer"],
    }
    ways: Ways = [("replaced", "", invoice.cents)]
    _issue(order, document_id, "invoice", -invoice.cents, facts, ways, kind=CORRECTION)


def _fewer(line: dict[str, Any], count: int) -> dict[str, Any]:
    """So many pieces of an invoiced line, as what is taken back."""
    days = {"first": None, "last": None}  # the day of supply was the sale's, which the invoice names
    return {**line, **days, "title": f"{count} × {line['title']}", "cents": -count * line["unit_cents"]}


def page(order: Order, document: Document) -> Callable[[], bytes]:
    """Prints what takes a document back when called; the call raises `paper.pdf.PaperJam`."""
    return partial(sheets.cancellation_pdf, bill(order, document), order.language)


def _issue(
    order: Order,
    id: UUID,
    of_kind: str,
    cents: Cents,
    facts: Mapping[str, Any],
    ways: Ways,
    *,
    kind: str = KIND,
) -> None:
    """Issue with the number and day of the document that it takes back; it stands as it is (I5)."""
    now = clock.now()
    of_order = reversed(documents.of_order(order.id))
    old = next((each for each in of_order if each.kind == of_kind), None)  # the one in force
    documents.issue(
        id,
        kind=kind,
        series=f"ST-{clock.local(now).year}",
        order_id=order.id,
        cents=cents,
        facts={
            **parties(order),
            **facts,
            "paid": ways,
            "refers_to": old.number if old else "",
            "refers_on": clock.local(old.issued_at).date().isoformat() if old else None,
        },
        issued_at=now,
    )


def _as_invoiced(line: OrderLine, documents_so_far: list[Document]) -> dict[str, Any] | None:
    """The line as its invoice has frozen it: rates and dates may have changed since."""
    lines = [each for found in documents_so_far if found.kind == "invoice" for each in found.facts["lines"]]
    return next((each for each in lines if each["line"] == str(line.id)), None)


def _vat_of(permille: int, back: Cents, documents_so_far: list[Document]) -> Cents:
    """The VAT in what goes back now: that of what was invoiced at this rate, less that of what stays."""
    rows = [row for each in documents_so_far for row in each.facts.get("vat", ()) if row[0] == permille]
    invoiced, contained = sum(row[1] for row in rows), sum(row[2] for row in rows)
    stays = tax.contained(invoiced - back, permille)
    return int(contained - stays)
