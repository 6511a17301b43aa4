"""The price matrix: see it, add a row by ticking, change one, take one away (DOMAIN W5)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from uuid import UUID

from flask import Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop.catalogue import prices
from shop.catalogue.models import PriceRow
from shop.catalogue.prices import reading
from shop.catalogue.prices.rows import ticked_in
from shop.core.money import Cents, written
from shop.db import db, transaction
from shop.web.backoffice.board import MOST_HOLES, board
from shop.web.backoffice.forms import RowForm
from shop.web.backoffice.room import bp, office
from shop.web.frame.guard import me, staff_only
from shop.web.frame.security import form_checks_token

Ticks = Mapping[str, Sequence[str]]


@bp.get("/preise/")
@staff_only
def price_matrix() -> Response:
    """All rows, and a form for one more; `wie` fills it with another row's ticks, classes with those."""
    return _page(_form_like(request.args.get("wie", "")) or RowForm(request.args))


@bp.post("/preise/")
@form_checks_token
@staff_only
def add_price() -> Response | Redirect:
    """Add a row; one that overlaps is kept all the same, and the page says so."""
    return _saved(RowForm(), _page, partial(prices.add_row, made_by=_by()))


@bp.get("/preise/<uuid:row_id>")
@staff_only
def price(row_id: UUID) -> Response:
    """One row, to be changed."""
    return _row_page(row_id, _form_of(db.session.get(PriceRow, row_id) or abort(404)))


@bp.post("/preise/<uuid:row_id>")
@form_checks_token
@staff_only
def change_price(row_id: UUID) -> Response | Redirect:
    """Change a row in its place. If somebody has removed it meanwhile, what was typed can be saved as a new one."""
    return _saved(RowForm(), partial(_row_page, row_id), partial(prices.change_row, row_id, made_by=_by()))


def _by() -> str:
    return me().username or ""


def _saved(
    form: RowForm, page: Callable[[RowForm, int], Response], save: Callable[[Ticks, Cents, str], UUID]
) -> Response | Redirect:
    """Save what a form says, in one transaction, or show its page again."""
    if not form.validate_on_submit():
        return page(form, 400 if form.csrf_token.errors else 422)
    try:
        with transaction():
            ticked = form.ticked(reading.classes(locked=True))
            row_id = save(ticked, form.cents, form.requires.data or "")
    except prices.Refused as refused:
        form.blame(refused)
        return page(form, 422)
    except LookupError:
        return _page(
            form, 422, [_("Diesen Preis hat inzwischen jemand entfernt. Sie können ihn als neuen speichern.")]
        )
    return redirect(url_for("backoffice.price_matrix", neu=row_id), 303)


@bp.post("/preise/<uuid:row_id>/entfernen")
@staff_only
def remove_price(row_id: UUID) -> Redirect:
    """Take a row away; gone is gone, however often it is asked."""
    with transaction():
        prices.remove_row(row_id)
    return redirect(url_for("backoffice.price_matrix", entfernt=1), 303)


def _page(form: RowForm, status: int = 200, notes: Sequence[str] = ()) -> Response:
    found = board()
    meetings, missing = found.meetings(), found.missing()
    saved = found.line(request.args.get("neu", ""))
    return office(
        "prices",
        "prices",
        status,
        board=found,
        form=form,
        notes=notes,
        ticked=form.ticked(found.classes),
        meetings=meetings,
        met={line.number for each in meetings for line in (each.first, each.second)},
        missing=missing,
        shown=MOST_HOLES,
        saved=saved,
        saved_meets=[each for each in meetings if saved in (each.first, each.second)] if saved else [],
        done=_("Der Preis ist entfernt.") if "entfernt" in request.args else "",
    )


def _row_page(row_id: UUID, form: RowForm, status: int = 200) -> Response:
    found = board()
    line = found.line(str(row_id))
    if line is None:
        return _page(form, status)
    return office(
        "price", "prices", status, board=found, form=form, ticked=form.ticked(found.classes), line=line
    )


def _form_like(text: str) -> RowForm | None:
    """A form with the ticks of a row, if there is one."""
    try:
        row = db.session.get(PriceRow, UUID(text))
    except ValueError:
        row = None
    return _form_of(row) if row else None


def _form_of(row: PriceRow) -> RowForm:
    price = written(row.cents).removesuffix("\u00a0€").replace(".", "")
    return RowForm(formdata=None, data={**ticked_in(row), "requires": row.requires or "", "price": price})
