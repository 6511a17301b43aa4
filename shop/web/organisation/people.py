"""Who administers an organisation: invite a fellow, end somebody's access (DOMAIN C1)."""

from uuid import UUID

from flask import Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as Redirect

from shop.db import db, transaction
from shop.orders import throttle
from shop.people import organisations
from shop.people.models import Organisation, User
from shop.web.frame import visitor
from shop.web.frame.guard import current_person, signed_in
from shop.web.frame.language import language
from shop.web.frame.security import form_checks_token
from shop.web.organisation.forms import InviteForm
from shop.web.organisation.room import bp, desk, mine


@bp.get("/<uuid:organisation_id>/zugaenge/")
@signed_in
def people(organisation_id: UUID) -> Response:
    """Who administers, and who was invited."""
    return _page(mine(organisation_id), InviteForm(formdata=None))


@bp.post("/<uuid:organisation_id>/zugaenge/")
@form_checks_token
@signed_in
def invite(organisation_id: UUID) -> Response | Redirect:
    """Invite a fellow administrator by mail."""
    organisation, form, person = mine(organisation_id), InviteForm(), current_person()
    if not form.validate_on_submit():
        return _page(organisation, form, 400 if form.csrf_token.errors else 422)
    try:
        with transaction():
            throttle.admit_letter(visitor.sources())
            owner = db.session.get_one(Organisation, organisation_id)
            organisations.invite(owner, form.email.data, language(), person)
    except organisations.AlreadyThere:
        form.email.errors = [_("Diese Person verwaltet die Organisation schon.")]
        return _page(mine(organisation_id), form, 422)
    except throttle.Throttled as throttled:
        raise TooManyRequests(retry_after=throttled.seconds) from None
    return redirect(url_for("organisation.people", organisation_id=organisation_id, eingeladen=1), 303)


@bp.post("/<uuid:organisation_id>/zugaenge/<int:user_id>/beenden")
@signed_in
def remove(organisation_id: UUID, user_id: int) -> Response | Redirect:
    """End somebody's access; the last one stays."""
    organisation, person = mine(organisation_id), current_person()
    there = {each.id: each for each in organisations.administrators(organisation)}
    if user_id not in there or person is None:
        abort(404)
    is_me = user_id == person.id
    try:
        with transaction():
            owner = db.session.get_one(Organisation, organisation_id)
            organisations.remove(owner, db.session.get_one(User, user_id))
    except organisations.LastOne:
        note = _("Jemand muss die Organisation verwalten. Laden Sie zuerst eine zweite Person ein.")
        return _page(mine(organisation_id), InviteForm(formdata=None), 422, note)
    if is_me:
        return redirect(url_for("organisation.choose"), 303)
    return redirect(url_for("organisation.people", organisation_id=organisation_id, beendet=1), 303)


def _page(organisation: Organisation, form: InviteForm, status: int = 200, note: str = "") -> Response:
    said = {
        "eingeladen": _("Die Einladung ist unterwegs."),
        "beendet": _("Der Zugang ist beendet."),
    }
    return desk(
        organisation,
        "people",
        "people",
        status=status,
        administrators=organisations.administrators(organisation),
        invitations=organisations.open_invitations(organisation),
        me=current_person(),
        form=form,
        notes=[note] if note else [],
        done=next((words for name, words in said.items() if name in request.args), ""),
    )
