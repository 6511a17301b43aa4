"""What those are told whose number and code do not fit, or who ask too often: the same everywhere (R7, A1)."""

from flask import Response
from flask_babel import gettext as _


def neutral() -> str:
    """The one sentence for every reason, as long as number and code are not both right."""
    return _(
        "Nummer und Code passen nicht zusammen. Bitte vergleichen Sie beide Zeichen für Zeichen mit dem Gutschein."
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
