"""One appointment: what it is, what it costs this person, book and cancel in one press each (DOMAIN W3, W10)."""

import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, make_response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop import clock
from shop.bookings import waiting
from shop.bookings.appointments import ANY_STATE, booked
from shop.bookings.enrolled import booking_of
from shop.bookings.models import Waiting
from shop.bookings.quote import obstacle
from shop.catalogue import appointments, calendar
from shop.catalogue.models import Offer
from shop.catalogue.prices import price_of
from shop.catalogue.seats import free
from shop.catalogue.standing import standing
from shop.catalogue.structured import event_data
from shop.core.words import said
from shop.db import transaction
from shop.orders.cancel import NotBooked, TooLate, cancel_booking
from shop.orders.card.appointment import Refused, book
from shop.orders.card.look import look
from shop.people.models import User
from shop.people.staff import is_staff
from shop.web.appointments import wish as wishes
from shop.web.appointments.forms import AGAIN, BookForm, CancelForm, WaitForm
from shop.web.appointments.place import place_of
from shop.web.appointments.room import bp, span, titles_of_classes
from shop.web.appointments.words import back_on_card, refused_because
from shop.web.frame.guard import current_person, returns_after_sign_in
from shop.web.frame.language import language
from shop.web.frame.security import form_checks_token
from shop.web.frame.show import show
from shop.web.frame.vat import vat_said

ALSO = timedelta(days=28)


def _of(number: str) -> Offer:
    """One that is offered, or that whoever is signed in has booked before (G1). 404 for all else."""
    offer, person = appointments.of_number(number), current_person()
    if offer is None or not (offer.published or (person and booked(person.id, [offer.number], *ANY_STATE))):
        abort(404)
    return offer


@bp.get("/termine/<number>")
@returns_after_sign_in
def appointment(number: str) -> Response:
    """Everything about one; one that is over still answers."""
    return _page(_of(number))


@bp.get("/termine/<number>/termin.ics")
def dates(number: str) -> Response:
    """The appointment as an iCal file."""
    offer = _of(number)
    response = make_response(calendar.ics([offer], language()))
    response.content_type = f"{calendar.MEDIA_TYPE}; charset=utf-8"
    response.headers.set("Content-Disposition", "attachment", filename=calendar.file_name(offer))
    return response


@bp.post("/termine/<number>/buchen", endpoint="book")
@form_checks_token
def book_now(number: str) -> Response | Redirect:
    """Book it with a card, or say why not."""
    offer, form, person = _of(number), BookForm(), current_person()
    if person is None:
        return _to_log_in(offer)
    if not form.validate():
        status = 400 if form.csrf_token.errors else 422
        return _page(offer, status=status, note=str(AGAIN), card=form.card.data)
    try:
        with transaction():
            book(
                person,
                offer.number,
                card=form.card.data or "",
                form_key=UUID(form.form_key.data),
                seen=form.seen.data or "",
                language=language(),
            )
    except Refused as refused:
        offer = _of(number)
        return _page(offer, status=422, note=refused_because(refused.reason, offer), card=form.card.data)
    return redirect(url_for("appointments.appointment", number=number), 303)


@bp.post("/termine/<number>/absagen", endpoint="cancel")
@form_checks_token
def cancel_now(number: str) -> Response | Redirect:
    """Give one's own place up, when what comes back is still what was shown; a repeat is quiet."""
    offer, form, person = _of(number), CancelForm(), current_person()
    if person is None:
        return _to_log_in(offer)
    if not form.validate():
        return _page(offer, status=400, note=str(AGAIN))
    try:
        with transaction():
            told = _cancelled(person, offer.number, form.seen.data or "")
    except (_Changed, TooLate, NotBooked):
        note = _("Seit Sie die Seite geöffnet haben, hat sich etwas geändert. Abgesagt ist noch nichts.")
        return _page(_of(number), status=422, note=note)
    if told:
        flash(told, "success")
    return redirect(url_for("appointments.appointment", number=number), 303)


@bp.post("/termine/<number>/warteliste", endpoint="wait")
@form_checks_token
def wait_for_place(number: str) -> Response | Redirect:
    """Stand at the end of the waiting list (R9); where there is nothing to wait for, the page says what there is."""
    offer, person = _of(number), current_person()
    if person is None:
        return _to_log_in(offer)
    if not WaitForm().validate():
        return _page(offer, status=400, note=str(AGAIN))
    names = person.first_name or person.username or "", person.last_name
    with suppress(waiting.SeatFree, waiting.Closed), transaction():
        waiting.join(offer.number, *names, person.email, language())
    return redirect(url_for("appointments.appointment", number=number), 303)


class _Changed(Exception):
    """Something else would come back than was shown."""


def _cancelled(person: User, number: str, seen: str) -> str:
    """Cancel a person's firm place, in the caller's transaction; what came back, in words, or "" for no place."""
    booking_id = booking_of(person.id, number)
    if booking_id is None:
        return ""
    kept = place_of(booking_id)
    if kept is None or kept.booked.mark != seen or not kept.booked.can_cancel:
        raise _Changed
    done = cancel_booking(booking_id, by="customer")
    return f"{_('Der Termin ist abgesagt.')} {back_on_card(done, is_done=True)}".strip()


def _to_log_in(offer: Offer) -> Redirect:
    here = url_for("appointments.appointment", number=offer.number)
    return redirect(url_for("security.login", next=here), 303)


def _page(offer: Offer, *, status: int = 200, note: str = "", card: str | None = None) -> Response:
    """The page as it stands now; `card` is the one that was chosen already."""
    person = current_person()
    mine = _for_person(person, offer, card) if person else _for_visitor(offer)
    facts = _facts(offer, mine["turn"]) | mine
    return show("appointments/appointment.html", status=status, note=note, person=person, **facts)


def _facts(offer: Offer, turn: Waiting | None) -> dict[str, Any]:
    start, end = span(offer.sessions)
    is_kept = turn is not None and waiting.is_on_offer(turn)
    left, why = free(offer.number), obstacle(offer, str(turn.id) if turn else None)
    left = {"full": 0, "gone": None}.get(why, 1 if is_kept else left)
    stands = standing(cancelled=why == "cancelled", late=why == "late", free=left)
    return {
        "offer": offer,
        "span": (start, end),
        "free": left,
        "standing": stands,
        "classes": titles_of_classes(),
        "also": _also(offer),
        "week": wishes.Wish(wishes.monday_of(start.date())),
        "vat": vat_said(offer),
        "data": event_data(offer, stands, language(), price_of(None, offer)),
        "today": clock.today(),
    }


def _also(offer: Offer) -> list[appointments.Appointment]:
    """The next times of an appointment of the same name, for whoever cannot come to this one."""
    first = max(offer.starts_on or clock.today(), clock.today())
    rows = appointments.between(first, first + ALSO, class_keys=[offer.class_key])
    same = (row for row in rows if row.title == offer.title and row.number != offer.number)
    return [row for row in same if row.standing not in ("cancelled", "closed")][:4]


def _for_visitor(offer: Offer) -> dict[str, Any]:
    return {"price": price_of(None, offer), "stands": None, "place": None, "turn": None}


def _for_person(person: User, offer: Offer, card: str | None) -> dict[str, Any]:
    """The price for them, which card pays, or their place; each page carries a form key of its own."""
    stands = look(person, offer)
    place = place_of(stands.booking) if stands.booking else None
    comes_back = back_on_card(place.booked.cancelled) if place and place.booked.cancelled else ""
    return {
        "price": stands.price,
        "stands": stands,
        "chosen": stands.chosen(card),
        "place": place,
        "turn": stands.turn,
        "turn_token": waiting.token(stands.turn.id) if stands.turn else "",
        "kept_until": stands.turn.offered_until if stands.turn and waiting.is_on_offer(stands.turn) else None,
        "comes_back": comes_back,
        "is_staff": is_staff(person),
        "notices": dict.fromkeys(said(card.notice, language()) for card in stands.cards if stands.price),
        "form_key": uuid.uuid4(),
    }
