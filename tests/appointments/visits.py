"""What people do with appointments, through HTTP; and what staff lay out for them."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from shop.bookings.models import Booking
from shop.catalogue.models import Offer, Seats
from shop.db import db, transaction
from tests.cards.cast import appointment, row
from tests.organisations.cast import PASSWORD
from tests.web.guest import Guest, hidden, words


def log_in(shop: Flask, username: str) -> Guest:
    """Somebody at their account."""
    guest = Guest(shop)
    answer = guest.send("/konto/anmelden", {"email": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return guest


def offer(shop: Flask, number: str = "T1", **facts: Any) -> None:
    """Staff add an appointment, in a week or so many days."""
    sessions = facts.pop("sessions", None)
    with shop.app_context():
        appointment(number, **facts)
        db.session.remove()
    if sessions:
        change(shop, number, sessions=sessions)


def price(shop: Flask, cents: int, requires: str | None = None, **ticked: Any) -> None:
    """Staff add a row to the price matrix."""
    with shop.app_context():
        row(cents, requires, **ticked)
        db.session.remove()


def change(shop: Flask, number: str = "T1", **facts: Any) -> None:
    """Staff change an appointment."""
    with shop.app_context():
        with transaction() as session:
            found = session.get_one(Offer, number)
            for name, value in facts.items():
                setattr(found, name, value)
        db.session.remove()


def form(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the page's booking form; a card only where one pays and there is no choice."""
    names = [
        "csrf_token",
        "form_key",
        "seen",
        *(["card"] if 'type="hidden" name="card"' in page.text else []),
    ]
    return {name: hidden(page, name) for name in names}


def press(guest: Guest, number: str = "T1", **fields: str) -> TestResponse:
    """Open the page and press the button that books."""
    page = guest.get(f"/termine/{number}")
    return guest.send_bare(f"/termine/{number}/buchen", {**form(page), **fields})


def cancel_form(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the page's form that cancels."""
    return {name: hidden(page, name) for name in ("csrf_token", "seen")}


def give_up(guest: Guest, number: str = "T1", **fields: str) -> TestResponse:
    """Open the page and press the button that cancels."""
    page = guest.get(f"/termine/{number}")
    return guest.send_bare(f"/termine/{number}/absagen", {**cancel_form(page), **fields})


def left_on_card(shop: Flask, guest: Guest) -> str:
    """What another appointment's page says about the card, as a person reads it."""
    with shop.app_context():
        is_there = db.session.get(Offer, "T0") is not None
        db.session.remove()
    if not is_there:
        offer(shop, "T0")
    return words(guest.get("/termine/T0"))


def bookings(shop: Flask, number: str = "T1") -> list[str]:
    """The states of all bookings of an appointment."""
    with shop.app_context():
        query = db.select(Booking.state).where(Booking.offer_number == number).order_by(Booking.made_at)
        found = list(db.session.scalars(query))
        db.session.remove()
    return found


def taken(shop: Flask, number: str = "T1") -> int:
    """How many seats of an appointment are taken."""
    with shop.app_context():
        found = db.session.get_one(Seats, number).taken
        db.session.remove()
    return found


def titles(page: TestResponse) -> list[str]:
    """The titles of what a list or a grid shows, in its order."""
    links = re.findall(r'<a href="/termine/T[^"]*">(.*?)</a>', page.text, re.DOTALL)
    named = (re.search(r"<strong>(.*?)</strong>", link) for link in links)
    texts = (
        found[1] if found else re.sub("<span.*</span>", "", link)
        for found, link in zip(named, links, strict=True)
    )
    return [text.strip() for text in texts]


def classes_of(page: TestResponse, number: str) -> set[str]:
    """The classes of the block that stands for an appointment in the grid."""
    found = re.search(rf'<li class="slot ([^"]*)">\s*<a href="/termine/{number}"', page.text)
    assert found, f"{number} is not in the grid"
    return set(found[1].split())
