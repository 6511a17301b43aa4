"""What administrators type: an order's papers, a list of addresses, one address, an exchange."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, StringField, TextAreaField
from wtforms.validators import UUID, ValidationError

from shop.web.frame.fields import Filled, TextLine, email_rule

MOST_DIGITS = 9
# Coarse-grained part, fine-grained part, check digits (KoSIT, Leitweg-ID 2.0.2): 5 to 46 characters.
_LEITWEG = re.compile(r"\d{2,12}(-[0-9A-Z]{1,30})?-\d{2}", re.ASCII)


def email_field() -> TextLine:
    """An address that must be there."""
    return TextLine(
        _l("E-Mail"), [Filled(_l("Bitte geben Sie eine E-Mail-Adresse ein.")), email_rule()], limit=254
    )


class PapersForm(FlaskForm):
    """Where the invoice goes and what its bookkeeping asks for. `form_key` makes a double click one order."""

    email = email_field()
    reference = TextLine(_l("Ihr Zeichen"), limit=80)
    cost_centre = TextLine(_l("Kostenstelle"), limit=80)
    leitweg_id = TextLine(_l("Leitweg-ID"), limit=46)
    form_key = HiddenField(validators=[UUID(_l("Bitte bestätigen Sie Ihre Bestellung noch einmal."))])
    seen = HiddenField()

    def validate_leitweg_id(self, field: TextLine) -> None:
        """Refuse what no authority's address for invoices looks like."""
        if field.data and not _LEITWEG.fullmatch(field.data):
            raise ValidationError(
                _(
                    "Eine Leitweg-ID besteht aus Ziffern mit Bindestrichen dazwischen, wie 04011000-1234512345-06."
                )
            )


class ListForm(FlaskForm):
    """Whose codes, and whom they go to; the file comes on top of what was typed."""

    offer = StringField(_l("Kurs"))
    addresses = TextAreaField(_l("An wen?"))
    file = FileField(_l("Datei"))
    seen = HiddenField()


class SendForm(FlaskForm):
    """One code to one person."""

    email = email_field()
    name = TextLine(_l("Name"), limit=200)


class InviteForm(FlaskForm):
    """Who else shall administer the organisation."""

    email = email_field()


class SwapForm(FlaskForm):
    """Into which course."""

    offer = StringField(_l("Kurs"))


def quantity(text: str) -> int:
    """How many, as typed: a whole number in ASCII digits; nothing typed is 0. Raises ValueError (A6)."""
    text = text.strip()
    if not text:
        return 0
    if not re.fullmatch(rf"\d{{1,{MOST_DIGITS}}}", text, re.ASCII):
        raise ValueError(text)
    number = int(text)
    if number == 0:
        raise ValueError(text)
    return number
