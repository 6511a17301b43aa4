"""One person: user class, member class, base cards and contracts (DOMAIN W5)."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from shop.web.backoffice.room import bp, office
from shop.web.backoffice.words import worded
from shop.web.frame.guard import me, staff_only
from shop.web.frame.security import form_checks_token

Ending = tuple[UUID, EndForm]  # the contract whose last day was refused, and what was typed


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
    """Say which day is the last of a base card or contract, earlier or later than it was."""
    who, form = _existing(user_id), EndForm()
    if not form.validate_on_submit():
        return _page(who, ending=(contract_id, form), status=400 if form.csrf_token.errors else 422)
    try:
        with transaction():
            prices.end_contract(user_id, contract_id, form.last_day.data)
    except LookupError:
        abort(404)
    except prices.Refused as refused:
        form.last_day.errors = [worded(refused)]
        return _page(_existing(user_id), ending=(contract_id, form), status=422)
    return _back(user_id)


@bp.post("/personen/<int:user_id>/vertraege/<uuid:contract_id>/entfernen")
@staff_only
def remove_contract(user_id: int, contract_id: UUID) -> Redirect:
    """Take back a base card or contract that was given by mistake."""
    try:
        with transaction():
            prices.remove_contract(user_id, contract_id)
    except LookupError:
        abort(404)
    return _back(user_id)


def _existing(user_id: int) -> User:
    """An account that there is; a name that is kept for nobody is none (404)."""
    found = db.session.get(User, user_id)
    return found if found and found.username else abort(404)


def _back(user_id: int) -> Redirect:
    return redirect(url_for("backoffice.person", user_id=user_id, gespeichert=1), 303)


@dataclass(frozen=True)
class Given:
    """A base card or contract of the person: how it stands, and the form for its last day."""

    contract: Contract
    state: str
    form: EndForm


def _state(contract: Contract, today: date) -> str:
    """How a contract stands on a day: `coming`, `valid` or `over`."""
    if contract.valid_from > today:
        return "coming"
    return "valid" if contract.valid_until is None or today <= contract.valid_until else "over"


def _given(who: User, ending: Ending | None) -> list[Given]:
    """What the person has; the form that was refused as it was typed."""
    found, today = [], clock.today()
    for each in contracts.contracts_of(who.id):
        last_day = each.valid_until or max(today, each.valid_from)
        form = EndForm(formdata=None, data={"last_day": last_day})
        if ending and ending[0] == each.id:
            form = ending[1]
        found.append(Given(each, _state(each, today), form))
    return found


def _page(
    who: User,
    form: GiveForm | None = None,
    *,
    ending: Ending | None = None,
    notes: Sequence[str] = (),
    status: int = 200,
) -> Response:
    db.session.rollback()  # a refused transaction has left nothing to read
    if form is None:
        form = GiveForm(formdata=None, data={"valid_from": clock.today()})
    return office(
        "person",
        "people",
        status,
        who=who,
        classes=reading.classes(),
        mine=dict(zip(("user", "member"), contracts.classes_of(who.id), strict=True)),
        kinds=reading.kinds(),
        given=_given(who, ending),
        form=form,
        refused=ending[1] if ending else form,
        notes=notes,
        done=_("Gespeichert.") if "gespeichert" in request.args and not notes else "",
    )
