"""What those are told whose number and code do not fit, or who ask too often: the same everywhere (R7, A1)."""

from datetime import date

from flask import Response
from flask_babel import gettext as _

from shop.vouchers.find import Refusal
from shop.web.frame.show import day


def neutral() -> str:
    """The one sentence for every reason, as long as number and code are not both right."""
    return _(
        "Nummer und Code passen nicht zusammen. Bitte vergleichen Sie beide Zeichen für Zeichen mit dem Gutschein."
    )


def unusable(reason: Refusal, valid_until: date | None) -> str:
    """Number and code were right, so the holder is told exactly why the voucher cannot pay (DOMAIN R7)."""
    if reason is Refusal.EXPIRED and valid_until:
        return _("Dieser Gutschein ist am %(day)s abgelaufen.", day=day(valid_until))
    return {
        Refusal.CLOSED: _("Dieser Gutschein ist storniert oder ausgezahlt."),
        Refusal.BLOCKED: _("Dieser Gutschein ist gesperrt. Bitte melden Sie sich bei uns."),
        Refusal.EXPIRED: _("Dieser Gutschein ist abgelaufen."),
        Refusal.SPENT: _("Auf diesem Gutschein ist nichts mehr."),
    }[reason]


def held_elsewhere() -> str:
    """The same for a voucher whose value another order holds for now."""
    return _(
        "Das Guthaben dieses Gutscheins ist gerade für eine andere Bestellung vorgemerkt. "
        "Wird sie nicht bezahlt, ist es spätestens nach 90 Minuten wieder frei."
    )


def slower(seconds: int) -> str:
    """What a source is told that has guessed too often (QUALITY A1)."""
    return _(
        "Von hier kamen zu viele falsche Eingaben. Bitte versuchen Sie es in %(minutes)s Minuten noch einmal.",
        minutes=-(-seconds // 60),
    )


def no_more_letters(seconds: int) -> str:
    """What a source is told that has caused too many mails to addresses nobody has proved theirs."""
    return _(
        "Von hier wurden gerade sehr viele E-Mails angefordert. "
        "Bitte versuchen Sie es in %(minutes)s Minuten noch einmal.",
        minutes=-(-seconds // 60),
    )


def come_back(response: Response, seconds: int) -> Response:
    """Say to programs too when to try again."""
    response.headers["Retry-After"] = str(seconds)
    return response
