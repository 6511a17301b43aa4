"""The blueprint that this room's views hang on, and what all its pages show."""

from typing import Any

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from shop.centre.facts import centre
from shop.core.matrix import DIMENSIONS
from shop.web.frame.guard import staff_only
from shop.web.frame.show import said_here, show

bp = Blueprint("backoffice", __name__, url_prefix="/verwaltung")


@bp.get("/")
@staff_only
def start() -> Redirect:
    """The back office opens where its work is."""
    return redirect(url_for("backoffice.price_matrix"))


def dimensions() -> dict[str, str]:
    """The four dimensions of prices, as this centre calls them."""
    return {each: said_here(getattr(centre(), f"dimension_{each}")) for each in DIMENSIONS}


def office(page: str, here: str, status: int = 200, **facts: Any) -> Response:
    """Answer with one of the back office's pages; `here` names its room."""
    return show(f"backoffice/{page}.html", status=status, here=here, dimensions=dimensions(), **facts)
