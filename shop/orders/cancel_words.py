"""What goes back of a booking and where, in words: the same on the page and in the letter (DOMAIN R8, R10)."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _

from shop.core.money import Cents
from shop.orders.parties import paid_by
from shop.orders.ways_back import Cancelled, Part
from shop.paper.sheets import day


@dataclass(frozen=True)
class Row:
    """One way back: in words, in cents, and what is worth knowing about it (perhaps empty)."""

    words: str
    cents: Cents
    note: str


def rows(cancelled: Iterable[Cancelled], language: str) -> list[Row]:
    """The ways back of one booking, or of several of one order together: vouchers first, then the payment."""
    summed: dict[tuple[str, str], tuple[Cents, Part]] = {}
    for each in cancelled:
        for part in each.parts:
            way = ("voucher", part.number) if part.number else (each.method, "")
            summed[way] = (summed.get(way, (0, part))[0] + part.cents, part)
    ways = sorted(summed.items(), key=lambda item: item[0][0] != "voucher")
    return [
        Row(paid_by(way, number, language=language), cents, _note(way, part, language))
        for (way, number), (cents, part) in ways
    ]


def _note(way: str, part: Part, language: str) -> str:
    with force_locale(language):
        if way == "voucher":
            return _voucher_note(part, language)
        notes: dict[str, str] = {
            "stripe": _("auf dem Weg, auf dem Sie bezahlt haben; je nach Bank dauert es einige Tage"),
            "bank": _("auf das Konto, von dem Ihre Überweisung kam; das dauert einige Werktage"),
        }
        return notes.get(way, "")


def _voucher_note(part: Part, language: str) -> str:
    if part.valid_until is None:
        return ""
    if part.is_expired:
        until = day(part.valid_until, language)
        return str(_("galt bis %(day)s und ist abgelaufen; bitte sprechen Sie uns an", day=until))
    return str(_("wieder unter demselben Code, gültig bis %(day)s", day=day(part.valid_until, language)))
