"""One person: user class, member class, base cards and contracts (DOMAIN W5)."""

from datetime import date
from uuid import UUID

from flask import Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop import clock
from shop.catalogue import prices
from shop.catalogue.models import Contract
from shop.catalogue.prices import contracts, reading
from shop.db import db, transaction
from shop.people.models import User
from shop.web.backoffice.forms import EndForm, GiveForm
from shop.web.backoffice.room import bp, me, office
from shop.web.backoffice.words import worded
from shop.web.frame.guard import staff_only
from shop.web.frame.security import form_checks_token


@bp.get("/personen/<int:user_id>")
@staff_only
def person(user_id: int) -> Response:
    """What decides this person's prices."""
    return _page(_existing(user_id))


@bp.post("/personen/<int:user_id>/klassen")
@staff_only
def set_classes(user_id: int) -> Response | Redirect:
    """Set user class and member class; empty is the default."""
    who = _existing(user_id)
    try:
        with transaction():
            prices.set_classes(user_id, request.form.get("user", ""), request.form.get("member", ""))
    except prices.Refused as refused:
        return _page(who, notes=[worded(refused)], status=422)
    return _back(user_id)


@bp.post("/personen/<int:user_id>/vertraege")
@form_checks_token
@staff_only
def give_contract(user_id: int) -> Response | Redirect:
    """Give a base card or contract."""
    who, form, by = _existing(user_id), GiveForm(), me().username or ""
    if not form.validate_on_submit():
        return _page(who, form, status=400 if form.csrf_token.errors else 422)
    days = (form.valid_from.data, form.valid_until.data)
    try:
        with transaction():
            prices.give_contract(user_id, form.kind.data or "", *days, by)
    except prices.Refused as refused:
        field = form.valid_until if refused.reason == prices.Reason.DAYS else form.kind
        field.errors = [worded(refused)]
        return _page(_existing(user_id), form, status=422)
    return _back(user_id)


@bp.post("/personen/<int:user_id>/vertraege/<uuid:contract_id>/beenden")
@form_checks_token
@staff_only
def end_contract(user_id: int, contract_id: UUID) -> Response | Redirect:
    """End a base card or contract after its last day."""
    who, form = _existing(user_id), EndForm()
    if not form.validate_on_submit():
        words = [each for errors in form.errors.values() for each in errors]
        return _page(who, notes=words, status=400 if form.csrf_token.errors else 422, open_at=contract_id)
    try:
        with transaction():
            prices.end_contract(user_id, contract_id, form.last_day.data)
    except LookupError:
        abort(404)
    except prices.Refused as refused:
        return _page(_existing(user_id), notes=[worded(refused)], status=422, open_at=contract_id)
    return _back(user_id)


def _existing(user_id: int) -> User:
    return db.session.get(User, user_id) or abort(404)


def _back(user_id: int) -> Redirect:
    return redirect(url_for("backoffice.person", user_id=user_id, gespeichert=1), 303)


def state_of(contract: Contract, today: date) -> str:
    """How a contract stands on a day: `coming`, `valid` or `over`."""
    if contract.valid_from > today:
        return "coming"
    return "valid" if contract.valid_until is None or today <= contract.valid_until else "over"


def _page(
    who: User,
    form: GiveForm | None = None,
    *,
    notes: list[str] | None = None,
    status: int = 200,
    open_at: UUID | None = None,
) -> Response:
    db.session.rollback()  # a refused transaction has left nothing to read
    today = clock.today()
    if form is None:
        form = GiveForm(formdata=None, data={"valid_from": today})
    return office(
        "person",
        "people",
        status,
        who=who,
        classes=reading.classes(),
        mine=dict(zip(("user", "member"), contracts.classes_of(who.id), strict=True)),
        kinds=reading.kinds(),
        contracts=[(each, state_of(each, today)) for each in contracts.contracts_of(who.id)],
        today=today,
        form=form,
        notes=notes or [],
        open_at=open_at,
        done=_("Gespeichert.") if "gespeichert" in request.args and not notes else "",
    )
