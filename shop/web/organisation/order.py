"""Ordering codes in two steps: which and how many, then the papers and the one button (DOMAIN C1, L1)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Response, current_app, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop import clock
from shop.course_vouchers.issue import last_day
from shop.db import db, transaction
from shop.orders.purchase import quote
from shop.orders.purchase.order import order_codes
from shop.orders.purchase.quote import PricedLine, Refusal, Refused
from shop.people.models import Organisation
from shop.web.frame.guard import me, signed_in
from shop.web.frame.language import language
from shop.web.frame.security import form_checks_token
from shop.web.organisation import shelf
from shop.web.organisation.forms import PapersForm, quantity
from shop.web.organisation.room import bp, desk, mine

PREFIX = "n-"


@dataclass(frozen=True)
class Typed:
    """What stands in the quantity fields: the text of each, the numbers that are numbers, and the rest."""

    texts: Mapping[str, str]
    wishes: Mapping[str, int]
    wrong: Mapping[str, str]


@dataclass(frozen=True)
class Sum:
    """The foot of the page: cents and codes so far; `wrong` when something typed is no quantity."""

    cents: int
    quantity: int
    wrong: bool
    most: int


@bp.get("/<uuid:organisation_id>/bestellen")
@signed_in
def order(organisation_id: UUID) -> Response:
    """Show what can be ordered; `?kurs=` and `?anzahl=` fill one field."""
    organisation = mine(organisation_id)
    wish, count = request.args.get("kurs", "")[:20], request.args.get("anzahl", "1")[:9]
    return _choice(organisation, _read({f"{PREFIX}{wish}": count} if wish else {}))


@bp.post("/<uuid:organisation_id>/bestellen/summe")
@signed_in
def add_up(organisation_id: UUID) -> Response:
    """The sum so far, while quantities are typed."""
    return desk(mine(organisation_id), "_sum", "order", sum=_sum(_read(request.form)))


@bp.post("/<uuid:organisation_id>/bestellen/aendern")
@signed_in
def change(organisation_id: UUID) -> Response:
    """Back to the choice, with everything typed still there."""
    return _choice(mine(organisation_id), _read(request.form))


@bp.post("/<uuid:organisation_id>/bestellen/pruefen")
@form_checks_token
@signed_in
def check(organisation_id: UUID) -> Response:
    """From the choice to the papers, or back with what is wrong at each field."""
    organisation, typed = mine(organisation_id), _read(request.form)
    sent = PapersForm()
    if not sent.csrf_token.validate(sent):
        return _choice(organisation, typed, status=400, note=_stale())
    lines = quote.quote_codes(typed.wishes, language())
    wrong = {**typed.wrong, **_problems(lines)}
    if wrong or not lines:
        return _choice(organisation, _with(typed, wrong), status=422, note="" if wrong else _empty())
    if "email" not in request.form:
        return _review(organisation, PapersForm(formdata=None, **_known(organisation)), lines)
    sent.validate()
    return _review(organisation, sent, lines)


@bp.post("/<uuid:organisation_id>/bestellen")
@form_checks_token
@signed_in
def order_now(organisation_id: UUID) -> Response | Redirect:
    """Order, with obligation to pay; the same form twice is one order (F6)."""
    organisation, form, typed = mine(organisation_id), PapersForm(), _read(request.form)
    lines = quote.quote_codes(typed.wishes, language())
    if typed.wrong or not lines:
        return _choice(organisation, typed, status=422, note="" if typed.wrong else _empty())
    if not form.validate_on_submit():
        stale = bool(form.csrf_token.errors)
        return _review(organisation, form, lines, 400 if stale else 422, _stale() if stale else "")
    try:
        number = _order(organisation, form, typed.wishes)
    except Refused as refused:
        return _refused(organisation, form, typed, refused)
    return redirect(
        url_for("organisation.purchase", organisation_id=organisation.id, number=number, neu=1), 303
    )


def _order(organisation: Organisation, form: PapersForm, wishes: Mapping[str, int]) -> str:
    organisation_id, person = organisation.id, me()
    with transaction():
        order = order_codes(
            db.session.get_one(Organisation, organisation_id),
            person,
            wishes,
            reference=form.reference.data,
            cost_centre=form.cost_centre.data,
            leitweg_id=form.leitweg_id.data,
            email=form.email.data,
            form_key=UUID(form.form_key.data),
            seen=form.seen.data or "",
            language=language(),
        )
        return order.number


def _refused(organisation: Organisation, form: PapersForm, typed: Typed, refused: Refused) -> Response:
    """Prices or offers have changed: the papers again when they still can be ordered, else the choice."""
    lines = quote.quote_codes(typed.wishes, language())
    if refused.reason in (Refusal.CHANGED, Refusal.NO_TERMS):
        return _review(organisation, form, lines, 422, _sentence(refused.reason))
    return _choice(organisation, _with(typed, _problems(lines)), status=422)


def _choice(organisation: Organisation, typed: Typed, *, status: int = 200, note: str = "") -> Response:
    groups = shelf.groups(set(typed.texts))
    return desk(
        organisation,
        "order",
        "order",
        status=status,
        groups=groups,
        wishes=typed.texts,
        wrong=typed.wrong,
        titles={number: shelf.title(number) for number in typed.wrong},
        note=note,
        sum=_sum(typed),
    )


def _review(
    organisation: Organisation,
    form: PapersForm,
    lines: list[PricedLine],
    status: int = 200,
    note: str = "",
) -> Response:
    form.seen.data = quote.mark(lines)
    if note or form.form_key.errors or not form.form_key.data:
        form.form_key.data = str(uuid.uuid4())
    return desk(
        organisation,
        "review",
        "order",
        status=422 if form.errors and status == 200 else status,
        form=form,
        lines=[shelf.review_line(line) for line in lines],
        total=quote.total(lines),
        valid_until=last_day(clock.today()),
        notes=[note] if note else [],
    )


def _read(fields: Mapping[str, str]) -> Typed:
    """The quantities as typed; blanks are left out."""
    texts, wishes, wrong = {}, {}, {}
    for name, text in fields.items():
        number = name.removeprefix(PREFIX)[:20]
        if name == number or not text.strip():
            continue
        texts[number] = text.strip()[:20]
        try:
            wishes[number] = quantity(text)
        except ValueError:
            wrong[number] = _how_many()
    return Typed(texts, wishes, wrong)


def _with(typed: Typed, wrong: Mapping[str, str]) -> Typed:
    return Typed(typed.texts, typed.wishes, wrong)


def _sum(typed: Typed) -> Sum:
    lines = quote.quote_codes(typed.wishes, language())
    fit = [line for line in lines if line.problem is None]
    is_wrong = bool(typed.wrong) or len(fit) < len(lines)
    return Sum(quote.total(lines), sum(line.quantity for line in fit), is_wrong, _most())


def _problems(lines: list[PricedLine]) -> dict[str, str]:
    return {line.offer: _sentence(line.problem) for line in lines if line.problem}


def _known(organisation: Organisation) -> dict[str, str]:
    return {"email": organisation.email, "leitweg_id": organisation.leitweg_id}


def _most() -> int:
    return int(current_app.config["PURCHASE_LIMIT"])


def _how_many() -> str:
    return _("Bitte geben Sie eine ganze Zahl von 1 bis %(most)s ein.", most=_most())


def _empty() -> str:
    return _("Bitte tragen Sie bei mindestens einem Kurs eine Anzahl ein.")


def _stale() -> str:
    return _("Die Seite war lange offen. Bitte bestätigen Sie noch einmal; alles ist noch da.")


def _sentence(reason: Refusal) -> str:
    return {
        Refusal.EMPTY: _empty(),
        Refusal.QUANTITY: _how_many(),
        Refusal.TOO_MANY: _(
            "Mehr als %(most)s Codes auf einmal bestellen Sie bitte in mehreren Bestellungen.", most=_most()
        ),
        Refusal.GONE: _("Dieser Kurs kann nicht mehr gebucht werden."),
        Refusal.FREE_OF_CHARGE: _("Dieser Kurs ist kostenlos. Ihre Leute melden sich selbst an, ohne Code."),
        Refusal.CHANGED: _(
            "Ein Preis oder ein Kurs hat sich inzwischen geändert. "
            "Bitte prüfen Sie die Bestellung und bestätigen Sie noch einmal."
        ),
        Refusal.NO_TERMS: _(
            "Zurzeit können wir nichts verkaufen, weil unsere Geschäftsbedingungen fehlen. "
            "Bitte melden Sie sich bei uns."
        ),
    }[reason]
