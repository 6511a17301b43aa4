"""An order's papers: which page a document is printed on, and what its file is called."""

from collections.abc import Callable

from flask_babel import force_locale
from flask_babel import gettext as _

from shop.documents.models import Document
from shop.orders import credit_note, invoice, receipt
from shop.orders.models import Order
from shop.orders.purchase import invoice as on_account
from shop.outbox.letter import Attachment

Page = Callable[[Order, Document], Callable[[], bytes]]


def _invoice(order: Order, document: Document) -> Callable[[], bytes]:
    """An invoice that is paid, or one to an organisation that is to be paid."""
    is_on_account = "due_on" in document.facts
    return on_account.page(order, document) if is_on_account else invoice.page(order, document)


PAGES: dict[str, Page] = {
    "receipt": receipt.page,
    "invoice": _invoice,
    credit_note.KIND: credit_note.page,
    credit_note.CORRECTION: credit_note.page,
}


def title(document: Document) -> str:
    """What a document is called in the current language."""
    titles: dict[str, str] = {
        "receipt": _("Kaufbeleg"),
        "invoice": _("Rechnung"),
        "correction": _("Stornorechnung"),
        "cancellation": _("Stornorechnung") if document.facts.get("vat") else _("Stornobeleg"),
    }
    return titles[document.kind]


def page(order: Order, document: Document) -> Callable[[], bytes]:
    """Prints a document of an order when called; the call raises `paper.pdf.PaperJam`."""
    return PAGES[document.kind](order, document)


def attachment(order: Order, document: Document) -> Attachment:
    """A document as a file beside a letter, made when it is sent."""
    with force_locale(order.language):
        name = f"{title(document)}-{document.number}.pdf"
    return Attachment(name, "application/pdf", page(order, document))
