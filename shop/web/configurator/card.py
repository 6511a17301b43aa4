"""The voucher as a page shows it: whatever was typed so far, and blanks for the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import current_app

from shop import clock
from shop.core.money import Cents
from shop.core.pricing import AmountRefused, decide
from shop.core.text import tidy
from shop.core.validity import Policy, valid_until
from shop.vouchers.models import Motif
from shop.web.configurator.forms import LONGEST_DEDICATION, LONGEST_NAME, VoucherForm
from shop.web.frame.show import said_here


@dataclass(frozen=True)
class Card:
    """What stands on the voucher. Empty is a blank; `cents` is the value, `valid_until` a local date."""

    picture: str = ""
    motif_title: str = ""
    cents: Cents | None = None
    recipient: str = ""
    dedication: str = ""
    asks_recipient: bool = True
    asks_dedication: bool = True
    valid_until: date | None = None
    number: str = ""
    code: str = ""


def last_day() -> date | None:
    """The local date through which a voucher bought today can be used (DOMAIN G9)."""
    return valid_until(Policy.read(current_app.config["VALIDITY"]), clock.today())


def card_of(form: VoucherForm, motifs: Sequence[Motif]) -> Card:
    """The card for a form in whatever state; it never refuses anything."""
    motif = next((motif for motif in motifs if motif.slug == form.motif.data), None)
    return Card(
        picture=motif.picture if motif else "",
        motif_title=said_here(motif.title) if motif else "",
        cents=_cents(form),
        recipient=_cut(form.recipient.data, LONGEST_NAME),
        dedication=_cut(form.dedication.data, LONGEST_DEDICATION, lines=True),
        asks_recipient=form.product.asks_recipient,
        asks_dedication=form.product.asks_dedication,
        valid_until=last_day(),
    )


def _cents(form: VoucherForm) -> Cents | None:
    try:
        return decide(form.rule, form.choice(), form.wish.data or "")
    except AmountRefused:
        return None


def _cut(text: str | None, limit: int, *, lines: bool = False) -> str:
    """What of a text has room on the card. Tidying may lengthen it (NFC), hence the wide limit."""
    return tidy((text or "")[:limit], limit=4 * limit, lines=lines)[:limit]
