"""Refusals and faults as pages: a sentence that helps, at the right status."""

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from shop.db import db

WORDED = (400, 403, 404, 413, 422, 429, 500, 503)


def _answer(status: int, **facts: object) -> Response:
    shown = status if status in WORDED else (400 if status < 500 else 500)
    return make_response(render_template(f"errors/{shown}.html", status=status, **facts), status)


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
    db.session.rollback()
    g.without_database = True
    return _answer(InternalServerError.code)


def _overloaded(error: DBAPIError) -> Response:
    """The database is locked, full or gone: nothing was kept, and trying again will help (F9)."""
    current_app.logger.error("database refused on %s: %s", request.endpoint, type(error.orig).__name__)
    db.session.rollback()
    g.without_database = True
    response = _answer(ServiceUnavailable.code)
    response.headers["Retry-After"] = "5"
    return response


def furnish(app: Flask) -> None:
    """Answer every refusal and fault with a page of our own."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(OperationalError, _overloaded)
    if not app.testing:
        app.register_error_handler(Exception, _broken)
