"""The letters about accounts and invitations. Their links are made when they are written, and kept nowhere."""

from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_security.recoverable import generate_reset_password_token

from shop.centre.facts import centre
from shop.db import db
from shop.outbox.letter import Letter, from_templates
from shop.outbox.models import Message
from shop.people import accounts, organisations
from shop.people.models import Invitation, Organisation, User


def confirm(message: Message) -> Letter:
    """To somebody whose account was opened with this address: is it yours?"""
    user, language = _user(message)
    with force_locale(language):
        subject = _("Bitte bestätigen Sie Ihre E-Mail-Adresse")
        token = accounts.confirm_token(user)
        return _made(message, "confirm", subject, user=user, token=token, way=message.facts.get("way"))


def there(message: Message) -> Letter:
    """To somebody whose address was typed to open an account, though it has one."""
    user, language = _user(message)
    with force_locale(language):
        return _made(
            message,
            "there",
            _("Sie haben schon ein Konto"),
            user=user,
            token=generate_reset_password_token(user),
            way=message.facts.get("way"),
        )


def reset(message: Message) -> Letter:
    """To somebody who has forgotten the password."""
    user, language = _user(message)
    with force_locale(language):
        return _made(
            message, "reset", _("Neues Passwort"), user=user, token=generate_reset_password_token(user)
        )


def opened(message: Message) -> Letter:
    """To somebody for whom staff have opened an account: choose a password."""
    user, language = _user(message)
    with force_locale(language):
        return _made(message, "opened", _("Ihr Konto"), user=user, token=generate_reset_password_token(user))


def password_changed(message: Message) -> Letter:
    """To the owner of an account whose password is another now."""
    user, language = _user(message)
    with force_locale(language):
        return _made(message, "password_changed", _("Ihr Passwort wurde geändert"), user=user)


def safety_changed(message: Message) -> Letter:
    """To the owner of an account with a new or removed passkey or second factor."""
    user, language = _user(message)
    with force_locale(language):
        return _made(message, "safety_changed", _("Ihre Anmeldung wurde geändert"), user=user)


def invited(message: Message) -> Letter:
    """To somebody who is asked to administer an organisation (DOMAIN C1)."""
    invitation = db.session.get_one(Invitation, UUID(message.facts["invitation"]))
    organisation = db.session.get_one(Organisation, invitation.organisation_id)
    inviter = db.session.get(User, invitation.invited_by) if invitation.invited_by else None
    with force_locale(invitation.language):
        return _made(
            message,
            "invited",
            _("Einladung: Kurs-Voucher verwalten"),
            organisation=organisation,
            inviter=(inviter.name or inviter.username) if inviter else "",
            token=organisations.token(invitation),
            until=invitation.expires_at,
        )


def _user(message: Message) -> tuple[User, str]:
    user = db.session.get_one(User, message.facts["user"])
    return user, message.facts.get("language") or user.language


def _made(message: Message, name: str, subject: str, **facts: object) -> Letter:
    return from_templates(
        f"people/mail_{name}",
        to=message.recipient,
        subject=subject,
        facts=facts,
        reply_to=centre().email,
    )
