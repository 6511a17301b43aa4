"""The classes of each dimension, and what the dimensions are called (DOMAIN W5)."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop.catalogue import prices
from shop.catalogue.prices import reading
from shop.catalogue.prices.classes import WITH_DEFAULT
from shop.centre.facts import FactRefused, centre, set_facts
from shop.core.matrix import DIMENSIONS
from shop.db import db, transaction
from shop.web.backoffice.forms import TITLE, TitleForm
from shop.web.backoffice.room import bp, office
from shop.web.backoffice.words import worded
from shop.web.frame.guard import staff_only
from shop.web.frame.security import form_checks_token

DONE = "gespeichert"


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
        f"{known(dimension)}-neu",
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
        f"{known(dimension)}-name", form, lambda: set_facts(**{f"dimension_{dimension}": form.title})
    )


@bp.post("/preise/klassen/<dimension>/<key>/umbenennen")
@form_checks_token
@staff_only
def rename_class(dimension: str, key: str) -> Response | Redirect:
    """Give a class another title."""
    form, slot = TitleForm(), f"{existing(dimension, key)}-{key}"
    return change(slot, form, lambda: prices.rename_class(dimension, key, form.title))


@bp.post("/preise/klassen/<dimension>/<key>/standard")
@staff_only
def make_default(dimension: str, key: str) -> Response | Redirect:
    """Make a class the default of its dimension."""
    return change(f"{existing(dimension, key)}-{key}", None, lambda: prices.make_default(dimension, key))


@bp.post("/preise/klassen/<dimension>/<key>/entfernen")
@staff_only
def remove_class(dimension: str, key: str) -> Response | Redirect:
    """Remove a class that nothing uses."""
    return change(f"{existing(dimension, key)}-{key}", None, lambda: prices.remove_class(dimension, key))


def known(dimension: str) -> str:
    """One of the four; there are no others (404)."""
    return dimension if dimension in DIMENSIONS else abort(404)


def existing(dimension: str, key: str) -> str:
    """The dimension of a class that there is, else 404."""
    if key not in {each.key for each in reading.classes()[known(dimension)]}:
        abort(404)
    return dimension


def change(slot: str, form: TitleForm | None, act: Callable[[], object]) -> Response | Redirect:
    """Do one thing in one transaction; what is refused stands at its `slot` of the page."""
    if form is not None and not form.validate_on_submit():
        words = [each for errors in form.errors.values() for each in errors]
        return page(slot, form, words[0], 400 if form.csrf_token.errors else 422)
    try:
        with transaction():
            act()
    except prices.Refused as refused:
        return page(slot, form, worded(refused), 422)
    except FactRefused:
        return page(
            slot, form, _("Bitte geben Sie eine deutsche Bezeichnung mit höchstens 40 Zeichen ein."), 422
        )
    return redirect(url_for("backoffice.classes", **{DONE: slot}, _anchor=slot.partition("-")[0]), 303)


def page(slot: str = "", form: TitleForm | None = None, wrong: str = "", status: int = 200) -> Response:
    """The page; `wrong` is what its part `slot` is about, `form` what was typed there."""
    db.session.rollback()
    names: dict[str, Any] = {each: getattr(centre(), f"dimension_{each}") for each in DIMENSIONS}
    return office(
        "classes",
        "classes",
        status,
        classes=reading.classes(),
        kinds=reading.kinds(),
        names=names,
        with_default=WITH_DEFAULT,
        most=TITLE,
        slot=slot,
        typed=form,
        wrong=wrong,
        done=_("Gespeichert.") if DONE in request.args and not wrong else "",
    )
