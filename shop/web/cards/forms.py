"""Which tier somebody wants, and which voucher."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import ValidationError

from shop.core.codes import read_pair
from shop.core.money import Cents
from shop.core.tiers import Tier
from shop.web.frame.fields import Filled


class TopUpForm(FlaskForm):
    """One of the tiers that a card type offers; `value` is in cents."""

    value = RadioField(_l("Betrag"), validate_choice=False)

    def __init__(self, tiers: tuple[Tier, ...], **values: Any) -> None:
        super().__init__(**values)
        self.value.choices = [(str(tier.value), tier) for tier in tiers]

    def validate_value(self, field: RadioField) -> None:
        """Refuse no choice, and a tier that is not offered."""
        if field.data is None:
            raise ValidationError(_("Bitte wählen Sie einen Betrag."))
        if field.data not in dict(field.choices):
            raise ValidationError(_("Diesen Betrag bieten wir nicht an. Bitte wählen Sie einen anderen."))

    def cents(self) -> Cents:
        """The chosen tier's value."""
        return int(self.value.data)


class VoucherForm(FlaskForm):
    """A gift voucher's number and code; both pasted together into either field are told apart (R3)."""

    number = StringField(_l("Gutschein-Nummer"), [Filled(_l("Bitte geben Sie die Gutschein-Nummer ein."))])
    code = StringField(_l("Gutschein-Code"), [Filled(_l("Bitte geben Sie den Gutschein-Code ein."))])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        texts = self.number.data or "", self.code.data or ""
        if pair := read_pair(texts[0]) or read_pair(texts[1]):
            self.number.data, self.code.data = pair
