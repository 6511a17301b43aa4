"""The classes of each dimension, and what the dimensions are called (DOMAIN W5)."""

from flask import Response, abort
from werkzeug.wrappers import Response as Redirect

from shop.catalogue import prices
from shop.catalogue.prices import reading
from shop.centre.facts import set_facts
from shop.core.matrix import DIMENSIONS
from shop.web.backoffice.changing import change, page
from shop.web.backoffice.forms import TitleForm
from shop.web.backoffice.room import bp
from shop.web.frame.guard import staff_only
from shop.web.frame.security import form_checks_token


@bp.get("/preise/klassen")
@staff_only
def classes() -> Response:
    """All classes, and the kinds of base cards and contracts."""
    return page()


@bp.post("/preise/klassen/<dimension>")
@form_checks_token
@staff_only
def add_class(dimension: str) -> Response | Redirect:
    """Add a class; it may take over the prices of another."""
    form = TitleForm()
    return change(
        f"{_known(dimension)}--neu",
        form,
        lambda: prices.add_class(dimension, form.title, like=form.like.data or ""),
    )


@bp.post("/preise/klassen/<dimension>/benennen")
@form_checks_token
@staff_only
def name_dimension(dimension: str) -> Response | Redirect:
    """Call a dimension as the centre does."""
    form = TitleForm()
    return change(
        f"{_known(dimension)}--name", form, lambda: set_facts(**{f"dimension_{dimension}": form.title})
    )


@bp.post("/preise/klassen/<dimension>/<key>/umbenennen")
@form_checks_token
@staff_only
def rename_class(dimension: str, key: str) -> Response | Redirect:
    """Give a class another title."""
    form, slot = TitleForm(), f"{_existing(dimension, key)}-{key}"
    return change(slot, form, lambda: prices.rename_class(dimension, key, form.title))


@bp.post("/preise/klassen/<dimension>/<key>/standard")
@staff_only
def make_default(dimension: str, key: str) -> Response | Redirect:
    """Make a class the default of its dimension."""
    return change(f"{_existing(dimension, key)}-{key}", None, lambda: prices.make_default(dimension, key))


@bp.post("/preise/klassen/<dimension>/<key>/entfernen")
@staff_only
def remove_class(dimension: str, key: str) -> Response | Redirect:
    """Remove a class that nothing uses."""
    return change(f"{_existing(dimension, key)}-{key}", None, lambda: prices.remove_class(dimension, key))


def _known(dimension: str) -> str:
    """One of the four; there are no others (404)."""
    return dimension if dimension in DIMENSIONS else abort(404)


def _existing(dimension: str, key: str) -> str:
    """The dimension of a class that there is, else 404."""
    if key not in {each.key for each in reading.classes()[_known(dimension)]}:
        abort(404)
    return dimension
