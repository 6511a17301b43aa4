"""Fifty browsers at the last three seats, on two server processes: exactly three are booked (issue "Redeem")."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from urllib.parse import urlsplit

import requests

from shop.db import db
from tests.booking.forms import ERNA as PERSON
from tests.booking.forms import people
from tests.bookings.school import ALWAYS, assert_seats_add_up, course, states, taken
from tests.conftest import MakeApp
from tests.processes import environment, servers
from tests.shopfloor import assert_sound, open_shop
from tests.web.guest import ERNA, hidden

PEOPLE, SEATS = 50, 3
GONE = "Ein Platz ist inzwischen an jemand anderen gegangen|lässt sich so nicht mehr bestellen"


class Browser:
    """One visitor of one server process."""

    def __init__(self, home: str) -> None:
        self.home, self.session = home, requests.Session()

    def send(self, path: str, fields: dict[str, str]) -> requests.Response:
        return self.session.post(f"{self.home}{path}", data=fields, timeout=120, allow_redirects=False)

    def fill_basket(self) -> dict[str, str]:
        """Put a place into the basket; the checkout's form, filled."""
        page = self.session.get(f"{self.home}/kurse/K1/buchen", timeout=120)
        answer = self.send(
            "/kurse/K1/buchen", {**people(PERSON), "csrf_token": hidden(page.text, "csrf_token")}
        )
        assert answer.status_code == 303, answer.text
        form = self.session.get(f"{self.home}/kasse/", timeout=120).text
        return {**{name: hidden(form, name) for name in ("csrf_token", "form_key", "seen")}, **ERNA}


def test_fifty_browsers_at_the_last_three_seats(make_app: MakeApp, any_uri: str, tmp_path: Path) -> None:
    app = make_app(any_uri)
    start = Barrier(PEOPLE)
    with app.app_context():
        open_shop()
        course("K1", seats=SEATS, register_until=ALWAYS)
        db.session.remove()
    with servers(2, environment(any_uri, tmp_path / "instance")) as homes:

        def book(turn: int) -> str:
            browser = Browser(homes[turn % 2])
            form = browser.fill_basket()
            start.wait(120)
            answer = browser.send("/kasse/", form)
            if answer.status_code != 303:
                assert answer.status_code == 422, answer.text
                return "told" if re.search(GONE, answer.text) else answer.text
            till = urlsplit(answer.headers["Location"]).path
            paid = browser.send(till, {"schritt": "paid", "csrf_token": form["csrf_token"]})
            return "paid" if paid.status_code == 303 else paid.text

        with ThreadPoolExecutor(PEOPLE) as pool:
            answers = list(pool.map(book, range(PEOPLE)))
    assert Counter(answers) == {"paid": SEATS, "told": PEOPLE - SEATS}
    with app.app_context():
        assert (states(), taken()) == (["confirmed"] * SEATS, SEATS)
        assert_seats_add_up()
        assert_sound()
