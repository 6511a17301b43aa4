"""Who buys, and how it gets paid; and who withdraws."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import UUID, ValidationError

from shop.core.money import Cents
from shop.orders.place import Buyer
from shop.web.frame.fields import Filled, TextLine, email_rule

METHODS = {
    "stripe": _l("Karte, Wallet oder Lastschrift"),
    "bank": _l("Überweisung im Voraus"),
    "counter": _l("Am Service-Punkt"),
    "pretend": _l("Übungskasse (kein echtes Geld)"),
}


class CheckoutForm(FlaskForm):
    """The buyer's data. `form_key` makes a double click one order; `seen` marks what was shown."""

    # Both names and the blank between them stand in one column of each voucher, 200 characters wide.
    first_name = TextLine(_l("Vorname"), [Filled(_l("Bitte geben Sie Ihren Vornamen ein."))], limit=80)
    last_name = TextLine(_l("Nachname"), [Filled(_l("Bitte geben Sie Ihren Nachnamen ein."))], limit=100)
    email = TextLine(
        _l("E-Mail"), [Filled(_l("Bitte geben Sie Ihre E-Mail-Adresse ein.")), email_rule()], limit=254
    )
    street = TextLine(
        _l("Straße und Hausnummer"), [Filled(_l("Bitte geben Sie Straße und Hausnummer ein."))], limit=200
    )
    postcode = TextLine(_l("PLZ"), [Filled(_l("Bitte geben Sie Ihre Postleitzahl ein."))], limit=12)
    city = TextLine(_l("Ort"), [Filled(_l("Bitte geben Sie Ihren Wohnort ein."))], limit=100)
    method = RadioField(_l("Zahlungsart"), validate_choice=False)
    number = StringField(_l("Gutschein-Nummer"))
    code = StringField(_l("Gutschein-Code"))
    form_key = HiddenField(validators=[UUID(_l("Bitte bestätigen Sie Ihre Bestellung noch einmal."))])
    seen = HiddenField()

    def offer(self, methods: Sequence[str], due: Cents) -> "CheckoutForm":
        """Offer these payment methods; with only one, or nothing due, there is nothing to choose."""
        if not due:
            self.method.choices, self.method.data = [("none", "")], "none"
            return self
        self.method.choices = [(name, METHODS[name]) for name in methods]
        if len(methods) == 1 and self.method.data is None:
            self.method.data = methods[0]
        return self

    def validate_method(self, field: RadioField) -> None:
        """Refuse no choice, and one that is not offered, in the same words."""
        if field.data not in dict(field.choices):
            raise ValidationError(_("Bitte wählen Sie, wie Sie zahlen möchten."))

    def buyer(self) -> Buyer:
        """The buyer as typed and tidied."""
        return Buyer(
            first_name=self.first_name.data,
            last_name=self.last_name.data,
            email=self.email.data,
            street=self.street.data,
            postcode=self.postcode.data,
            city=self.city.data,
        )


class WithdrawalForm(FlaskForm):
    """What § 356a BGB lets us ask for, and nothing else (DOMAIN L3)."""

    name = TextLine(_l("Name"), [Filled(_l("Bitte geben Sie Ihren Namen ein."))], limit=200)
    contract = TextLine(
        _l("Bestellnummer oder Gutschein-Nummer"),
        [Filled(_l("Bitte geben Sie Ihre Bestell- oder Gutschein-Nummer ein."))],
        limit=200,
    )
    email = TextLine(
        _l("E-Mail"), [Filled(_l("Bitte geben Sie Ihre E-Mail-Adresse ein.")), email_rule()], limit=254
    )
