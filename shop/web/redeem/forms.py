"""A code and whose it shall be; a call for help; a certificate's number."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import ValidationError

from shop.core.likeness import check_username
from shop.people.passwords import check_password
from shop.web.frame.fields import Filled, TextLine, TextLines, email_rule, misnamed, weakness

WAYS = ("existing", "new")


class RedeemForm(FlaskForm):
    """The code, then one of two ways: a user name, or the data form of a new account (DOMAIN C4)."""

    code = StringField(_l("Voucher-Code"), [Filled(_l("Bitte fügen Sie Ihren Voucher-Code ein."))])
    way = RadioField(_l("Konto"), choices=list(WAYS), validate_choice=False)
    username = TextLine(_l("Benutzername"), limit=64)
    first_name = TextLine(_l("Vorname"), limit=80)
    last_name = TextLine(_l("Nachname"), limit=100)
    email = TextLine(_l("E-Mail"), limit=254)
    new_username = TextLine(_l("Benutzername"), limit=64)
    password = PasswordField(_l("Passwort"))

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields of the chosen way; the other way's are not looked at."""
        checks: dict[str, list[object]] = {}
        if self.way.data == "existing":
            checks["username"] = [Filled(_l("Bitte geben Sie Ihren Benutzernamen ein."))]
        if self.way.data == "new":
            checks |= {
                "first_name": [Filled(_l("Bitte geben Sie Ihren Vornamen ein."))],
                "last_name": [Filled(_l("Bitte geben Sie Ihren Nachnamen ein."))],
                "email": [Filled(_l("Bitte geben Sie Ihre E-Mail-Adresse ein.")), email_rule()],
                "new_username": [Filled(_l("Bitte wählen Sie einen Benutzernamen.")), _username],
                "password": [Filled(_l("Bitte wählen Sie ein Passwort.")), _password],
            }
        return bool(super().validate(extra_validators=checks))  # type: ignore[arg-type]

    def validate_way(self, field: RadioField) -> None:
        """One of the two must be chosen."""
        if field.data not in WAYS:
            raise ValidationError(_("Bitte wählen Sie, ob Sie hier schon ein Konto haben."))


def _username(form: RedeemForm, field: TextLine) -> None:
    try:
        field.data = check_username(field.data or "")
    except ValueError as error:
        raise ValidationError(misnamed(str(error))) from None


def _password(form: RedeemForm, field: PasswordField) -> None:
    known = (form.new_username.data, form.email.data, form.first_name.data, form.last_name.data)
    try:
        check_password(field.data or "", *(text or "" for text in known))
    except ValueError as error:
        raise ValidationError(weakness(str(error))) from None


class HelpForm(FlaskForm):
    """What the centre needs to help (seed 001); only the address is needed."""

    email = TextLine(
        _l("E-Mail"), [Filled(_l("Bitte geben Sie Ihre E-Mail-Adresse ein.")), email_rule()], limit=254
    )
    organisation = TextLine(_l("Organisation"), limit=100)
    course = TextLine(_l("Kurs"), limit=200)
    username = TextLine(_l("Benutzername"), limit=64)
    error = TextLine(_l("Fehlermeldung"), limit=500)
    code = TextLine(_l("Voucher-Code"), limit=400)
    message = TextLines(_l("Ihre Nachricht"), limit=2000)


class CertificateForm(FlaskForm):
    """A certificate's number."""

    number = TextLine(_l("Nummer des Zertifikats"), [Filled(_l("Bitte geben Sie die Nummer ein."))], limit=40)
