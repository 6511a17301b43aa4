"""Pages that staff write, and the centre's ribbon colour as a stylesheet."""

from typing import Any

from flask import Blueprint, abort, make_response, request
from werkzeug.wrappers import Response

from shop.centre import pages
from shop.centre.facts import centre
from shop.centre.markdown import split_configurator
from shop.web.configurator import desk, products
from shop.web.frame.kept import show_kept
from shop.web.frame.language import language

bp = Blueprint("pages", __name__)


@bp.get("/seiten/<slug>")
def page(slug: str) -> Response:
    """An editorial page, with the configurator where staff have placed it (DOMAIN G3b)."""
    return show_kept("pages/page.html", lambda: _page(slug))


def _page(slug: str) -> dict[str, Any]:
    found = pages.shown(slug, language()) or abort(404)
    before, wanted, after = split_configurator(found.body)
    product = products.offered(wanted) if wanted else None
    facts = desk.desk(desk.blank_form(product)) if product else {}
    return {"text": found, "before": before, "after": after, **facts}


@bp.get("/farben.css")
def colours() -> Response:
    """The centre's ribbon colour; its address carries the colour, so browsers may keep it."""
    response = make_response(f":root {{ --ribbon: {centre().ribbon_colour}; }}\n")
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    if "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
