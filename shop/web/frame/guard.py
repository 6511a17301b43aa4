"""Who is signed in, and what only they may see (QUALITY A2, A8)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, Response, abort, current_app, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as Redirect

from shop.people import organisations, staff
from shop.people.models import Organisation, User

HOME = "/konto/"
AFTER_SIGN_IN = "after_sign_in"  # in the session: a page of ours whose address is a capability


def seems_signed_in() -> bool:
    """Whether this browser carries a session of an account: what the page's head asks, without the database.

    The session may have been ended elsewhere; then the page behind the link asks to sign in.
    """
    return "_user_id" in session


def current_person() -> User | None:
    """Who is signed in; None for a visitor, without asking the database."""
    if not seems_signed_in() or not current_user.is_authenticated:
        return None
    return cast(User, current_user._get_current_object())


def me() -> User:
    """Who is signed in; only for views that are `signed_in`, or that have asked otherwise."""
    here = current_person()
    assert here is not None
    return here


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view for people who are signed in; everyone else is asked to, and comes back afterwards."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return ask_to_sign_in() if current_person() is None else view(*args, **kwargs)

    return returns_after_sign_in(guarded)


def staff_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view for staff: a visitor is asked to sign in; for everyone else there is no such page (404)."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        person = current_person()
        if person is None:
            return ask_to_sign_in()
        return view(*args, **kwargs) if staff.is_staff(person) else abort(404)

    return returns_after_sign_in(guarded)


def returns_after_sign_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view to which the log-in page may lead back (QUALITY A3); `signed_in` ones are such."""
    view.returns_after_sign_in = True  # type: ignore[attr-defined]
    return view


def ask_to_sign_in() -> Response | Redirect:
    """Send a visitor to the log-in page; htmx would put that page into a part of this one."""
    for trace in ("_user_id", "_fresh", "fs_paa"):
        if trace in session:  # of a session that was ended elsewhere
            session.pop(trace)
    page = url_for("security.login", next=way_to(request.full_path.removesuffix("?")) or None)
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": page})
    return redirect(page, 302 if request.method == "GET" else 303)


def way_back(text: str | None) -> str:
    """Where to go after signing in: a page of ours that says so, else the account's own (QUALITY A3)."""
    if (
        not text
        or not text.startswith("/")
        or text.startswith("//")
        or "\\" in text
        or not text.isprintable()
    ):
        return HOME
    parts = urlsplit(text)
    view = current_app.view_functions.get(endpoint_of(parts.path) or "")
    if not getattr(view, "returns_after_sign_in", False):
        return HOME
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def way_to(text: str | None) -> str:
    """The same for a form or an address to carry on: empty when it is the account's own page."""
    way = way_back(text)
    return "" if way == HOME else way


def endpoint_of(path: str) -> str | None:
    """The endpoint that answers when a page of ours is opened, or None."""
    try:
        endpoint, _values = current_app.url_map.bind("").match(path, "GET")
    except (HTTPException, RequestRedirect):
        return None
    return str(endpoint)


def administered(organisation_id: UUID) -> Organisation:
    """An organisation of whoever is signed in; a stranger's does not exist (404)."""
    person = current_person()
    return (person and organisations.get_for(person, organisation_id)) or abort(404)


def furnish(app: Flask) -> None:
    """Let the head of every page say whether there is an account to open or to log in to."""
    app.jinja_env.globals.update(seems_signed_in=seems_signed_in, current_person=current_person)
