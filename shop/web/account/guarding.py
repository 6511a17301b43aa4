"""What surrounds each of the library's views: the throttle, one transaction, and where it may lead."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask, abort, make_response, request, session, url_for
from werkzeug.wrappers import Response as Redirect

from shop.db import db, transaction
from shop.orders import throttle
from shop.web.account import letters_asked
from shop.web.account.keeping import keep
from shop.web.account.slow import slower
from shop.web.frame import visitor
from shop.web.frame.guard import (
    AFTER_SIGN_IN,
    HOME,
    current_person,
    endpoint_of,
    returns_after_sign_in,
    way_back,
    way_to,
)
from shop.web.frame.show import show

# Where something is guessed: a password, a code of the app, a recovery code, a passkey.
GUESSES = frozenset(
    f"security.{name}"
    for name in (
        "login",
        "verify",
        "change_password",
        "two_factor_token_validation",
        "two_factor_setup_validate",
        "mf_recovery",
        "wan_signin_response",
        "wan_verify_response",
    )
)
# What the library offers and this shop does not.
CLOSED = ("security.two_factor_rescue", "security.tf_select")

View = Callable[..., Any]


def furnish(app: Flask) -> None:
    """Wrap the library's views, and put our own where it asks an address that may be nobody's."""
    app.view_functions["security.forgot_password"] = letters_asked.forgot_password
    app.view_functions["security.send_confirmation"] = letters_asked.send_confirmation
    app.view_functions["security.confirm_email"] = _asked_first(app.view_functions["security.confirm_email"])
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("security."):
            app.view_functions[endpoint] = _surrounded(
                _closed if endpoint in CLOSED else view, endpoint in GUESSES
            )
    for endpoint in ("change_password", "two_factor_setup", "mf_recovery_codes", "wan_register", "verify"):
        returns_after_sign_in(app.view_functions[f"security.{endpoint}"])


def _closed(**_values: Any) -> None:
    abort(404)


def _surrounded(view: View, is_guess: bool) -> View:
    @wraps(view)
    def surrounded(**values: Any) -> Any:
        if request.is_json:
            abort(415)
        if not (is_guess and request.method == "POST"):
            return _answer(view, values)
        tries = _sources()
        try:
            with transaction():
                throttle.admit_try(tries)
        except throttle.Throttled as throttled:
            return slower(throttled.seconds)
        answer = _answer(view, values)
        if _succeeded(answer):
            with transaction():
                throttle.forgive(tries)
        return answer

    return surrounded


def _answer(view: View, values: dict[str, Any]) -> Redirect:
    with db.session.no_autoflush:  # what the view changes is written by `keep`, and not before
        answer = make_response(view(**values))
    keep()
    if answer.location:
        answer.location = _allowed(answer.location)
        answer.data = b""
    if answer.location == HOME and AFTER_SIGN_IN in session and current_person():
        answer.location = session.pop(AFTER_SIGN_IN)
    return answer


def _sources() -> list[str]:
    """Where a guess comes from, and whose account it is about once that is known (never before: A1)."""
    known = current_person()
    account = known.fs_uniquifier if known else session.get("tf_user_id")
    found = [*visitor.sources(), *([f"account:{account}"] if account else [])]
    return [f"sign-in:{source}" for source in found]


def _succeeded(answer: Redirect) -> bool:
    """A right guess leads on; a wrong one shows its page again, or leads back to it."""
    if answer.status_code not in (302, 303):
        return False
    return urlsplit(answer.location or "").path != urlsplit(_start_of(request.path)).path


def _start_of(path: str) -> str:
    """The page of a step whose own address carries a token."""
    return path.rsplit("/", 1)[0] if "token" in (request.view_args or {}) else path


def _allowed(location: str) -> str:
    """Where a view of the library may lead: its own pages, the start page, and ways back (QUALITY A3)."""
    parts = urlsplit(location)
    if parts.netloc and parts.netloc != request.host:
        return HOME
    if parts.path == "/":
        return "/"
    if not (endpoint_of(parts.path) or "").startswith("security."):
        return way_back(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    way = way_to(dict(parse_qsl(parts.query)).get("next"))
    return f"{parts.path}?{urlencode({'next': way}, safe='/')}" if way else parts.path


def _asked_first(confirm: View) -> View:
    """A link in a mail is opened by scanners too, so the address is confirmed by a press of a button.

    Logging in comes next, and then the page that the account was opened for.
    """

    @wraps(confirm)
    def asked_first(token: str) -> Any:
        way = way_to(request.args.get("next"))
        if request.method != "POST":
            return show("security/confirm.html", token=token, way=way)
        answer = confirm(token=token)
        log_in = url_for("security.login")
        if way and answer.location == log_in:
            answer.location = f"{log_in}?{urlencode({'next': way})}"
        return answer

    return asked_first
