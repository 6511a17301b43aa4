"""The booking form: participants, reductions, the price at once; into the basket (DOMAIN R2)."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as Redirect

from shop.bookings.about import describe
from shop.bookings.quote import obstacle, quote
from shop.catalogue import seats
from shop.catalogue.models import Offer
from shop.db import transaction
from shop.orders import basket
from shop.orders.basket import BasketEntry, BasketFull
from shop.web.booking.forms import MOST_PEOPLE, NAMES, BookingForm
from shop.web.booking.room import bp, course_of
from shop.web.frame import visitor
from shop.web.frame.language import language
from shop.web.frame.security import form_checks_token
from shop.web.frame.show import show

PAGE, FORM = "booking/book.html", "booking/_form.html"


@bp.get("/kurse/<number>/buchen")
def book(number: str) -> Response:
    """The form, empty or filled with a basket line to change; or why the course cannot be booked."""
    offer, line = course_of(number), _line()
    people = [{name: line.facts[name] for name in NAMES}] if line else None
    return page(BookingForm(offer, people or [{}]), line)


@bp.post("/kurse/<number>/buchen")
@form_checks_token
def put_in(number: str) -> Response | Redirect:
    """Put one line for each participant into the basket, or say what is wrong; or one person more or less."""
    form, line = BookingForm(course_of(number)), _line()
    intent = request.form.get("intent", "")
    if intent == "weitere":
        form.add()
        return page(form, line, added=True)
    if intent.startswith("ohne-"):
        form.drop(intent.removeprefix("ohne-"))
        return page(form, line)
    if intent == "preis":
        return page(form, line)
    if not form.validate():
        return page(form, line, status=400 if form.is_stale else 422)
    if notes := _too_late(form, line):
        return page(form, line, status=422, notes=notes)
    return _keep(form, line)


def _too_late(form: BookingForm, line: BasketEntry | None) -> list[str]:
    """What has happened to the course since the form was opened, in a sentence, or nothing."""
    problems = {quote(person.facts(_turn(line)), language()).problem for person in form.people[:1]}
    if why := problems & {"gone", "cancelled", "late", "full"}:
        return [WORDED[why.pop()]()]
    left = seats.free(form.offer.number)
    if _turn(line) is None and left is not None and left < len(form.people):
        return [
            ngettext("Es ist nur noch %(num)d Platz frei.", "Es sind nur noch %(num)d Plätze frei.", left)
        ]
    return []


WORDED = {
    "gone": lambda: _("Dieses Angebot kann nicht mehr gebucht werden."),
    "cancelled": lambda: _("Dieser Kurs fällt leider aus."),
    "late": lambda: _("Die Anmeldung zu diesem Kurs ist geschlossen."),
    "full": lambda: _(
        "Dieser Kurs ist inzwischen ausgebucht. Sie können sich auf die Warteliste setzen lassen."
    ),
}


def _keep(form: BookingForm, line: BasketEntry | None) -> Response | Redirect:
    who = visitor.current(create=True) or ""
    first, *others = [person.facts(_turn(line)) for person in form.people]
    try:
        with transaction():
            if not (line and basket.change(who, line.id, facts=first, remembered=False)):
                basket.add(who, "booking", first)
            for facts in others:
                basket.add(who, "booking", {**facts, "waiting": None})
    except BasketFull:
        return page(form, line, status=422, notes=[basket_full()])
    return redirect(url_for("checkout.basket"), 303)


def basket_full() -> str:
    """What to say when nothing more fits."""
    return str(
        _("In Ihrem Warenkorb und auf der Merkliste ist kein Platz mehr. Bitte entfernen Sie dort etwas.")
    )


@bp.post("/kurse/<number>/preis")
@form_checks_token
def price(number: str) -> Response:
    """What the places cost as chosen so far. Changes nothing, refuses nothing."""
    form = BookingForm(course_of(number))
    return show(PAGE, "booking/_price.html", **_facts(form, _line()))


@bp.post("/kurse/<number>/merken")
def remember(number: str) -> Response | Redirect:
    """Put the course on the remember list; who takes part is said later."""
    offer, who = course_of(number), visitor.current(create=True) or ""
    facts: dict[str, Any] = {"offer": offer.number, **dict.fromkeys(NAMES, ""), "waiting": None}
    try:
        with transaction():
            if all(kept.facts != facts for kept in basket.lines(who, remembered=True)):
                basket.add(who, "booking", facts, remembered=True)
    except BasketFull:
        return page(BookingForm(offer, [{}]), None, status=422, notes=[basket_full()])
    return redirect(url_for("checkout.remembered"), 303)


def page(
    form: BookingForm,
    line: BasketEntry | None,
    *,
    status: int = 200,
    notes: list[str] | None = None,
    added: bool = False,
) -> Response:
    """The booking page, or its form alone."""
    return show(PAGE, FORM, status=status, **_facts(form, line), notes=notes or [], added=added)


def _facts(form: BookingForm, line: BasketEntry | None) -> dict[str, Any]:
    offer: Offer = form.offer
    return {
        "offer": offer,
        "about": describe(offer, "", language()),
        "form": form,
        "line": line.id if line else "",
        "turn": _turn(line),
        "obstacle": obstacle(offer, _turn(line)),
        "most": MOST_PEOPLE,
    }


def _turn(line: BasketEntry | None) -> str | None:
    """The turn on the waiting list that a basket line uses, if it does."""
    return line.facts["waiting"] if line else None


def _line() -> BasketEntry | None:
    """The basket line that the address names, when it is this visitor's and a place in this course."""
    try:
        wanted = UUID(request.args.get("zeile", ""))
    except ValueError:
        return None
    entry = basket.entry(visitor.current(), wanted)
    number = (request.view_args or {}).get("number", "")
    is_here = entry and entry.kind == "booking" and entry.facts["offer"] in (number, number.upper())
    return entry if is_here else None
