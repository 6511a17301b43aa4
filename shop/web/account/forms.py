"""The forms of the account pages; what they refuse tells nobody who has an account."""

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import forms as theirs
from flask_security import webauthn as passkeys
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.form import BaseForm

from shop.people import accounts
from shop.people.passwords import LONGEST, hashed
from shop.web.frame.fields import Filled, NewPassword, TextLine, UserName, email_rule
from shop.web.frame.guard import HOME, way_back


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
        way = way_back(self.next.data)
        self.next.data = "" if way == HOME else way

    def validate(self, **kwargs: Any) -> bool:
        """Whether somebody has proved who they are; sets `user`, or `form_errors`."""
        if not BaseForm.validate(self, **kwargs):
            return False
        if not (self.email.data or "").strip() or not self.password.data:
            self.form_errors = [_("Bitte geben Sie Benutzername oder E-Mail-Adresse und Ihr Passwort ein.")]
            return False
        if len(self.password.data) > LONGEST or not self._is_right():
            self.form_errors = [_("Benutzername oder Passwort stimmt nicht. Bitte prüfen Sie beides.")]
            return False
        if sentence := self._hindrance():
            self.form_errors = [sentence]
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
        return bool(self.user.verify_and_update_password(password))

    def _hindrance(self) -> str:
        """What keeps somebody out who knows the password; they may be told exactly."""
        assert self.user is not None
        if not self.user.active:
            return _("Dieses Konto ist gesperrt. Bitte melden Sie sich bei uns.")
        self.requires_confirmation = self.user.confirmed_at is None
        if self.requires_confirmation:
            return _(
                "Bitte bestätigen Sie zuerst Ihre E-Mail-Adresse: Der Link dazu steht in unserer Mail an Sie."
            )
        return ""


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


class NewAccountForm(FlaskForm):
    """What a new account needs, where the address is known already."""

    first_name = TextLine(_l("Vorname"), [Filled(_l("Bitte geben Sie Ihren Vornamen ein."))], limit=100)
    last_name = TextLine(_l("Nachname"), [Filled(_l("Bitte geben Sie Ihren Nachnamen ein."))], limit=100)
    username = UserName(_l("Benutzername"))
    password = NewPassword(_l("Passwort"), about=("username", "first_name", "last_name"))


FORMS: dict[str, Any] = {
    "login_form": LoginForm,
    "verify_form": VerifyForm,
    "reset_password_form": ResetPasswordForm,
    "change_password_form": ChangePasswordForm,
    "wan_register_form": RegisterPasskeyForm,
    "wan_signin_form": PasskeyForm,
    "wan_signin_response_form": PasskeyResponseForm,
}
