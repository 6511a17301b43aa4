"""What visitors do at the redemption step, through its real forms, with and without htmx."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from shop.db import db
from shop.ledger import book
from tests.booking.forms import people
from tests.shopfloor import assert_sound, sold
from tests.web.guest import ERNA, Guest, hidden, words

CLAIM = "/kasse/gutscheine"
PERSON = {"first_name": "Jonas", "last_name": "Öztürk"}
Pair = tuple[str, str]


class Desk(Guest):
    """One browser at the checkout."""

    def book(self, number: str = "K1") -> None:
        """Put a place into the basket."""
        answer = self.send(f"/kurse/{number}/buchen", people(PERSON))
        assert answer.status_code == 303, words(answer)

    def redeem(
        self, pair: Pair, form: dict[str, str] | None = None, *, htmx: bool = False, **fields: str
    ) -> TestResponse:
        """Press `Einlösen`, with everything else that the form holds."""
        typed = {**(form or self.checkout_form()), "number": pair[0], "code": pair[1], **fields}
        return self.send_bare(CLAIM, typed, headers=_headers(htmx))

    def remove(self, number: str, *, htmx: bool = False) -> TestResponse:
        """Press `Entfernen` beside a voucher."""
        return self.send_bare(f"{CLAIM}/{number}/entfernen", self.checkout_form(), headers=_headers(htmx))

    def order_and_pay(self, form: dict[str, str] | None = None) -> str:
        """Order; pay at the pretend till if anything is due. The address of the order's page."""
        answer = self.order(form)
        assert answer.status_code == 303, words(answer)
        path = urlsplit(answer.headers["Location"]).path
        if path.startswith("/vorfuehrung/"):
            back = self.send(path, {"schritt": "paid"})
            path = urlsplit(back.headers["Location"]).path
        return path


def _headers(htmx: bool) -> dict[str, str]:
    return {"HX-Request": "true"} if htmx else {}


def form_of(page: TestResponse) -> dict[str, str]:
    """The checkout's form as this page holds it, filled as Erna would."""
    return {**{name: hidden(page, name) for name in ("csrf_token", "form_key", "seen")}, **ERNA}


def gift(app: Flask, cents: int = 10000) -> Pair:
    """Number and code of a fresh voucher."""
    with app.app_context():
        voucher, code = sold(cents)
        pair = voucher.number, code
        db.session.rollback()
    return pair


def left(app: Flask, pair: Pair) -> tuple[int, int]:
    """What can be spent of a voucher and what is posted on it; the shop's books are in order."""
    with app.app_context():
        found = book.available(f"voucher:{pair[0]}"), book.posted(f"voucher:{pair[0]}")
        assert_sound()
        db.session.rollback()
    return found


def methods(page: TestResponse) -> list[str]:
    """The payment methods that a page offers."""
    return re.findall(r'type="radio" name="method" value="(\w+)"', page.text)


def typed_value(page: TestResponse, name: str) -> Any:
    """What stands in a field."""
    found = re.search(rf'<input[^>]*\bname="{name}"[^>]*\bvalue="([^"]*)"', page.text)
    return found[1] if found else None
