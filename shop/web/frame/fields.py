"""Form fields that read what people type: tidied, bounded, and refused in words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import Email, ValidationError

from shop.core import likeness
from shop.core.text import TooLong, tidy
from shop.people import passwords


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


def weakness(reason: str) -> str:
    """Why a password is not good enough, in words; the reasons are those of `people.passwords`."""
    return {
        "short": _(
            "Bitte nehmen Sie ein Passwort mit mindestens %(least)s Zeichen.", least=passwords.SHORTEST
        ),
        "long": _("Bitte nehmen Sie höchstens %(most)s Zeichen.", most=passwords.LONGEST),
        "worn": _(
            "Dieses Passwort ist zu leicht zu erraten. Gut sind vier Wörter, die nicht zusammengehören."
        ),
        "about": _("Ihr Name und Ihre Adresse sind als Passwort zu leicht zu erraten."),
    }[reason]


def misnamed(reason: str) -> str:
    """Why a text is no user name, in words; the reasons are those of `core.likeness`."""
    return {
        "short": _(
            "Bitte nehmen Sie einen Benutzernamen mit mindestens %(least)s Zeichen.", least=likeness.SHORTEST
        ),
        "long": _("Bitte nehmen Sie höchstens %(most)s Zeichen.", most=likeness.LONGEST),
        "characters": _("Erlaubt sind die Buchstaben a bis z, Ziffern, Punkt, Bindestrich und Unterstrich."),
        "start": _("Bitte beginnen und enden Sie mit einem Buchstaben oder einer Ziffer."),
    }[reason]


class UserName(StringField):
    """A user name as `core.likeness` allows it."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no user name, in words."""
        try:
            self.data = likeness.check_username(self.data or "")
        except ValueError as reason:
            raise ValidationError(misnamed(str(reason))) from None


class NewPassword(PasswordField):
    """A password to be chosen; `about` names the fields, where the form has them, that it must not repeat."""

    def __init__(
        self, label: Any = None, validators: Any = (), *, about: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.about = about

    def pre_validate(self, form: Any) -> None:
        """Refuse a password that is too easy to guess, in words."""
        try:
            known = [form[name].data or "" for name in self.about if name in form]
            passwords.check_password(self.data or "", *known)
        except ValueError as reason:
            raise ValidationError(weakness(str(reason))) from None
