"""The letters to an organisation about what it has bought; each is a value, sending is the outbox's (STYLE)."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from shop.centre import pages
from shop.centre.facts import centre
from shop.course_vouchers import spreadsheet
from shop.course_vouchers.models import CourseVoucher
from shop.db import db
from shop.documents.issue import of_order
from shop.documents.models import Document
from shop.orders import papers
from shop.orders.models import Order, OrderLine, Purchase
from shop.outbox.letter import Attachment, Letter, from_templates
from shop.outbox.models import Message
from shop.paper.sheets import terms_pdf
from shop.vouchers.letter import letterhead

PDF = "application/pdf"


def codes_ordered(message: Message) -> Letter:
    """The order is confirmed: the codes as CSV and XLSX, the invoice, the terms (C2, L2).

    Codes that work only after payment are not in it; they come with `purchase_paid`.
    """
    order = _order(message)
    vouchers, is_withheld = _usable(order), any(each.frozen == "unpaid" for each in _codes(order))
    with force_locale(order.language):
        subject = (
            _("Ihre Kurs-Voucher zur Bestellung %(number)s", number=order.number)
            if not is_withheld
            else _("Ihre Bestellung %(number)s", number=order.number)
        )
        enclosed = (*tables(vouchers, order.number), papers.attachment(order, _invoice(order)), _terms(order))
        return _letter(order, "codes_ordered", subject, enclosed, are_usable=not is_withheld)


def paid(message: Message) -> Letter:
    """The transfer is here; codes that waited for it are in this letter."""
    order = _order(message)
    vouchers = _usable(order) if message.facts["codes"] else []
    with force_locale(order.language):
        subject = _("Zahlung erhalten: Rechnung %(number)s", number=_invoice(order).number)
        return _letter(
            order, "purchase_paid", subject, tables(vouchers, order.number), are_usable=bool(vouchers)
        )


def overdue(message: Message) -> Letter:
    """The invoice is overdue; if codes rest meanwhile, it says so. The invoice comes once more."""
    order = _order(message)
    with force_locale(order.language):
        invoice = _invoice(order)
        subject = _("Zahlungserinnerung: Rechnung %(number)s", number=invoice.number)
        frozen = sum(voucher.frozen == "overdue" for voucher in _codes(order))
        enclosed = (papers.attachment(order, invoice),)
        return _letter(
            order, "invoice_overdue", subject, enclosed, frozen=frozen, outstanding=message.facts["cents"]
        )


def cancelled(message: Message) -> Letter:
    """Codes were taken back, or an invoice was replaced: the papers that say so."""
    order = _order(message)
    document = db.session.get_one(Document, UUID(message.facts["document"]))
    is_replaced = message.facts["what"] == "reissued"
    issued = of_order(order.id)
    found = [each for each in issued if each.id == document.id]
    if is_replaced:  # what takes the old one back was issued just before the new one
        found = [next(each for each in reversed(issued) if each.kind == "correction"), document]
    with force_locale(order.language):
        old = found[0].facts["refers_to"]
        subject = (
            _("Neue Rechnung zur Bestellung %(number)s", number=order.number)
            if is_replaced
            else _("Storno zur Rechnung %(number)s", number=old)
        )
        enclosed = tuple(papers.attachment(order, each) for each in found)
        facts = {
            "is_replaced": is_replaced,
            "old": old,
            "document": document,
            "is_refunded": not is_replaced and document.facts["paid"][0][0] == "bank",
        }
        return _letter(order, "invoice_cancelled", subject, enclosed, **facts)


def tables(vouchers: Sequence[CourseVoucher], name: str) -> tuple[Attachment, ...]:
    """The codes as files in the current language, made when the letter leaves; none without codes."""
    if not vouchers:
        return ()
    table = spreadsheet.rows(vouchers)
    return (
        Attachment(f"Codes-{name}.xlsx", spreadsheet.XLSX, spreadsheet.xlsx(table)),
        Attachment(f"Codes-{name}.csv", spreadsheet.CSV, spreadsheet.csv(table)),
    )


def _codes(order: Order) -> list[CourseVoucher]:
    query = select(CourseVoucher).join(OrderLine, OrderLine.id == CourseVoucher.order_line_id)
    query = query.where(OrderLine.order_id == order.id)
    return list(db.session.scalars(query.order_by(OrderLine.position, CourseVoucher.copy)))


def _usable(order: Order) -> list[CourseVoucher]:
    """The codes that can be handed out, those included that were redeemed before the letter left."""
    return [each for each in _codes(order) if each.state != "cancelled" and each.frozen != "unpaid"]


def _invoice(order: Order) -> Document:
    """The invoice in force."""
    return [each for each in of_order(order.id) if each.kind == "invoice"][-1]


def _terms(order: Order) -> Attachment:
    """The terms in the version agreed to, as a paper to keep."""
    slug, language, number = order.terms.split("/")
    page = pages.version(slug, language, int(number))
    if page is None:
        raise LookupError(f"the page {order.terms} that an order was placed under is gone")
    made = partial(terms_pdf, letterhead(), [(page.title, pages.html(page.body))], order.language)
    return Attachment(_("AGB.pdf"), PDF, made)


def _letter(
    order: Order, name: str, subject: str, enclosed: tuple[Attachment, ...], **more: object
) -> Letter:
    bought = db.session.get_one(Purchase, order.id)
    facts = {"order": order, "bought": bought, "invoice": _invoice(order), **more}
    return from_templates(
        f"orders/mail_{name}",
        to=order.email,
        subject=subject,
        facts=facts,
        attachments=enclosed,
        reply_to=centre().email,
    )


def _order(message: Message) -> Order:
    return db.session.get_one(Order, UUID(message.facts["order"]))
