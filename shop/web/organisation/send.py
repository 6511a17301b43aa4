"""Many codes at once: a pasted or uploaded list, a preview, then the mails (DOMAIN C6)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as Redirect

from shop.catalogue.models import Offer
from shop.db import db, transaction
from shop.orders.enrol import send as sending
from shop.orders.enrol.desk import Refused
from shop.orders.enrol.pair_up import Pairing, Problem, pair_up
from shop.people.models import Organisation
from shop.web.frame.guard import me, signed_in
from shop.web.frame.security import form_checks_token
from shop.web.organisation import standing, upload
from shop.web.organisation.forms import ListForm
from shop.web.organisation.room import bp, desk, mine


class Changed(Exception):
    """The list that would be sent is not the one that was shown."""


@dataclass(frozen=True)
class Choice:
    """A course with codes that nobody has yet."""

    number: str
    title: dict[str, str]
    open: int


@bp.get("/<uuid:organisation_id>/verschicken")
@signed_in
def send(organisation_id: UUID) -> Response:
    """Ask whose codes and to whom; `?kurs=` chooses the course."""
    form = ListForm(formdata=None, offer=request.args.get("kurs", "")[:20])
    return _ask(mine(organisation_id), form)


@bp.post("/<uuid:organisation_id>/verschicken/aendern")
@signed_in
def change_list(organisation_id: UUID) -> Response:
    """Back to the list, with everything still there."""
    return _ask(mine(organisation_id), ListForm())


@bp.post("/<uuid:organisation_id>/verschicken/pruefen")
@form_checks_token
@signed_in
def preview(organisation_id: UUID) -> Response:
    """Show who gets which code, or what the list lacks, line by line. Sends nothing."""
    organisation = mine(organisation_id)
    try:
        form = ListForm()
        is_fresh = form.csrf_token.validate(form)
    except RequestEntityTooLarge:
        upload.let_run_out()
        return _too_large(organisation)
    if not is_fresh:
        return _ask(organisation, form, 400, notes=[_stale()])
    try:
        text, is_converted = upload.joined(form.addresses.data or "", form.file.data)
    except upload.Unreadable as error:
        form.file.errors = [str(error)]
        return _ask(organisation, form, 422)
    form.addresses.data = text
    if not text.strip():
        form.addresses.errors = [_("Bitte fügen Sie mindestens eine E-Mail-Adresse ein.")]
        return _ask(organisation, form, 422)
    return _checked(organisation, form, is_converted=is_converted)


@bp.post("/<uuid:organisation_id>/verschicken")
@form_checks_token
@signed_in
def send_now(organisation_id: UUID) -> Response | Redirect:
    """Send what the preview showed; if anything has changed since, show it again."""
    organisation, form, person = mine(organisation_id), ListForm(), me()
    if not form.csrf_token.validate(form):
        return _ask(organisation, form, 400, notes=[_stale()])
    number, text = form.offer.data or "", form.addresses.data or ""
    try:
        with transaction():
            organisation = db.session.get_one(Organisation, organisation_id)
            pairing = pair_up(organisation, number, text)
            if _seen(pairing) != form.seen.data:
                raise Changed
            sending.send(
                organisation, [(each.number, each.email, each.name) for each in pairing.pairs], person
            )
    except (Changed, Refused):
        return _checked(mine(organisation_id), form, has_changed=True)
    count = len(pairing.pairs)
    return redirect(
        url_for("organisation.codes", organisation_id=organisation_id, kurs=number, verschickt=count), 303
    )


def _checked(
    organisation: Organisation, form: ListForm, *, is_converted: bool = False, has_changed: bool = False
) -> Response:
    pairing = pair_up(organisation, form.offer.data or "", form.addresses.data or "")
    if pairing.problems or not pairing.pairs:
        return _ask(organisation, form, 422, pairing=pairing)
    offer = db.session.get_one(Offer, form.offer.data)
    return desk(
        organisation,
        "send_preview",
        "codes",
        status=422 if has_changed else 200,
        form=form,
        offer=offer,
        pairs=pairing.pairs,
        seen=_seen(pairing),
        left=pairing.left,
        converted=is_converted,
        changed=has_changed,
    )


def _ask(
    organisation: Organisation,
    form: ListForm,
    status: int = 200,
    *,
    pairing: Pairing | None = None,
    notes: Sequence[str] = (),
) -> Response:
    return desk(
        organisation,
        "send",
        "codes",
        status=status,
        form=form,
        courses=_choices(organisation),
        problems=[_sentence(each) for each in pairing.problems] if pairing else [],
        missing=_missing(pairing),
        most_kb=upload.MOST // 1024,
        notes=notes,
    )


def _choices(organisation: Organisation) -> list[Choice]:
    courses = standing.standing(organisation.id).courses
    return [Choice(each.number, dict(each.title), each.tally.open) for each in courses if each.tally.open]


def _too_large(organisation: Organisation) -> Response:
    form = ListForm(formdata=None)
    form.file.errors = [
        _(
            "Die Datei ist zu groß. Höchstens %(size)s kB gehen auf einmal, das sind Tausende Adressen.",
            size=upload.MOST // 1024,
        )
    ]
    return _ask(organisation, form, 413)


def _seen(pairing: Pairing) -> str:
    """What the preview showed, as one word."""
    shown = "\n".join(f"{each.number} {each.email} {each.name}" for each in pairing.pairs)
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


def _stale() -> str:
    return _("Die Seite war lange offen. Bitte bestätigen Sie noch einmal; alles ist noch da.")


def _missing(pairing: Pairing | None) -> int:
    """How many codes a list needs beyond those there are."""
    short = next((each for each in (pairing.problems if pairing else ()) if each.reason == "codes"), None)
    if short is None:
        return 0
    have, need = short.text.split("/")
    return int(need) - int(have)


def _sentence(problem: Problem) -> str:
    """What is wrong, with its line."""
    words = {
        "empty": _("Bitte fügen Sie mindestens eine E-Mail-Adresse ein."),
        "long": _("Die Liste ist zu lang. Bitte schicken Sie sie in mehreren Teilen."),
        "address": _(
            "Zeile %(line)s: „%(text)s“ ist keine E-Mail-Adresse.", line=problem.line, text=problem.text
        ),
        "duplicate": _(
            "Zeile %(line)s: %(text)s steht schon weiter oben.", line=problem.line, text=problem.text
        ),
        "sent": _(
            "Zeile %(line)s: %(text)s hat für diesen Kurs schon einen Code, der noch nicht eingelöst ist.",
            line=problem.line,
            text=problem.text,
        ),
    }
    return words.get(problem.reason) or _few(problem)


def _few(problem: Problem) -> str:
    have, need = problem.text.split("/")
    return _(
        "Die Liste hat %(need)s Adressen, offen sind für diesen Kurs %(have)s Codes.", need=need, have=have
    )
