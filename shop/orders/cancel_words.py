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
    """The ways back of one booking, or of several of one order together: purses first, then the payment."""
    summed: dict[tuple[str, str], tuple[Cents, Part]] = {}
    for each in cancelled:
        for part in each.parts:
            way = (part.way, part.number) if part.number else (each.method, "")
            summed[way] = (summed.get(way, (0, part))[0] + part.cents, part)
    ways = sorted(summed.items(), key=lambda item: not item[0][1])
    return [
        Row(paid_by(way, number, language=language), cents, _note(way, part, language))
        for (way, number), (cents, part) in ways
    ]


def _note(way: str, part: Part, language: str) -> str:
    with force_locale(language):
        if part.number:
            return _purse_note(way, part, language)
        notes: dict[str, str] = {
            "stripe": _("auf dem Weg, auf dem Sie bezahlt haben; je nach Bank dauert es einige Tage"),
            "bank": _("auf das Konto, von dem Ihre Überweisung kam; das dauert einige Werktage"),
            "counter": _("bei uns am Service-Punkt, oder auf ein Konto, das Sie uns nennen"),
        }
        return notes.get(way, "")


def _purse_note(way: str, part: Part, language: str) -> str:
    if part.valid_until is None:
        return ""
    if part.is_expired:
        until = day(part.valid_until, language)
        return str(_("galt bis %(day)s und ist abgelaufen; bitte sprechen Sie uns an", day=until))
    if way == "card":
        return str(_("sofort wieder buchbar, gültig bis %(day)s", day=day(part.valid_until, language)))
    return str(_("wieder unter demselben Code, gültig bis %(day)s", day=day(part.valid_until, language)))
