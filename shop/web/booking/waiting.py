"""The waiting list: a form to join, and the page behind a link to accept a seat, pass it on, or leave (R9)."""

from typing import Any

from flask import Response, abort, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop.bookings import waiting
from shop.bookings.about import describe
from shop.bookings.models import Waiting
from shop.bookings.quote import obstacle
from shop.catalogue.models import Offer
from shop.db import db, transaction
from shop.orders import basket, throttle
from shop.orders.basket import BasketEntry, BasketFull
from shop.web.booking.forms import BookingForm, WaitingForm
from shop.web.booking.room import bp, course_of
from shop.web.booking.views import basket_full
from shop.web.booking.views import page as booking_page
from shop.web.frame import visitor
from shop.web.frame.guesses import come_back, no_more_letters
from shop.web.frame.language import language
from shop.web.frame.security import form_checks_token
from shop.web.frame.show import show

PAGE = "booking/wait.html"


@bp.get("/kurse/<number>/warteliste")
def wait(number: str) -> Response | Redirect:
    """Ask who would like a place; a course with free seats is booked instead."""
    offer = course_of(number)
    if not obstacle(offer):
        return redirect(url_for("booking.book", number=offer.number), 303)
    return _form(offer, WaitingForm())


@bp.post("/kurse/<number>/warteliste")
@form_checks_token
def join(number: str) -> Response | Redirect:
    """Put a person at the end of the list. Who joins twice keeps their turn; the answer is the same."""
    offer, form = course_of(number), WaitingForm()
    if not form.validate_on_submit():
        return _form(offer, form, status=400 if form.csrf_token.errors else 422)
    person = {name: getattr(form, name).data for name in ("first_name", "last_name", "email")}
    try:
        with transaction():
            throttle.admit_letter(visitor.sources())
            waiting.join(offer.number, **person, language=language())
    except waiting.SeatFree:
        note = _("Gerade ist ein Platz frei geworden: Sie können gleich buchen.")
        return booking_page(BookingForm(offer, [person]), None, notes=[note])
    except waiting.Closed:
        return _form(offer, form, status=422)
    except throttle.Throttled as throttled:
        form.email.errors = [no_more_letters(throttled.seconds)]
        return come_back(_form(offer, form, status=429), throttled.seconds)
    return redirect(url_for("booking.joined", number=offer.number), 303)


@bp.get("/kurse/<number>/warteliste/eingetragen")
def joined(number: str) -> Response:
    """Say that the name stands on the list; the link comes by mail, to that person only."""
    offer = course_of(number)
    return show("booking/joined.html", offer=offer, about=describe(offer, "", language()))


def _form(offer: Offer, form: WaitingForm, status: int = 200) -> Response:
    about = describe(offer, "", language())
    return show(PAGE, status=status, offer=offer, form=form, about=about, obstacle=obstacle(offer))


@bp.get("/warteliste/<token>")
def place(token: str) -> Response:
    """Where a person stands, and what they can do."""
    return _place(_person(token), token)


@bp.post("/warteliste/<token>/annehmen")
def accept(token: str) -> Response | Redirect:
    """Put the seat that is kept for this person into the basket; it stays kept until the same moment.

    An appointment is booked on its own page, by the account's card.
    """
    offer = db.session.get_one(Offer, _person(token).offer_number)
    if offer.kind == "appointment":
        return redirect(url_for("appointments.appointment", number=offer.number), 303)
    who = visitor.current(create=True) or ""
    try:
        with transaction():
            line = _accept(who, _person(token))
    except BasketFull:
        return _place(_person(token), token, status=422, notes=[basket_full()])
    if line is None:
        return redirect(url_for("booking.place", token=token), 303)
    offer = db.session.get_one(Offer, line.facts["offer"])
    if offer.reductions:
        return redirect(url_for("booking.book", number=offer.number, zeile=line.id), 303)
    return redirect(url_for("checkout.basket"), 303)


def _accept(who: str, person: Waiting) -> BasketEntry | None:
    if not waiting.is_on_offer(person):
        return None
    if kept := _in_basket(who, person):
        return kept
    facts = {
        "offer": person.offer_number,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "reduction": "",
        "waiting": str(person.id),
    }
    return basket.entry(who, basket.add(who, "booking", facts))


@bp.post("/warteliste/<token>/weitergeben")
def pass_on(token: str) -> Redirect:
    """Let the kept seat pass on to the next."""
    person = _person(token)
    with transaction():
        waiting.pass_on(person.id)
    return redirect(url_for("booking.place", token=token), 303)


@bp.post("/warteliste/<token>/verlassen")
def leave(token: str) -> Redirect:
    """Leave the list."""
    person = _person(token)
    with transaction():
        waiting.leave(person.id)
    return redirect(url_for("booking.place", token=token), 303)


def _place(person: Waiting, token: str, status: int = 200, **more: Any) -> Response:
    offer = db.session.get_one(Offer, person.offer_number)
    return show(
        "booking/place.html",
        status=status,
        token=token,
        person=person,
        offer=offer,
        about=describe(offer, "", language()),
        standing=_standing(person),
        obstacle=obstacle(offer, str(person.id)),
        ahead=waiting.ahead_of(person),
        in_basket=_in_basket(visitor.current(), person) is not None,
        **more,
    )


def _standing(person: Waiting) -> str:
    """The person's state; an offer whose time is over has passed, swept or not."""
    is_over = person.state == "offered" and not waiting.is_on_offer(person)
    return "passed" if is_over else person.state


def _in_basket(who: str | None, person: Waiting) -> BasketEntry | None:
    mine = (entry for entry in basket.lines(who) if entry.facts.get("waiting") == str(person.id))
    return next(mine, None)


def _person(token: str) -> Waiting:
    return waiting.of_token(token) or abort(404)
