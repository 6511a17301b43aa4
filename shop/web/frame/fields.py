"""Form fields that read what people type: tidied, bounded, and refused in words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import Email, ValidationError

from shop.core.text import TooLong, tidy


class TextLine(StringField):
    """One line of text without control or bidi characters, at most `limit` characters long."""

    lines = False

    def __init__(self, label: Any = None, validators: Any = (), *, limit: int, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.limit = limit

    def pre_validate(self, form: Any) -> None:
        """Tidy what was typed; refuse what is too long, without losing it."""
        try:
            self.data = tidy(self.data or "", limit=self.limit, lines=self.lines)
        except TooLong:
            raise ValidationError(
                _("Bitte kürzen Sie auf höchstens %(limit)s Zeichen.", limit=self.limit)
            ) from None


class TextLines(TextLine, TextAreaField):
    """Several lines of text."""

    lines = True


def email_rule() -> Email:
    """An address that every mail server can carry."""
    return Email(_l("Bitte geben Sie eine E-Mail-Adresse wie name@beispiel.de ein."), allow_smtputf8=False)


class Filled:
    """Something besides blanks must stand here; the sentence says what."""

    field_flags = {"required": True}

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence

    def __call__(self, form: Any, field: Any) -> None:
        """Raise the sentence when the field is blank."""
        if not (field.data or "").strip():
            raise ValidationError(self.sentence)
