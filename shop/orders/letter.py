"""The letters about an order; each is a value, sending is the outbox's (STYLE)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from shop import clock
from shop.bookings.letter import calendar_file
from shop.cards import find as cards
from shop.catalogue.models import Offer
from shop.centre import pages
from shop.centre.facts import centre
from shop.centre.models import Page
from shop.db import db
from shop.documents import issue as documents
from shop.orders import papers, place, tender
from shop.orders.attempts import latest_payment
from shop.orders.booked import booked
from shop.orders.models import Order, Tender
from shop.orders.parties import paid_by
from shop.orders.purses import kind_name, number_of
from shop.outbox.letter import Attachment, Letter, from_templates
from shop.outbox.models import Message
from shop.paper.sheets import terms_pdf
from shop.vouchers import find, letter

PDF = "application/pdf"


def received(message: Message) -> Letter:
    """Your order is here: what it holds, and how it gets paid (§ 312i BGB)."""
    order = _order(message)
    with force_locale(order.language):
        subject = _("Ihre Bestellung %(number)s ist eingegangen", number=order.number)
        pay_by = order.placed_at + tender.WAITS["counter"]
        return _letter(
            order,
            "received",
            subject,
            payment=latest_payment(order.id),
            pay_by=pay_by,
            notices=_notices(order),
        )


def failed(message: Message) -> Letter:
    """The payment did not go through: nothing was charged, and here it can be tried again."""
    order = _order(message)
    with force_locale(order.language):
        subject = _("Die Zahlung zu Ihrer Bestellung %(number)s hat nicht geklappt", number=order.number)
        return _letter(order, "failed", subject)


def too_late(message: Message) -> Letter:
    """The payment came when a seat or a voucher was gone: the money is safe, and staff will write."""
    order = _order(message)
    with force_locale(order.language):
        subject = _("Ihre Zahlung zur Bestellung %(number)s kam zu spät", number=order.number)
        return _letter(order, "too_late", subject)


def confirmation(message: Message) -> Letter:
    """The order confirmation with vouchers, dates, documents, terms and withdrawal notice (G6, L2).

    Without its papers no letter goes out (QUALITY F11).
    """
    order = _order(message)
    with force_locale(order.language):
        vouchers = [voucher for line in order.lines for voucher in find.of_line(line.id)]
        places = booked(order)
        credit = [line for line in order.lines if line.kind == "card"]
        named = _confirmed(order.number, bool(vouchers), bool(credit))
        issued = (papers.attachment(order, document) for document in documents.of_order(order.id))
        enclosed = (*letter.pages(vouchers), *_calendars(order), *issued, _terms(order))
        return _letter(
            order,
            "confirmation",
            named,
            enclosed,
            vouchers=[letter.as_printed(voucher) for voucher in vouchers],
            booked=places,
            credit=credit,
            notices=_notices(order),
            tenders=[_paid_by(each, order.language) for each in tender.of_order(order.id)],
        )


def _notices(order: Order) -> list[Mapping[str, str]]:
    """What the types of the cards that are topped up tell in every mail about it, each once (W1, W8)."""
    found = (line.facts["card"] for line in order.lines if line.kind == "card")
    kinds = [cards.type_of(cards.card(number)) for number in found]
    return list({kind.key: kind.notice for kind in kinds}.values())


def _paid_by(gave: Tender, language: str) -> dict[str, object]:
    way = kind_name(gave.account), number_of(gave.account)
    return {"words": paid_by(*way, language=language), "cents": gave.cents}


def _confirmed(number: str, has_vouchers: bool, has_credit: bool) -> str:
    if has_vouchers:
        return str(_("Ihre Gutscheine zur Bestellung %(number)s", number=number))
    if has_credit:
        return str(_("Ihr Guthaben zur Bestellung %(number)s", number=number))
    return str(_("Ihre Anmeldung %(number)s", number=number))


def _calendars(order: Order) -> Iterator[Attachment]:
    """The dates of each booked course, once."""
    numbers = dict.fromkeys(line.facts["offer"] for line in order.lines if line.kind == "booking")
    for number in numbers:
        yield calendar_file(db.session.get_one(Offer, number), order.language)


def withdrawal(message: Message) -> Letter:
    """Acknowledge a declaration of withdrawal with its content, date and time (§ 356a BGB)."""
    with force_locale(message.facts["language"]):
        subject = _("Ihr Widerruf ist bei uns eingegangen")
        facts = {
            **message.facts,
            "moment": clock.local(datetime.fromisoformat(message.facts["at"])),
        }
        return from_templates(
            "orders/mail_withdrawal",
            to=message.recipient,
            subject=subject,
            facts=facts,
            reply_to=centre().email,
        )


def _letter(
    order: Order, name: str, subject: str, enclosed: tuple[Attachment, ...] = (), **more: object
) -> Letter:
    facts = {"order": order, "token": place.token(order), **more}
    return from_templates(
        f"orders/mail_{name}",
        to=order.email,
        subject=subject,
        facts=facts,
        attachments=enclosed,
        reply_to=centre().email,
    )


def _terms(order: Order) -> Attachment:
    """Terms and withdrawal notice in the versions agreed to, as a paper to keep."""
    editions = [_edition(order.terms), _edition(order.withdrawal)]
    texts = [(page.title, pages.html(page.body)) for page in editions]
    made = partial(terms_pdf, letter.letterhead(), texts, order.language)
    return Attachment(_("AGB-und-Widerrufsbelehrung.pdf"), PDF, made)


def _edition(name: str) -> Page:
    """A page as the order names it: `agb/de/3`."""
    slug, language, number = name.split("/")
    page = pages.version(slug, language, int(number))
    if page is None:
        raise LookupError(f"the page {name} that an order was placed under is gone")
    return page


def _order(message: Message) -> Order:
    return db.session.get_one(Order, UUID(message.facts["order"]))
