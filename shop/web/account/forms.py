"""The forms of the account pages; what they refuse tells nobody who has an account."""

from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import forms as theirs
from flask_security import webauthn as passkeys
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.form import BaseForm
from wtforms.validators import UUID, ValidationError

from shop.people import accounts
from shop.people.passwords import LONGEST, hashed
from shop.web.frame.fields import Filled, NewPassword, TextLine, UserName, email_rule
from shop.web.frame.guard import way_back, way_to

LANGUAGES = {"de": "Deutsch", "en": "English"}  # each by its own name

# One sentence for every pair that opens nothing. A right one whose address nobody has confirmed is no
# exception: whoever has just opened an account for a stranger's address would learn whether it had one.
WRONG = _l(
    "Benutzername oder Passwort stimmt nicht. "
    "Ist Ihr Konto neu? Dann bestätigen Sie zuerst Ihre E-Mail-Adresse: Der Link dazu steht in unserer Mail an Sie."
)


class NameForm(FlaskForm):
    """What somebody is called."""

    first_name = TextLine(_l("Vorname"), [Filled(_l("Bitte geben Sie Ihren Vornamen ein."))], limit=100)
    last_name = TextLine(_l("Nachname"), [Filled(_l("Bitte geben Sie Ihren Nachnamen ein."))], limit=100)


class AddressForm(FlaskForm):
    """An address to which a link shall go."""

    email = TextLine(
        _l("E-Mail"), [Filled(_l("Bitte geben Sie Ihre E-Mail-Adresse ein.")), email_rule()], limit=254
    )


class LoginForm(theirs.LoginForm):
    """User name or address, and the password. One sentence for every wrong pair."""

    email = StringField(_l("Benutzername oder E-Mail"))
    password = PasswordField(_l("Passwort"))
    remember = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = way_to(self.next.data)

    def validate(self, **kwargs: Any) -> bool:
        """Whether somebody has proved who they are; sets `user`, or `form_errors`."""
        if not BaseForm.validate(self, **kwargs):
            return False
        if not (self.email.data or "").strip() or not self.password.data:
            self.form_errors = [_("Bitte geben Sie Benutzername oder E-Mail-Adresse und Ihr Passwort ein.")]
            return False
        if len(self.password.data) > LONGEST or not self._is_right():
            self.form_errors = [WRONG]
            return False
        assert self.user is not None
        if not self.user.active:  # whoever knows the password may be told exactly
            self.form_errors = [_("Dieses Konto ist gesperrt. Bitte melden Sie sich bei uns.")]
            return False
        return True

    def _is_right(self) -> bool:
        """Compare the password; an unknown name takes as long."""
        self.user = accounts.by_identity(self.email.data)
        password = current_app.extensions["security"].password_util.normalize(self.password.data)
        if self.user is None or not self.user.password:
            self.user = None
            hashed(password)
            return False
        is_right = bool(self.user.verify_and_update_password(password))
        return is_right and self.user.confirmed_at is not None


class VerifyForm(theirs.VerifyForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = way_back(self.next.data)


class ResetPasswordForm(theirs.ResetPasswordForm):
    """A new password, typed once: it can be looked at."""

    password_confirm = None


class ChangePasswordForm(theirs.ChangePasswordForm):
    """The old password and a new one."""

    new_password_confirm = None


class RegisterPasskeyForm(passkeys.WebAuthnRegisterForm):
    """A name for a new passkey; each serves to log in."""

    usage = HiddenField(default="first", filters=[lambda _value: "first"])


class PasskeyForm(passkeys.WebAuthnSigninForm):
    """Log in with a passkey, without a name."""

    remember = HiddenField(filters=[lambda _value: ""])


class PasskeyResponseForm(passkeys.WebAuthnSigninResponseForm):
    """What the browser answers for a passkey."""

    remember = HiddenField(filters=[lambda _value: ""])


class NewAccountForm(NameForm):
    """What a new account needs, where the address is known already."""

    username = UserName(_l("Benutzername"))
    password = NewPassword(_l("Passwort"), about=("username", "first_name", "last_name", "email"))


class RegisterForm(NewAccountForm, AddressForm):
    """What an account needs that somebody opens by themselves. `form_key` makes a double click one account."""

    form_key = HiddenField(validators=[UUID(_l("Bitte schicken Sie das Formular noch einmal ab."))])
    next = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = way_to(self.next.data or request.args.get("next"))


class DetailsForm(NameForm):
    """What people change about themselves: their name, and the language of our letters."""

    language = RadioField(_l("Sprache"), choices=list(LANGUAGES), validate_choice=False)

    def validate_language(self, field: RadioField) -> None:
        """Refuse a language that we do not write."""
        if field.data not in LANGUAGES:
            raise ValidationError(_("Bitte wählen Sie, in welcher Sprache wir Ihnen schreiben."))


FORMS: dict[str, Any] = {
    "login_form": LoginForm,
    "verify_form": VerifyForm,
    "reset_password_form": ResetPasswordForm,
    "change_password_form": ChangePasswordForm,
    "wan_register_form": RegisterPasskeyForm,
    "wan_signin_form": PasskeyForm,
    "wan_signin_response_form": PasskeyResponseForm,
}
