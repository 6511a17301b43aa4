"""The price matrix: see it, add a row by ticking, take one away (DOMAIN W5)."""

from uuid import UUID

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop.catalogue import prices
from shop.catalogue.models import PriceRow
from shop.catalogue.prices import reading
from shop.catalogue.prices.rows import ticked_in
from shop.core.money import written
from shop.db import db, transaction
from shop.web.backoffice.board import MOST_HOLES, board
from shop.web.backoffice.forms import RowForm
from shop.web.backoffice.room import bp, me, office
from shop.web.frame.guard import staff_only
from shop.web.frame.security import form_checks_token


@bp.get("/preise/")
@staff_only
def price_matrix() -> Response:
    """All rows, and a form for one more; `wie` fills it with another row's ticks."""
    return _page(_form_like(request.args.get("wie", "")))


@bp.post("/preise/")
@form_checks_token
@staff_only
def add_price() -> Response | Redirect:
    """Add a row; one that overlaps is kept all the same, and the page says so."""
    form = RowForm()
    if not form.validate_on_submit():
        return _page(form, 400 if form.csrf_token.errors else 422)
    by = me().username or ""
    try:
        with transaction():
            ticked = form.ticked(reading.classes(locked=True))
            row_id = prices.add_row(ticked, form.cents, form.requires.data or "", by)
    except prices.Refused as refused:
        form.blame(refused)
        return _page(form, 422)
    return redirect(url_for("backoffice.price_matrix", neu=row_id), 303)


@bp.post("/preise/<uuid:row_id>/entfernen")
@staff_only
def remove_price(row_id: UUID) -> Redirect:
    """Take a row away; gone is gone, however often it is asked."""
    with transaction():
        prices.remove_row(row_id)
    return redirect(url_for("backoffice.price_matrix", entfernt=1), 303)


def _page(form: RowForm, status: int = 200) -> Response:
    found = board()
    meetings, missing = found.meetings(), found.missing()
    saved = found.line(request.args.get("neu", ""))
    return office(
        "prices",
        "prices",
        status,
        board=found,
        form=form,
        ticked=form.ticked(found.classes),
        meetings=meetings,
        met={line.id for each in meetings for line in (each.first, each.second)},
        missing=missing[:MOST_HOLES],
        more_missing=max(0, len(missing) - MOST_HOLES),
        saved=saved,
        saved_meets=[each for each in meetings if saved in (each.first, each.second)] if saved else [],
        done=_("Der Preis ist entfernt.") if "entfernt" in request.args else "",
    )


def _form_like(text: str) -> RowForm:
    """An empty form, or one with the ticks of a row."""
    try:
        row = db.session.get(PriceRow, UUID(text))
    except ValueError:
        row = None
    if row is None:
        return RowForm(formdata=None)
    price = written(row.cents).removesuffix("\u00a0€").replace(".", "")
    return RowForm(formdata=None, data={**ticked_in(row), "requires": row.requires or "", "price": price})
