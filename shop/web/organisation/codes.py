"""The list of codes: filters, search, pages, files, and what is done with several at once (DOMAIN C6)."""

from uuid import UUID

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop.db import db, transaction
from shop.orders.enrol import send
from shop.orders.enrol.desk import Refused
from shop.people.models import Organisation
from shop.web.frame.guard import me, signed_in
from shop.web.organisation import export, standing, swap, wanted
from shop.web.organisation.listing import asked, listed
from shop.web.organisation.room import bp, mine
from shop.web.organisation.wanted import Wish


@bp.get("/<uuid:organisation_id>/codes/")
@signed_in
def codes(organisation_id: UUID) -> Response:
    """The codes that the filters in the address ask for."""
    return listed(mine(organisation_id), asked())


@bp.get("/<uuid:organisation_id>/codes/liste.<any(csv, xlsx):ending>")
@signed_in
def codes_file(organisation_id: UUID, ending: str) -> Response:
    """The same codes as a file, with where each is and who has redeemed it."""
    organisation = mine(organisation_id)
    return export.answer(wanted.all_of(organisation.id, asked()), ending)


@bp.post("/<uuid:organisation_id>/codes/auswahl")
@signed_in
def chosen(organisation_id: UUID) -> Response | Redirect:
    """Do something with the codes that are ticked."""
    organisation, numbers = mine(organisation_id), request.form.getlist("nummer")
    if not numbers:
        note = _("Bitte kreuzen Sie zuerst die Codes an.")
        return listed(organisation, Wish(), status=422, note=note)
    if request.form.get("tun") == "tauschen":
        return swap.choice(organisation, numbers)
    return _remind(organisation, numbers)


def _remind(organisation: Organisation, numbers: list[str]) -> Response | Redirect:
    """Remind those whom a reminder can reach; of the others the list says why."""
    organisation_id, person = organisation.id, me()
    sent = [row.number for row in standing.several(organisation_id, numbers) if row.state == "sent"]
    try:
        with transaction():
            send.remind(db.session.get_one(Organisation, organisation_id), sent, person)
    except Refused:  # one was redeemed this very moment; the list shows it
        sent = []
    if not sent:
        note = _("Erinnern lässt sich nur, wer einen Code schon bekommen und noch nicht eingelöst hat.")
        return listed(mine(organisation_id), Wish(), status=422, note=note)
    return redirect(url_for("organisation.codes", organisation_id=organisation_id, erinnert=len(sent)), 303)
