"""Pages that look alike to many visitors, drawn once a second and not for each of them.

Drawing takes most of a page's time. What is kept is let go at every commit of this process, so
nobody misses their own change; another process's change shows a second later. Prices and what may
be sold are decided anew whenever something is ordered.
"""

import secrets
from collections.abc import Callable
from time import monotonic
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import generate_csrf
from sqlalchemy import event

from shop import clock
from shop.db import db
from shop.orders import basket
from shop.web.frame import visitor
from shop.web.frame.guard import seems_signed_in
from shop.web.frame.language import chosen
from shop.web.frame.show import show

SECONDS = 1.0
MOST = 200  # pages; more than a shop has
_PLACE = secrets.token_hex(16)  # stands in a kept page where each visitor's own token belongs


def show_kept(page: str, facts: Callable[[], dict[str, Any]], part: str | None = None) -> Response:
    """Answer with a page that shows nothing of its visitor but language, basket count, form token
    and whether there is an account to open or to log in to.

    An address with a query is drawn anew: there are too many of those to keep. So is a part.
    """
    if request.query_string or "HX-Request" in request.headers:
        return show(page, part, **facts())
    who = visitor.current()
    key = (request.path, chosen(), basket.count(who) if who else 0, seems_signed_in(), clock.today())
    pages: dict[object, tuple[float, str]] = current_app.extensions["kept_pages"]
    until, text = pages.get(key, (0.0, ""))
    if until < monotonic():
        text = _drawn(page, facts)
        if len(pages) >= MOST:
            pages.clear()
        pages[key] = (monotonic() + SECONDS, text)
    response = make_response(text.replace(_PLACE, generate_csrf()) if _PLACE in text else text)
    if part:
        response.vary.add("HX-Request")
    return response


def form_token() -> str:
    """The token for a form: the visitor's own, or the place for it in a page that is kept."""
    return _PLACE if g.get("keeping") else str(generate_csrf())


def _drawn(page: str, facts: Callable[[], dict[str, Any]]) -> str:
    g.keeping = True
    try:
        return render_template(page, **facts())
    finally:
        g.keeping = False


@event.listens_for(db.session.session_factory, "after_commit")
def _let_go(_session: object) -> None:
    current_app.extensions.get("kept_pages", {}).clear()


def furnish(app: Flask) -> None:
    """Give the app an empty shelf, and templates the token for forms on kept pages."""
    app.extensions["kept_pages"] = {}
    app.jinja_env.globals["form_token"] = form_token
