"""A visitor who reads forms and sends them back with their tokens, as a browser does."""

import html
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shop.db import db

CARD = {
    "motif": "standard",
    "amount": "5000",
    "wish": "",
    "recipient": "Jürgen",
    "dedication": "Alles Gute",
    "delivery": "buyer",
    "recipient_email": "",
    "deliver_on": "",
    "quantity": "1",
    "intent": "buchen",
}
ERNA = {
    "first_name": "Erna",
    "last_name": "Müller",
    "email": "erna@example.org",
    "street": "Lindenweg 3",
    "postcode": "04109",
    "city": "Leipzig",
    "method": "pretend",
}


def hidden(page: TestResponse | str, name: str) -> str:
    """The value of a hidden field on a page."""
    text = page if isinstance(page, str) else page.text
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', text)
    assert found, f"no field {name}"
    return html.unescape(found[1])


class Guest:
    """One browser: its cookies, the address it comes from, and what it does in the shop."""

    def __init__(self, app: Flask, *, address: str = "127.0.0.1", base_url: str = "http://localhost") -> None:
        self.client: FlaskClient = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = address
        self.base_url = base_url

    def get(self, path: str, **how: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, base_url=self.base_url, **how)

    def token(self) -> str:
        """A token for this browser's session."""
        return hidden(self.get("/guthaben/"), "csrf_token")

    def send(self, path: str, fields: dict[str, Any] | None = None, **how: Any) -> TestResponse:
        """Send a form with a valid token."""
        data = {"csrf_token": self.token(), **(fields or {})}
        return self.client.post(path, data=data, base_url=self.base_url, **how)

    def send_bare(self, path: str, fields: dict[str, Any] | None = None, **how: Any) -> TestResponse:
        """Send a form as it is, without a token of its own."""
        return self.client.post(path, data=fields or {}, base_url=self.base_url, **how)

    def design(self, **fields: str) -> TestResponse:
        """Send the configurator of the product `standard`."""
        return self.send("/gutscheine/standard", {**CARD, **fields})

    def put_in(self, **fields: str) -> str:
        """Put a voucher into the basket; its line's id."""
        answer = self.design(**fields)
        assert answer.status_code == 303, answer.text
        return line_ids(self.get(answer.headers["Location"]))[-1]

    def checkout_form(self, **fields: str) -> dict[str, str]:
        """The checkout's form, filled as Erna would."""
        page = self.get("/kasse/")
        assert page.status_code == 200, page.headers.get("Location")
        kept = {name: hidden(page, name) for name in ("csrf_token", "form_key", "seen")}
        return {**kept, **ERNA, **fields}

    def order(self, form: dict[str, str] | None = None, **fields: str) -> TestResponse:
        """Send the checkout's form."""
        return self.send_bare("/kasse/", {**(form or self.checkout_form()), **fields})

    def buy(self, **fields: str) -> str:
        """Design, order and pay at the pretend till; the token of the order's page."""
        self.put_in(**fields)
        till = urlsplit(self.order().headers["Location"]).path
        back = self.send(till, {"schritt": "paid"})
        assert back.status_code == 303
        return urlsplit(back.headers["Location"]).path.split("/")[2]


def line_ids(page: TestResponse) -> list[str]:
    """The ids of the lines that a basket or remember list shows, in its order."""
    return list(dict.fromkeys(re.findall(r"/warenkorb/([0-9a-f-]{36})/entfernen", page.text)))


def everything(app: Flask) -> dict[str, list[str]]:
    """Every row of every table, to see that nothing has changed."""
    with app.app_context():
        tables = db.metadata.sorted_tables
        rows = {table.name: sorted(map(repr, db.session.execute(select(table)))) for table in tables}
        db.session.rollback()
    return rows


def words(page: TestResponse | str) -> str:
    """The text of a page as a person reads it."""
    text = page if isinstance(page, str) else page.text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
