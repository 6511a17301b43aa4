"""An order's papers: which page a document is printed on, and what its file is called."""

from collections.abc import Callable

from flask_babel import force_locale
from flask_babel import gettext as _

from shop.documents.models import Document
from shop.orders import credit_note, invoice, receipt
from shop.orders.models import Order
from shop.outbox.letter import Attachment

Page = Callable[[Order, Document], Callable[[], bytes]]

PAGES: dict[str, Page] = {
    "receipt": receipt.page,
    "invoice": invoice.page,
    credit_note.KIND: credit_note.page,
}


def title(document: Document) -> str:
    """What a document is called in the current language."""
    titles: dict[str, str] = {
        "receipt": _("Kaufbeleg"),
        "invoice": _("Rechnung"),
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
