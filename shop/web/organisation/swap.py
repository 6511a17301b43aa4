"""Exchanging codes for places in another course of the same price (DOMAIN C6)."""

from collections.abc import Sequence
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop.course_vouchers import find
from shop.db import db, transaction
from shop.orders.enrol import swap as swapping
from shop.orders.enrol.desk import Refused
from shop.people.models import Organisation
from shop.web.frame.guard import me, signed_in
from shop.web.frame.security import form_checks_token
from shop.web.organisation import standing
from shop.web.organisation.forms import SwapForm
from shop.web.organisation.listing import listed
from shop.web.organisation.room import bp, desk, mine
from shop.web.organisation.wanted import Wish


@bp.post("/<uuid:organisation_id>/codes/tauschen")
@form_checks_token
@signed_in
def swap(organisation_id: UUID) -> Response | Redirect:
    """Exchange the codes, all or none."""
    organisation, form, person = mine(organisation_id), SwapForm(), me()
    numbers = request.form.getlist("nummer")
    if not form.csrf_token.validate(form):
        return choice(
            organisation, numbers, form, 400, _("Bitte bestätigen Sie noch einmal; alles ist noch da.")
        )
    if not form.offer.data:
        form.offer.errors = [_("Bitte wählen Sie einen Kurs.")]
        return choice(organisation, numbers, form, 422)
    try:
        with transaction():
            owner = db.session.get_one(Organisation, organisation_id)
            swapping.swap(owner, numbers, form.offer.data, person)
    except Refused:
        note = _("Dieser Tausch geht nicht mehr. Bitte wählen Sie die Codes und den Kurs noch einmal.")
        return choice(mine(organisation_id), numbers, form, 422, note)
    return redirect(
        url_for(
            "organisation.codes",
            organisation_id=organisation_id,
            kurs=form.offer.data,
            getauscht=len(numbers),
        ),
        303,
    )


def choice(
    organisation: Organisation,
    numbers: Sequence[str],
    form: SwapForm | None = None,
    status: int = 200,
    note: str = "",
) -> Response:
    """Ask into which course; codes that cost different amounts cannot go together."""
    rows = [
        row for row in standing.several(organisation.id, numbers) if row.state in ("open", "sent", "frozen")
    ]
    if not rows or len({(row.offer_number, row.price_cents) for row in rows}) > 1:
        return _unlike(organisation, bool(rows))
    voucher = find.get_for(organisation.id, rows[0].number)
    assert voucher is not None
    return desk(
        organisation,
        "swap",
        "codes",
        status=status,
        rows=rows,
        offers=swapping.choices(voucher),
        form=form or SwapForm(formdata=None),
        notes=[note] if note else [],
    )


def _unlike(organisation: Organisation, has_some: bool) -> Response:
    note = (
        _("Tauschen Sie bitte nur Codes desselben Kurses auf einmal.")
        if has_some
        else _("Eingelöste und abgelaufene Codes lassen sich nicht tauschen.")
    )
    return listed(organisation, Wish(), status=422, note=note)
