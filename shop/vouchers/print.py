"""Gift vouchers on paper: one A4 page each, folded in three into a long envelope (DOMAIN G5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _

from shop.core.codes import shown_code, shown_number
from shop.core.money import Cents, written
from shop.paper import fonts, pdf, qr
from shop.paper.layout import Field, Label, Layout, Line
from shop.paper.sheets import Letterhead, day, sender_at

_MM = 72 / 25.4
_INK, _GREY, _SAND, _MARK = "#1F2430", "#5B5A57", "#D8CDB8", "#8C8577"
_STEPS = (20, 63, 106)  # where the three steps of redeeming stand, in millimetres from the left
_AMOUNT = (74.0, 62.0, 52.0, 42.0, 34.0)
_NAME = (27.0, 21.0, 18.0, 15.0, 12.0, 10.0)
_WORDS = (25.0, 23.0, 21.0, 18.0, 16.5, 15.0, 13.5, 12.5, 11.5, 10.5, 9.5, 8.5, 7.5, 6.5, 5.5)
_GIVER = (13.0, 11.0, 9.5, 8.0)
_TERMS = (7.6, 7.0, 6.5)
_FIELD = 78.0  # millimetres for recipient, dedication and giver
_FEW, _MUCH = 70, 240  # characters of a dedication
_CENTRE = (8.5, 7.5, 6.5, 5.5)


@dataclass(frozen=True)
class PrintedVoucher:
    """All that stands on a printed voucher, as plain values.

    `number` and `code` as stored; `link` opens the shop with both in its fragment; `picture` names
    the motif's file, or is empty; `valid_until` is a local date, inclusive, or None; `giver` may stay
    empty; `terms` are plain text.
    """

    number: str
    code: str
    cents: Cents
    link: str
    letterhead: Letterhead
    picture: str = ""
    recipient: str = ""
    dedication: str = ""
    giver: str = ""
    valid_until: date | None = None
    terms: str = ""


def print_out(vouchers: Sequence[PrintedVoucher], language: str) -> bytes:
    """Print one centre's vouchers in one PDF, a page each. Raises PaperJam, and ValueError without any."""
    if not vouchers:
        raise ValueError("no voucher to print")
    head = vouchers[0].letterhead
    with force_locale(language):
        facts = [_set(voucher, language) for voucher in vouchers]
        form = _form(head)
    centre = _fit(fonts.printable(head.name), "text", _CENTRE, measure=58, height=15, lead=1.3)
    html = pdf.page("vouchers/print.html", language, vouchers=facts, centre=centre)
    html = html.replace("\n<", "<")  # the engine reads blanks between blocks as text, and takes its time
    return pdf.render(html, form, pdf.style("vouchers/print.css", ribbon=head.ribbon))


def _form(head: Letterhead) -> Layout:
    """The printed form that a voucher fills in; fields in the order in which the template fills them."""
    return Layout(
        fields=(
            Field(8, 8, 194, 100),  # the motif; higher than the picture, which would be shrunk to fit
            Field(20, 112, 68, 16),  # centre
            Field(20, 136, 68, 40),  # amount
            Field(20, 178, 68, 12),  # validity
            Field(98, 112, 92, 82),  # recipient, dedication, giver
            Field(25, 213, 45, 16),  # number
            Field(77, 213, 70, 16),  # code
            Field(156, 205.2, 34, 50),  # QR code
            *(Field(x, 240.5, 40, 21) for x in _STEPS),
            Field(20, 262.5, 170, 15.5),  # terms
        ),
        lines=(
            Line(8, 97, 194, 2, head.ribbon),
            # marks to cut and to fold at, outside the card
            *(Line(x, y, 3.5, 0, _MARK, 0.4) for x in (3.5, 203) for y in (11, 99, 198, 286)),
            *(Line(x, y, 0, 3.5, _MARK, 0.4) for x in (11, 199) for y in (3.5, 290)),
            Line(91, 114, 0, 74, _SAND, 0.6),
            Line(20, 206, 128, 20.5, _INK, 0.9),
            Line(72, 209.5, 0, 13.5, _SAND, 0.6),
            Line(20, 278.5, 170, 0, _SAND, 0.6),
        ),
        labels=(
            Label(20, 131, _("Gutschein"), "fraunces-display", 27, _INK),
            Label(25, 211.9, _("Gutschein-Nummer"), "source-sans-3-regular", 7.5, _GREY),
            Label(77, 211.9, _("Gutschein-Code"), "source-sans-3-regular", 7.5, _GREY),
            *(
                Label(x, 239, str(step), "fraunces-display", 17, head.ribbon)
                for step, x in enumerate(_STEPS, start=1)
            ),
            sender_at(282.9, head, measure=170),
        ),
    )


def _set(voucher: PrintedVoucher, language: str) -> dict[str, object]:
    """The voucher as the template sets it: texts with the sizes at which they fit their fields."""
    return {
        "voucher": voucher,
        "amount": _fit(written(voucher.cents, language), "display", _AMOUNT, measure=66, height=35, lead=1.0),
        "number": shown_number(voucher.number),
        "code": shown_code(voucher.code),
        "qr": qr.code_png_uri(voucher.link),
        "until": day(voucher.valid_until, language) if voucher.valid_until else "",
        "terms": _fit(voucher.terms, "text", _TERMS, measure=170, height=13, lead=1.28),
        **_words(voucher),
    }


def _words(voucher: PrintedVoucher) -> dict[str, object]:
    """Recipient, dedication and giver, which share one field: the dedication takes what the names leave.

    Short texts are set larger; what stays free is shared above and below.
    """
    name = _("Für %(name)s", name=voucher.recipient) if voucher.recipient else ""
    hand = fonts.hand(name + voucher.dedication + voucher.giver)
    much = len(voucher.dedication) > _MUCH
    to = _fit(name, hand, _NAME[1:] if much else _NAME, measure=92, height=22, lead=1.15)
    giver = _fit(voucher.giver, hand, _GIVER, measure=92, height=12, lead=1.35)
    free = _FIELD - _height(to, hand, 1.15) - _height(giver, hand, 1.35)
    few = len(voucher.dedication) <= _FEW
    words = _fit(
        voucher.dedication, hand, _WORDS if few else _WORDS[3:], measure=92, height=free - 3, lead=1.35
    )
    free -= _height(words, hand, 1.35)
    above = max(free * 0.4, 0.1) if name or voucher.dedication else 0.1  # else lines to write on
    return {"hand": hand, "to": to, "words": words, "giver": giver, "above": above}


def _height(set_text: fonts.Fit, family: str, lead: float) -> float:
    """The height in millimetres that a text takes, with the gap above it; nothing without text."""
    if not set_text.text:
        return 0
    return (
        3.2 + fonts.rows(set_text.text, family, set_text.size, 92 * _MM * 0.97) * set_text.size * lead / _MM
    )


def _fit(
    text: str, family: str, sizes: tuple[float, ...], *, measure: float, height: float, lead: float
) -> fonts.Fit:
    """The same as `fonts.fit`, for a field in millimetres."""
    return fonts.fit(text, family, sizes, measure=measure * _MM, height=height * _MM, lead=lead)
