"""A page that is drawn once for many visitors shows none of them anything of another (A2, A3)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import update

from shop.catalogue.models import Offer
from shop.db import db, transaction
from shop.orders.models import BasketLine
from shop.web.frame import kept
from tests.web.guest import CARD, Guest, hidden

KEPT = ["/", "/gutscheine/", "/gutscheine/standard", "/kurse/", "/seiten/agb"]


def test_each_visitor_gets_a_token_of_their_own_and_it_works(shop: Flask, erna: Guest, otto: Guest) -> None:
    tokens = {}
    for guest in (erna, otto):
        tokens[guest] = hidden(guest.get("/gutscheine/standard"), "csrf_token")
    assert tokens[erna] != tokens[otto]
    foreign = otto.send_bare("/gutscheine/standard", {**CARD, "csrf_token": tokens[erna]})
    assert foreign.status_code == 400
    for guest in (erna, otto):
        answer = guest.send_bare("/gutscheine/standard", {**CARD, "csrf_token": tokens[guest]})
        assert answer.status_code == 303


def test_many_visitors_at_once_each_get_their_own_token(shop: Flask) -> None:
    def look(_: int) -> bool:
        guest = Guest(shop)
        token = hidden(guest.get("/gutscheine/standard"), "csrf_token")
        return guest.send_bare("/gutscheine/standard", {**CARD, "csrf_token": token}).status_code == 303

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(look, range(30)))
    with shop.app_context():
        visitors = set(db.session.scalars(db.select(BasketLine.visitor)))
        db.session.rollback()
    assert len(visitors) == 30


@pytest.mark.parametrize("path", KEPT)
def test_a_strangers_basket_count_and_language_stay_theirs(erna: Guest, otto: Guest, path: str) -> None:
    erna.put_in(quantity="7")
    assert "</span>7</span>" in erna.get(path).text
    assert 'class="count"' not in otto.get(path).text
    assert "</span>7</span>" in erna.get(path).text
    otto.get("/?sprache=en")
    assert 'lang="en"' in otto.get(path).text
    assert 'html lang="de"' in erna.get(path).text


def test_nothing_typed_is_shown_to_others(erna: Guest, otto: Guest) -> None:
    erna.send_bare("/gutscheine/standard/vorschau", {**CARD, "recipient": "Geheimrat"})
    erna.design(recipient="Geheimrat", amount="1")
    erna.get("/gutscheine/standard?betrag=2500&motiv=standard")
    page = otto.get("/gutscheine/standard").text
    assert "Geheimrat" not in page
    assert 'value="2500" id="amount" checked' not in page


def test_what_staff_take_down_is_gone_at_once(shop: Flask, erna: Guest) -> None:
    assert erna.get("/gutscheine/standard").status_code == 200
    with shop.app_context(), transaction():
        db.session.execute(update(Offer).values(published=False))
    assert erna.get("/gutscheine/standard").status_code == 404


def test_no_mark_of_ours_is_left_on_a_page(erna: Guest) -> None:
    for path in (*KEPT, "/gutscheine/standard?x", "/einbetten/standard"):
        for _ in range(2):
            assert kept._PLACE not in erna.get(path).text
