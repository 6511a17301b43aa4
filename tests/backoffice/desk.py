"""What tests of the back office ask for and look at."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from shop.catalogue import prices
from shop.catalogue.models import PriceRow
from shop.db import db
from shop.people import accounts
from tests.web.guest import Guest, words

MATRIX = "/verwaltung/preise/"
CLASSES = "/verwaltung/preise/klassen"
ASK = "/verwaltung/preise/frage"
PEOPLE = "/verwaltung/personen/"

# Young people with tools of their own in the workshop: what the demo has no price for.
HOLE = {"user": ["jugendlich"], "appointment": ["werkstatt"], "resource": ["eigen"], "every": ["member"]}

# A question without a person: the open workshop with our equipment, on a Monday.
WORKSHOP = {"appointment": "werkstatt", "resource": "haus", "day": "2026-12-07"}


def add(guest: Guest, price: str = "9", **fields: Any) -> TestResponse:
    """Send the form for a new price."""
    return guest.send(MATRIX, {**HOLE, "requires": "", "price": price, **fields})


def rows(app: Flask) -> list[tuple[int, str | None]]:
    """Price and requirement of every row."""
    with app.app_context():
        found = sorted((row.cents, row.requires or "") for row in db.session.scalars(db.select(PriceRow)))
        db.session.rollback()
    return found


def last_row(app: Flask) -> PriceRow:
    """The row that was added last."""
    with app.app_context():
        row = db.session.scalars(db.select(PriceRow).order_by(PriceRow.made_at.desc())).first()
        db.session.expunge_all()
        db.session.rollback()
    assert row is not None
    return row


def person_id(app: Flask, username: str) -> int:
    """The id of an account."""
    with app.app_context():
        found = accounts.by_username(username)
        assert found is not None
        found_id = int(found.id)
        db.session.rollback()
    return found_id


def price_for(app: Flask, username: str, appointment: str, resource: str, day: Any) -> int | None:
    """What somebody would pay, as bookings ask it."""
    user_id = person_id(app, username)
    with app.app_context():
        mine = prices.pricer(user_id)
        chosen = mine.explain_case(mine.case(appointment, resource, day))
        db.session.rollback()
    return chosen.row.cents if chosen else None


def ask(guest: Guest, **wish: Any) -> str:
    """The words of the page that answers a question."""
    answer = guest.get(ASK, query_string={**WORKSHOP, **wish})
    assert answer.status_code == 200, words(answer)
    return words(answer)
