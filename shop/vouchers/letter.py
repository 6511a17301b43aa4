"""What a voucher's recipient gets by mail, and a voucher as it is printed (DOMAIN G6)."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from shop.centre.facts import Centre, centre
from shop.core import codes
from shop.core.words import said
from shop.db import db
from shop.outbox.letter import Attachment, Letter, from_templates
from shop.outbox.models import Message
from shop.paper.fonts import unprintable
from shop.paper.sheets import Letterhead
from shop.vouchers.find import code_of, of_line
from shop.vouchers.models import Motif, Voucher, VoucherProduct
from shop.vouchers.print import PrintedVoucher, print_out


def gift(message: Message) -> Letter:
    """A voucher to its recipient; the giver is named, and nothing is advertised (DOMAIN G6).

    A voucher with a motif never goes out without its page (QUALITY F11).
    """
    vouchers = of_line(UUID(message.facts["line"]))
    giver, language = vouchers[0].giver, vouchers[0].language
    with force_locale(language):
        facts = {
            "vouchers": [as_printed(voucher) for voucher in vouchers],
            "giver": giver,
        }
        return from_templates(
            "vouchers/mail_gift",
            to=message.recipient,
            subject=_("Ein Geschenk von %(giver)s", giver=giver),
            facts=facts,
            attachments=pages(vouchers),
            reply_to=centre().email,
        )


def pages(vouchers: list[Voucher]) -> tuple[Attachment, ...]:
    """One PDF for each voucher with a motif; one without is given as text (DOMAIN G5)."""
    return tuple(
        Attachment(pdf_name(voucher), "application/pdf", page(voucher))
        for voucher in vouchers
        if voucher.motif
    )


def page(voucher: Voucher) -> Callable[[], bytes]:
    """Makes a voucher's A4 page when called; two renders carry the same code (QUALITY I13).

    All that it needs is read now: rendering takes its time, and must not keep a transaction open.
    The call raises PaperJam.
    """
    return partial(print_out, [as_printed(voucher)], voucher.language)


def pdf_name(voucher: Voucher) -> str:
    """What a voucher's file is called."""
    return f"Gutschein-{codes.shown_number(voucher.number)}.pdf"


def as_printed(voucher: Voucher) -> PrintedVoucher:
    """All that stands on a printed voucher."""
    code = code_of(voucher)
    product = db.session.get_one(VoucherProduct, voucher.product_slug)
    motif = db.session.get(Motif, voucher.motif) if voucher.motif else None
    return PrintedVoucher(
        number=voucher.number,
        code=code,
        cents=voucher.face_cents,
        link=_link(voucher.number, code),
        letterhead=letterhead(),
        picture=motif.picture if motif else "",
        recipient=voucher.recipient,
        dedication=voucher.dedication,
        # A name in letters that our fonts lack stays off the page; the mail says it in full.
        giver="" if unprintable(voucher.giver) else voucher.giver,
        valid_until=voucher.valid_until,
        terms=said(product.terms, voucher.language),
    )


def _link(number: str, code: str) -> str:
    """Opens the shop with both filled in; a fragment never travels to a server or its log (S6)."""
    fragment = f"{codes.shown_number(number)}.{codes.shown_code(code)}"
    return f"{current_app.config['BASE_URL']}/guthaben/#{fragment}"


def letterhead(here: Centre | None = None) -> Letterhead:
    """The centre as it stands on every paper; read anew unless given."""
    here = here or centre()
    return Letterhead(
        name=here.name,
        street=here.street,
        town=f"{here.postcode} {here.city}".strip(),
        website=str(current_app.config["BASE_URL"]),
        email=here.email,
        phone=here.phone,
        ribbon=here.ribbon_colour,
    )
