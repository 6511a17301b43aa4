"""Refusals and faults as pages: a sentence that helps, at the right status."""

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from shop.db import db

# What says that the database cannot be asked right now, as against a fault of ours.
AWAY = (OperationalError, InterfaceError, PoolExhausted)
WORDED = (400, 403, 404, 413, 422, 429, 500, 503)


def _answer(status: int, **facts: object) -> Response:
    shown = status if status in WORDED else (400 if status < 500 else 500)
    try:
        text = render_template(f"errors/{shown}.html", status=status, **facts)
    except AWAY:  # no page without the centre's name, but an error page without the database
        _do_without_database()
        text = render_template(f"errors/{shown}.html", status=status, **facts)
    return make_response(text, status)


def _do_without_database() -> None:
    db.session.rollback()
    g.without_database = True


def _refused(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None:
        return make_response(error.response)
    if request.blueprint == "hooks" and request.method == "POST" and request.is_json:
        return make_response(f"{status}\n", status, {"Content-Type": "text/plain"})
    response = _answer(status, expired=isinstance(error, CSRFError))
    for name, value in error.get_headers():
        if name in ("Retry-After", "Allow"):
            response.headers[name] = value
    return response


def _broken(error: Exception) -> Response:
    """Say sorry without asking the database anything more, and write down why."""
    current_app.logger.exception("unexpected error on %s", request.endpoint)
    _do_without_database()
    return _answer(InternalServerError.code)


def _overloaded(error: Exception) -> Response:
    """The database is locked, full or gone: nothing was kept, and trying again will help (F9)."""
    reason = type(getattr(error, "orig", None) or error).__name__
    current_app.logger.error("database refused on %s: %s", request.endpoint, reason)
    _do_without_database()
    response = _answer(ServiceUnavailable.code)
    response.headers["Retry-After"] = "5"
    return response


def furnish(app: Flask) -> None:
    """Answer every refusal and fault with a page of our own."""
    app.register_error_handler(HTTPException, _refused)
    for kind in AWAY:
        app.register_error_handler(kind, _overloaded)
    if not app.testing:
        app.register_error_handler(Exception, _broken)
