"""One form sent many times at once, and two tabs at once, on two server processes: one order (F6)."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from shop.db import db
from shop.orders import basket
from shop.orders.models import BasketLine, Order
from shop.payments.models import Payment
from tests.conftest import MakeApp
from tests.processes import environment, servers
from tests.shopfloor import assert_sound
from tests.web.conftest import opened
from tests.web.guest import CARD, ERNA, Guest, hidden

TIMES = 12


class Browser:
    """Erna's browser, which talks to whichever of the server processes answers."""

    def __init__(self, homes: list[str]) -> None:
        self.homes = homes
        self.cookies: dict[str, str] = {}

    def get(self, path: str, turn: int = 0) -> requests.Response:
        answer = requests.get(self.homes[turn % 2] + path, cookies=self.cookies, timeout=60)
        self.cookies.update(answer.cookies.get_dict())
        return answer

    def post(self, path: str, fields: dict[str, str], turn: int = 0) -> requests.Response:
        cookies = dict(self.cookies)
        url = self.homes[turn % 2] + path
        answer = requests.post(url, data=fields, cookies=cookies, timeout=60, allow_redirects=False)
        self.cookies.update(answer.cookies.get_dict())
        return answer

    def put_in(self) -> None:
        token = hidden(self.get("/gutscheine/standard").text, "csrf_token")
        assert self.post("/gutscheine/standard", {**CARD, "csrf_token": token}).status_code == 303

    def form(self) -> dict[str, str]:
        page = self.get("/kasse/").text
        return {**{name: hidden(page, name) for name in ("csrf_token", "form_key", "seen")}, **ERNA}

    def at_once(self, path: str, forms: list[dict[str, str]]) -> list[requests.Response]:
        """Send all forms in the same moment, to the processes in turn."""
        with ThreadPoolExecutor(len(forms)) as pool:
            return list(pool.map(lambda turn: self.post(path, forms[turn], turn), range(len(forms))))


@pytest.fixture
def app(make_app: MakeApp, any_uri: str) -> Flask:
    return opened(make_app(any_uri))


def test_one_form_many_times_at_once_is_one_order(app: Flask, any_uri: str, tmp_path: Path) -> None:
    with servers(2, environment(any_uri, tmp_path / "instance")) as homes:
        erna = Browser(homes)
        erna.put_in()
        answers = erna.at_once("/kasse/", [erna.form()] * TIMES)
    assert {answer.status_code for answer in answers} == {303}
    assert len({urlsplit(answer.headers["Location"]).path for answer in answers}) == 1
    with app.app_context():
        assert len(db.session.scalars(select(Order)).all()) == 1
        assert len(db.session.scalars(select(Payment)).all()) == 1
        assert not db.session.scalars(select(BasketLine)).all()
        assert_sound()
        db.session.rollback()


def test_many_tabs_at_once_sell_a_basket_once(app: Flask, any_uri: str, tmp_path: Path) -> None:
    """Each tab has a form of its own; one of them orders, the others are told that the basket is empty."""
    with servers(2, environment(any_uri, tmp_path / "instance")) as homes:
        erna = Browser(homes)
        erna.put_in()
        answers = erna.at_once("/kasse/", [erna.form() for _ in range(TIMES)])
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [303] + [422] * (TIMES - 1)
    assert all("Ihr Warenkorb ist leer." in answer.text for answer in answers if answer.status_code == 422)
    with app.app_context():
        assert len(db.session.scalars(select(Order)).all()) == 1
        assert_sound()
        db.session.rollback()


@pytest.mark.parametrize("tabs", [1, 2], ids=["one form", "two forms"])
def test_nothing_fits_between_reading_a_basket_and_selling_it(
    any_shop: Flask, monkeypatch: pytest.MonkeyPatch, tabs: int
) -> None:
    """Both requests would read the basket before either writes, if they could."""
    erna = Guest(any_shop)
    erna.put_in()
    forms = [erna.checkout_form(), erna.checkout_form()][:tabs] * (3 - tabs)
    both = Barrier(2)

    def read_slowly(visitor: str) -> list[basket.BasketEntry]:
        entries = basket.lines(visitor)
        with suppress(BrokenBarrierError):
            both.wait(timeout=1.5)
        return entries

    slow = SimpleNamespace(take_turn=basket.take_turn, lines=read_slowly, seen=basket.seen)
    monkeypatch.setattr("shop.orders.place.basket", slow)
    cookie = erna.client.get_cookie("shop", domain="localhost")
    assert cookie is not None

    def press(form: dict[str, str]) -> int:
        tab = Guest(any_shop)
        tab.client.set_cookie("shop", cookie.value, domain="localhost")
        return tab.order(form).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(press, forms))
    assert statuses == ([303, 303] if tabs == 1 else [303, 422])
    with any_shop.app_context():
        assert len(db.session.scalars(select(Order)).all()) == 1
        db.session.rollback()


def test_pressing_the_till_many_times_at_once_settles_once(app: Flask, any_uri: str, tmp_path: Path) -> None:
    with servers(2, environment(any_uri, tmp_path / "instance")) as homes:
        erna = Browser(homes)
        erna.put_in()
        till = urlsplit(erna.post("/kasse/", erna.form()).headers["Location"]).path
        token = hidden(erna.get(till).text, "csrf_token")
        presses = [{"csrf_token": token, "schritt": step} for step in ("paid", "declined", "delayed") * 4]
        answers = erna.at_once(till, presses)
        assert {answer.status_code for answer in answers} <= {303, 409}
        again = erna.at_once(till, presses)
        assert {answer.status_code for answer in again} <= {303, 409}
    with app.app_context():
        (payment,) = db.session.scalars(select(Payment)).all()
        assert payment.state in ("certain", "failed", "waiting")
        assert_sound()
        db.session.rollback()


def test_paying_again_many_times_at_once_is_one_attempt(app: Flask, any_uri: str, tmp_path: Path) -> None:
    with servers(2, environment(any_uri, tmp_path / "instance")) as homes:
        erna = Browser(homes)
        erna.put_in()
        form = erna.form()
        where = urlsplit(erna.post("/kasse/", {**form, "method": "bank"}).headers["Location"]).path
        again = {"csrf_token": form["csrf_token"], "method": "pretend"}
        answers = erna.at_once(where + "/bezahlen", [again] * TIMES)
        assert {answer.status_code for answer in answers} == {303}
        assert all(re.search(r"/vorfuehrung/kasse/", answer.headers["Location"]) for answer in answers)
    with app.app_context():
        payments = db.session.scalars(select(Payment).order_by(Payment.attempt)).all()
        assert [(payment.attempt, payment.method) for payment in payments] == [(1, "bank"), (2, "pretend")]
        assert_sound()
        db.session.rollback()
