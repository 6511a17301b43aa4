"""One code: where it is, what happened to it, and what can be done with it (DOMAIN C6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as Redirect

from shop.bookings.models import Booking
from shop.core import codes as numbers
from shop.course_vouchers import find
from shop.course_vouchers.models import CourseVoucher, CourseVoucherEvent
from shop.db import db, transaction
from shop.orders.enrol import revoke, send, undo
from shop.orders.enrol.desk import Refused
from shop.people.models import Organisation, User
from shop.web.frame.guard import me, signed_in
from shop.web.frame.security import form_checks_token
from shop.web.organisation import standing
from shop.web.organisation.forms import SendForm
from shop.web.organisation.room import bp, desk, mine
from shop.web.organisation.standing import CodeRow


@dataclass(frozen=True)
class May:
    """What can be done with a code now."""

    send: bool
    remind: bool
    swap: bool
    revoke: bool


@dataclass(frozen=True)
class Told:
    """One thing that happened, in words."""

    at: datetime
    words: str


@bp.get("/<uuid:organisation_id>/codes/<number>")
@signed_in
def code(organisation_id: UUID, number: str) -> Response:
    """One code with its story."""
    organisation = mine(organisation_id)
    return _page(organisation, _of(organisation, number), SendForm(formdata=None))


@bp.post("/<uuid:organisation_id>/codes/<number>/verschicken")
@form_checks_token
@signed_in
def send_one(organisation_id: UUID, number: str) -> Response | Redirect:
    """Send one code to one person, as a ready link."""
    organisation, form = mine(organisation_id), SendForm()
    row = _of(organisation, number)
    if not form.validate_on_submit():
        return _page(organisation, row, form, 400 if form.csrf_token.errors else 422)
    person, pair = me(), (row.number, form.email.data, form.name.data)
    try:
        with transaction():
            send.send(db.session.get_one(Organisation, organisation_id), [pair], person)
    except Refused:
        return _gone(organisation_id, number)
    return _back(organisation_id, row.number, "verschickt")


@bp.post("/<uuid:organisation_id>/codes/<number>/erinnern")
@signed_in
def remind_one(organisation_id: UUID, number: str) -> Response | Redirect:
    """Send the same link once more."""
    row, person = _of(mine(organisation_id), number), me()
    try:
        with transaction():
            send.remind(db.session.get_one(Organisation, organisation_id), [row.number], person)
    except Refused:
        return _gone(organisation_id, number)
    return _back(organisation_id, row.number, "erinnert")


@bp.post("/<uuid:organisation_id>/codes/<number>/zurueckziehen")
@signed_in
def revoke_one(organisation_id: UUID, number: str) -> Response | Redirect:
    """Void a code; the place stays the organisation's, with a new code."""
    row, person = _of(mine(organisation_id), number), me()
    try:
        with transaction():
            revoke.revoke(db.session.get_one(Organisation, organisation_id), row.number, person)
    except Refused:
        return _gone(organisation_id, number)
    return _back(organisation_id, row.number, "zurueckgezogen")


def _of(organisation: Organisation, number: str) -> CodeRow:
    """A code found through its organisation; 404 for what is not theirs."""
    try:
        plain = numbers.read_number(number)
    except numbers.Malformed:
        abort(404)
    return standing.one(organisation.id, plain) or abort(404)


def _page(
    organisation: Organisation, row: CodeRow, form: SendForm, status: int = 200, note: str = ""
) -> Response:
    has_code = row.state in ("open", "sent")
    return desk(
        organisation,
        "code",
        "codes",
        status=status,
        row=row,
        code=find.shown_code(row.number, row.serial) if has_code else "",
        order_number=row.order_number,
        events=list(_story(row.number)),
        may=_may(row),
        form=form,
        notes=[note] if note else [],
        done=_done(),
    )


def _back(organisation_id: UUID, number: str, done: str) -> Redirect:
    return redirect(
        url_for("organisation.code", organisation_id=organisation_id, number=number, **{done: 1}), 303
    )


def _gone(organisation_id: UUID, number: str) -> Response:
    """Somebody was faster: the page as it is now, with a sentence."""
    organisation = mine(organisation_id)
    note = _("Das geht nicht mehr: Mit diesem Code ist inzwischen etwas geschehen.")
    return _page(organisation, _of(organisation, number), SendForm(formdata=None), 422, note)


def _done() -> str:
    said = {
        "verschickt": _("Der Code ist unterwegs."),
        "erinnert": _("Die Erinnerung ist unterwegs."),
        "zurueckgezogen": _("Der alte Code gilt nicht mehr. Hier ist der neue."),
    }
    return next((words for name, words in said.items() if name in request.args), "")


def _may(row: CodeRow) -> May:
    is_usable = row.state in ("open", "sent")
    return May(
        send=is_usable,
        remind=row.state == "sent",
        swap=row.state in ("open", "sent", "frozen"),
        revoke=is_usable or (row.state == "redeemed" and _has_not_begun(row.number)),
    )


def _has_not_begun(number: str) -> bool:
    query = select(Booking).join(CourseVoucher, CourseVoucher.booking_id == Booking.id)
    booking = db.session.scalar(query.where(CourseVoucher.number == number))
    return booking is not None and undo.stays(booking) is None


def _story(number: str) -> Iterator[Told]:
    """What happened to a code, the newest first; who did it, where it was one of the administrators."""
    query = (
        select(CourseVoucherEvent, User)
        .outerjoin(User, User.id == CourseVoucherEvent.by)
        .where(CourseVoucherEvent.number == number)
        .order_by(CourseVoucherEvent.id.desc())
    )
    for event, person in db.session.execute(query):
        yield Told(event.at, _said(event, person.name if person else ""))


def _said(event: CourseVoucherEvent, name: str) -> str:
    by = _("von %(name)s", name=name) if name else ""
    words = {
        "issued": _("bestellt"),
        "sent": _("verschickt"),
        "reminded": _("erinnert"),
        "redeemed": _("eingelöst"),
        "undone": _("Einlösung rückgängig gemacht, neuer Code"),
        "revoked": _("zurückgezogen, neuer Code"),
        "swapped": _("getauscht, neuer Code"),
        "frozen": _("gesperrt, weil die Rechnung nicht bezahlt ist"),
        "thawed": _("wieder frei"),
        "cancelled": _("zurückgenommen"),
        "extended": _("länger gültig, weil der Kurs ausgefallen ist"),
    }[event.what]
    return f"{words} {by}".strip()
