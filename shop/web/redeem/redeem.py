"""Redeeming a course voucher: an existing user, or a new one; no session is opened (DOMAIN C4, C5)."""

from dataclasses import dataclass, field
from typing import Any

from flask import Response, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop.catalogue.models import Offer
from shop.catalogue.packages import contents
from shop.core import codes
from shop.core.words import said
from shop.db import db
from shop.orders.enrol import redeem as redeeming
from shop.orders.enrol.redeem import Enrolled, Newcomer, Refused, Taken, Unknown
from shop.orders.throttle import Throttled
from shop.people.passwords import SHORTEST
from shop.web.frame import visitor
from shop.web.frame.language import language
from shop.web.frame.security import form_checks_token
from shop.web.frame.show import show
from shop.web.redeem import words
from shop.web.redeem.forms import RedeemForm
from shop.web.redeem.room import bp

DONE = "redeemed"  # in the visitor's session: what the thank-you page shows, and nothing of the account


@dataclass
class Failure:
    """What the support form is filled with (DOMAIN C8)."""

    error: str
    organisation: str = ""
    course: str = ""


@dataclass
class Outcome:
    """What to answer instead of a place: sentences, status, and how long to wait."""

    status: int
    notes: list[str] = field(default_factory=list)
    failure: Failure | None = None
    wait: int = 0


@bp.get("/voucher-einloesen/")
def redeem() -> Response:
    """Ask for the code and for one of the two ways."""
    return _page(RedeemForm(formdata=None))


@bp.post("/voucher-einloesen/")
@form_checks_token
def redeem_now() -> Response | Redirect:
    """Give the code's place to an account, or to a new one."""
    form = RedeemForm()
    if not form.validate_on_submit():
        stale = bool(form.csrf_token.errors)
        return _page(form, Outcome(400 if stale else 422, [_stale()] if stale else []))
    way = form.way.data
    try:
        done = _existing(form) if way == "existing" else _new(form)
    except Taken:
        form.new_username.errors = [
            _(
                "Dieser Benutzername ist vergeben, oder er sieht einem anderen zu ähnlich. "
                "Bitte wählen Sie einen anderen."
            )
        ]
        return _page(form, Outcome(422), offer=_looked(form))
    except (Unknown, Refused, Throttled) as error:
        outcome = _failed(error, way)
        form.code.errors = [outcome.failure.error if outcome.failure else outcome.notes.pop()]
        return _page(form, outcome)
    session[DONE] = {"offer": done.offer_number, "way": way}
    return redirect(url_for("redeem.redeemed"), 303)


@bp.post("/voucher-einloesen/kurs")
@form_checks_token
def look() -> Response:
    """The course that a code opens, once it is right; for htmx only that part."""
    form = RedeemForm()
    if not form.csrf_token.validate(form):
        return _page(form, Outcome(400, [_stale()]))
    if not (form.code.data or "").strip():
        return _page(form, Outcome(200), part=True)
    if codes.read_pair(form.code.data) is None:  # a typing error is no guess
        return _mistyped(form)
    try:
        found = redeeming.look(form.code.data, visitor.sources())
    except (Unknown, Refused, Throttled) as error:
        outcome = _failed(error, "code")
        if "HX-Request" not in request.headers:
            form.code.errors = [outcome.failure.error if outcome.failure else outcome.notes.pop()]
        return _page(form, outcome, part=True)
    return _page(form, Outcome(200), offer=found.offer, part=True)


@bp.get("/voucher-einloesen/eingeloest")
def redeemed() -> Response | Redirect:
    """Say that it has worked; the same words whether the account was there before or not."""
    kept = session.get(DONE)
    offer = db.session.get(Offer, kept["offer"]) if kept else None
    if offer is None:
        return redirect(url_for("redeem.redeem"), 303)
    return show("redeem/done.html", offer=offer, is_new=kept["way"] == "new")


def _mistyped(form: RedeemForm) -> Response:
    sentence = _("Der Code ist nicht vollständig, oder es ist ein Tippfehler darin.")
    if "HX-Request" not in request.headers:
        form.code.errors = [sentence]
    return _page(form, Outcome(422, [sentence]), part=True)


def _existing(form: RedeemForm) -> Enrolled:
    return redeeming.redeem_existing(form.username.data, form.code.data, visitor.sources())


def _new(form: RedeemForm) -> Enrolled:
    newcomer = Newcomer(
        first_name=form.first_name.data,
        last_name=form.last_name.data,
        email=form.email.data,
        username=form.new_username.data,
        password=form.password.data,
        language=language(),
    )
    return redeeming.redeem_new(newcomer, form.code.data, visitor.sources())


def _failed(error: Exception, way: str | None) -> Outcome:
    if isinstance(error, Throttled):
        return Outcome(429, [words.slower(error.seconds)], wait=error.seconds)
    if isinstance(error, Refused):
        sentence = words.exact(error)
        offer = db.session.get(Offer, error.offer_number)
        course = f"{said(offer.title, language())} ({offer.number})" if offer else ""
        return Outcome(422, failure=Failure(sentence, error.organisation, course))
    return Outcome(422, failure=Failure(words.neutral(way)))


def _looked(form: RedeemForm) -> Offer | None:
    """The course once more, for a form that comes back with a right code."""
    try:
        return redeeming.look(form.code.data, visitor.sources()).offer
    except (Unknown, Refused, Throttled):
        return None


def _stale() -> str:
    return _("Die Seite war lange offen. Bitte bestätigen Sie noch einmal; alles ist noch da.")


def _page(
    form: RedeemForm, outcome: Outcome | None = None, *, offer: Offer | None = None, part: bool = False
) -> Response:
    outcome = outcome or Outcome(200)
    trouble = outcome.failure.error if outcome.failure else next(iter(outcome.notes), "")
    facts: dict[str, Any] = {
        "form": form,
        "offer": offer,
        "inside": contents(offer) if offer else [],
        "trouble": trouble if part and not form.code.errors else "",
        "notes": [] if part and not form.code.errors else outcome.notes,
        "failure": outcome.failure,
        "least": SHORTEST,
    }
    response = show(
        "redeem/redeem.html", "redeem/_course.html" if part else None, status=outcome.status, **facts
    )
    if outcome.wait:
        response.headers["Retry-After"] = str(outcome.wait)
    return response
