"""Number and code, as a holder types or pastes them (DOMAIN G11, R3)."""

from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from shop.core.codes import read_pair


class BalanceForm(FlaskForm):
    """Number and code; both pasted together into either field are told apart."""

    number = StringField()
    code = StringField()

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        texts = (self.number.data or "", self.code.data or "")
        for text in (*texts, " ".join(texts)):
            if pair := read_pair(text):
                self.number.data, self.code.data = pair
                break

    def validate_number(self, field: Field) -> None:
        """Something must be there; whether it is right is one neutral answer for both (R7)."""
        if not (field.data or "").strip():
            raise ValidationError(_("Bitte geben Sie die Gutschein-Nummer ein."))

    def validate_code(self, field: Field) -> None:
        """Something must be there."""
        if not (field.data or "").strip():
            raise ValidationError(_("Bitte geben Sie den Gutschein-Code ein."))
