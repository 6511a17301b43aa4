"""Flask-Security as this shop uses it: its checks and flows, our pages, our database, our outbox (QUALITY A8)."""

import time
from datetime import timedelta
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request, session
from flask_login.utils import _user_context_processor
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    wan_deleted,
    wan_registered,
)

from shop import clock
from shop.db import db
from shop.people.models import Role, User, WebAuthn
from shop.web.account import forms, guarding, texts
from shop.web.account.keeping import keep, put_letter
from shop.web.account.tools import Codes, Letters, Passkeys, Passwords, Totps
from shop.web.frame.guard import ask_to_sign_in

# Who has proved who they are stays signed in for so long; a password changed or a button ends it earlier.
SIGNED_IN = timedelta(days=14)

PATHS = {
    "LOGIN_URL": "/konto/anmelden",
    "LOGOUT_URL": "/konto/abmelden",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/konto/anmelden/code",
    "TWO_FACTOR_SELECT_URL": "/konto/anmelden/auswahl",
    "TWO_FACTOR_RESCUE_URL": "/konto/anmelden/hilfe",
    "MULTI_FACTOR_RECOVERY_URL": "/konto/anmelden/ersatzcode",
    "WAN_SIGNIN_URL": "/konto/anmelden/passkey",
    "RESET_URL": "/konto/passwort-vergessen",
    "CONFIRM_URL": "/konto/bestaetigen",
    "CHANGE_URL": "/konto/passwort",
    "VERIFY_URL": "/konto/pruefen",
    "WAN_VERIFY_URL": "/konto/pruefen/passkey",
    "TWO_FACTOR_SETUP_URL": "/konto/zweiter-faktor",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/konto/ersatzcodes",
    "WAN_REGISTER_URL": "/konto/passkeys",
    "WAN_DELETE_URL": "/konto/passkeys-entfernen",
    "POST_LOGIN_VIEW": "/konto/",
    "POST_LOGOUT_VIEW": "/",
    "POST_RESET_VIEW": "/konto/anmelden",
    "POST_CONFIRM_VIEW": "/konto/anmelden",
    "POST_CHANGE_VIEW": "/konto/sicherheit",
    "POST_VERIFY_VIEW": "/konto/sicherheit",
    "TWO_FACTOR_POST_SETUP_VIEW": "/konto/sicherheit",
    "WAN_POST_REGISTER_VIEW": "/konto/sicherheit",
    "TWO_FACTOR_ERROR_VIEW": "/konto/anmelden",
}

CHOICES: dict[str, Any] = {
    "CONFIRMABLE": True,
    "CONFIRM_EMAIL_WITHIN": timedelta(days=2),
    "RECOVERABLE": True,
    "RESET_PASSWORD_WITHIN": timedelta(hours=12),
    "CHANGEABLE": True,
    "TRACKABLE": True,  # the model keeps no addresses
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "TOTP_ISSUER": "Kursgutschein",  # `tools.Totps` says the centre's name instead
    "WEBAUTHN": True,
    "WAN_ALLOW_USER_HINTS": False,  # a hint tells who has an account
    "WAN_ALLOW_AS_VERIFY": ["first"],
    "WAN_SIGNIN_WITHIN": timedelta(minutes=5),
    "RETURN_GENERIC_RESPONSES": True,
    "FRESHNESS": timedelta(minutes=30),
    "FRESHNESS_GRACE_PERIOD": timedelta(minutes=15),
    "LOGOUT_CSRF": True,
    "API_ENABLED_METHODS": ["session"],
    "PASSWORD_SCHEMES": ["argon2"],
    # OWASP's choice for Argon2id: 19 MiB, two rounds. No pepper, so a new SECRET_KEY locks nobody out.
    "PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__type": "ID",
        "argon2__memory_cost": 19456,
        "argon2__time_cost": 2,
        "argon2__parallelism": 1,
    },
    "PASSWORD_SINGLE_HASH": {"argon2"},
    # For marks inside signed tokens: of an address, and of the Argon2 hash that a new password replaces.
    "HASHING_SCHEMES": ["hex_sha256"],
    "DEPRECATED_HASHING_SCHEMES": [],
    "EMAIL_PLAINTEXT": False,  # nothing is written now: the worker writes the letter
    "EMAIL_HTML": False,
    "STATIC_FOLDER": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "I18N_DOMAIN": "messages",
    "DATETIME_FACTORY": lambda: clock.now().replace(tzinfo=None),
}


class Accounts(SQLAlchemyUserDatastore):
    """The shop's accounts for the library; what its views change is kept in one transaction."""

    def commit(self) -> None:
        keep()


def furnish(app: Flask) -> None:
    """Set the library up. It makes no tables, sends no mails, adds no commands and serves no files."""
    for name, value in (*PATHS.items(), *CHOICES.items()):
        app.config.setdefault(f"SECURITY_{name}", value)
    for name, message in texts.MESSAGES.items():
        app.config.setdefault(f"SECURITY_MSG_{name}", message)
    app.config.setdefault("SECURITY_I18N_DIRNAME", [app.config["BABEL_TRANSLATION_DIRECTORIES"]])
    app.config.setdefault(
        "SESSION_PROTECTION", None
    )  # it only marks a session, by an address that we keep not
    security = Security(
        app,
        Accounts(db, User, Role, webauthn_model=WebAuthn),
        render_template=page,  # type: ignore[arg-type]
        mail_util_cls=Letters,
        password_util_cls=Passwords,
        totp_cls=Totps,
        webauthn_util_cls=Passkeys,
        mf_recovery_codes_util_cls=Codes,
        **forms.FORMS,
    )
    security.want_json(lambda _request: False)
    security.unauthn_handler(lambda *_args, **_kwargs: ask_to_sign_in())
    _sign_in_by_session_only(app, security)
    guarding.furnish(app)
    user_authenticated.connect(_begin_anew, app)
    password_reset.connect(_address_proved, app)
    for signal in (tf_profile_changed, tf_disabled, wan_registered, wan_deleted):
        signal.connect(_tell_owner, app)


def _sign_in_by_session_only(app: Flask, security: Security) -> None:
    manager = security.login_manager
    load = manager._user_callback

    def still_signed_in(user_id: str) -> User | None:
        proved = float(session.get("fs_paa", 0))
        return load(user_id) if time.time() - proved < SIGNED_IN.total_seconds() else None

    manager.user_loader(still_signed_in)
    manager.request_loader(None)
    # Both would load whoever is signed in, for every file of ours and on an error page without database.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.template_context_processors[None].remove(_user_context_processor)


def page(template: str, **facts: Any) -> Response:
    """Show one of the library's pages in our frame; 422 when a form of it was refused."""
    refused = request.method == "POST" and any(
        getattr(each, "errors", None) for name, each in facts.items() if name.endswith("_form")
    )
    return make_response(render_template(template, **facts), 422 if refused else 200)


def _begin_anew(_app: Flask, **_facts: Any) -> None:
    """Whoever signs in gets new tokens for forms, and no mark of address and browser (QUALITY A8)."""
    session.pop("_id", None)
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)


def _address_proved(_app: Flask, user: User, **_facts: Any) -> None:
    """Who sets a new password by the link in a mail has shown that the address is theirs."""
    if user.confirmed_at is None:
        user.confirmed_at = clock.now().replace(tzinfo=None)


def _tell_owner(_app: Flask, user: User, **_facts: Any) -> None:
    """Whoever changes how an account is entered is not always its owner."""
    put_letter("account_safety_changed", user)
