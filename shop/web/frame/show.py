"""One way to answer with a page, or with a part of it when htmx asks."""

import hashlib
import os
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    make_response,
    render_template,
    request,
)
from flask_babel import format_date, format_datetime
from flask_babel import lazy_gettext as _l

from shop import clock
from shop.centre.facts import Centre, centre
from shop.core import codes
from shop.core.money import written
from shop.core.words import said
from shop.orders import basket
from shop.web.frame import visitor
from shop.web.frame.language import language

LEGAL_PAGES = (
    ("impressum", _l("Impressum")),
    ("datenschutz", _l("Datenschutz")),
    ("agb", _l("Allgemeine Geschäftsbedingungen")),
    ("widerruf", _l("Widerrufsbelehrung")),
    ("barrierefreiheit", _l("Barrierefreiheit")),
)


def show(page: str, part: str | None = None, status: int = 200, **facts: Any) -> Response:
    """Answer with a whole page, or with its part when htmx asks for it."""
    wants_part = part is not None and "HX-Request" in request.headers
    response = make_response(render_template(part if part and wants_part else page, **facts), status)
    if part:
        response.vary.add("HX-Request")
    return response


def money(cents: int) -> str:
    """Cents as people of the current language read them."""
    return written(cents, language())


def day(value: date) -> str:
    """A local date, or a moment on the shop's wall, as people read it: 31. Dezember 2029."""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return str(format_date(value, "long"))


def has_page(endpoint: str) -> bool:
    """Whether this shop has a page: what the head and the foot link to."""
    return endpoint in current_app.view_functions


def said_here(words: dict[str, str]) -> str:
    """A text of the centre in the current language, or in German."""
    return said(words, language())


def link(endpoint: str, **values: Any) -> str:
    """An absolute address from the configured BASE_URL, never from what a client claims (A3)."""
    path = current_app.url_map.bind("", url_scheme="https").build(endpoint, values)
    return f"{current_app.config['BASE_URL']}{path}"


@lru_cache(maxsize=500)
def _print_of(file: str, _changed: float) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:10]


def fingerprint(file: str) -> str:
    """A mark of a file's content, read anew only when it has changed. Raises FileNotFoundError."""
    return _print_of(file, os.stat(file).st_mtime)


def static(path: str) -> str:
    """The address of one of our files; it changes with the content, so browsers may keep it."""
    return f"{current_app.static_url_path}/{path}?v={fingerprint(f'{current_app.static_folder}/{path}')}"


def _facts() -> dict[str, Any]:
    if g.get("without_database"):
        return {"centre": Centre(), "basket_count": 0, "language": language()}
    facts = {"centre": centre(), "language": language()}
    if has_request_context():  # a letter has no visitor
        who = visitor.current()
        facts["basket_count"] = basket.count(who) if who else 0
    return facts


def _moment(value: datetime) -> str:
    return str(format_datetime(clock.local(value), "d. MMMM y, H:mm", rebase=False))


FILTERS: dict[str, Callable[[Any], str | date]] = {
    "as_date": date.fromisoformat,
    "as_moment": _moment,
    "shown_number": codes.shown_number,
    "shown_code": codes.shown_code,
}


def furnish(app: Flask) -> None:
    """Give templates the words they use everywhere."""
    app.context_processor(_facts)
    app.jinja_env.globals.update(
        money=money,
        day=day,
        said=said_here,
        link=link,
        static=static,
        has_page=has_page,
        legal_pages=LEGAL_PAGES,
    )
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
