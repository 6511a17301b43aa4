"""What visitors do with the booking form, the basket and the waiting list."""

import html
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from shop.bookings import waiting
from shop.bookings.models import Waiting
from shop.db import db, transaction
from tests.bookings.school import mails
from tests.web.guest import Guest, line_ids


def people(*persons: dict[str, str], **fields: str) -> dict[str, str]:
    """The booking form, filled with these people."""
    typed = {
        f"p{place}-{name}": text
        for place, person in enumerate(persons, start=1)
        for name, text in {"email": "", "reduction": "", **person}.items()
    }
    return {"people": str(len(persons)), "intent": "buchen", **typed, **fields}


ERNA = {"first_name": "Erna", "last_name": "Müller"}
JUERGEN = {"first_name": "Jürgen", "last_name": "Müller", "email": "juergen@example.org"}


def put_in(guest: Guest, *persons: dict[str, str], number: str = "K1", **fields: str) -> TestResponse:
    """Send the booking form."""
    return guest.send(f"/kurse/{number}/buchen", people(*(persons or (ERNA,)), **fields))


def lines(guest: Guest, path: str = "/warenkorb/") -> list[str]:
    """The ids of what lies in the basket."""
    return line_ids(guest.get(path))


def pay(guest: Guest, **buyer: str) -> str:
    """Order what lies in the basket and pay it; the token of the order's page."""
    answer = guest.order(**buyer)
    assert answer.status_code == 303, answer.text
    back = guest.send(urlsplit(answer.headers["Location"]).path, {"schritt": "paid"})
    assert back.status_code == 303
    return urlsplit(back.headers["Location"]).path.split("/")[2]


def join(guest: Guest, number: str = "K1", name: str = "Heidi", **fields: str) -> TestResponse:
    """Send the waiting list's form."""
    person = {"first_name": name, "last_name": "Koch", "email": f"{name.lower()}@example.org"}
    return guest.send(f"/kurse/{number}/warteliste", {**person, **fields})


def offer_free(app: Flask) -> int:
    """The worker asks those who wait."""
    with app.app_context(), transaction():
        return waiting.offer_free()


def link_of(app: Flask, name: str = "Heidi") -> str:
    """The path that the mail to someone who waits leads to."""
    from shop.clerk.letters import LETTERS

    with app.app_context():
        found = db.session.query(Waiting).filter_by(first_name=name).one()
        mail = next(each for each in mails("waiting_joined") if each.facts["waiting"] == str(found.id))
        return re.search(r"/warteliste/[\w-]+", LETTERS[mail.kind](mail).text)[0]


def value(page: TestResponse, name: str) -> Any:
    """What stands in a field."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page.text)
    return html.unescape(found[1]) if found else None
