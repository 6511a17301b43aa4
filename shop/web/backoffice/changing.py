"""One change of the page of classes and kinds, in one transaction; what is refused stands where it was asked."""

from collections.abc import Callable
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop.catalogue import prices
from shop.catalogue.prices import reading
from shop.catalogue.prices.classes import WITH_DEFAULT
from shop.centre.facts import FactRefused, centre
from shop.core.matrix import DIMENSIONS
from shop.db import db, transaction
from shop.web.backoffice.forms import TITLE, TitleForm
from shop.web.backoffice.room import office
from shop.web.backoffice.words import worded

DONE = "gespeichert"


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
        added=request.args.get(DONE, ""),
        typed=form,
        wrong=wrong,
        done=_("Gespeichert.") if DONE in request.args and not wrong else "",
    )
