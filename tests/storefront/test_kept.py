"""Kept pages: drawn once for many, and never anybody else's."""

from flask import Flask

from shop.centre.facts import set_facts
from shop.db import transaction
from shop.web.frame import kept
from tests.web.guest import Guest, hidden


def test_each_visitor_has_a_token_of_their_own_on_a_kept_page(shop: Flask, erna: Guest) -> None:
    otto = Guest(shop)
    mine, theirs = (hidden(who.get("/gutscheine/standard"), "csrf_token") for who in (erna, otto))
    assert mine != theirs
    assert kept._PLACE not in erna.get("/gutscheine/standard").text


def test_a_token_from_a_kept_page_is_valid(shop: Flask, erna: Guest) -> None:
    Guest(shop).get("/gutscheine/standard")
    token = hidden(erna.get("/gutscheine/standard"), "csrf_token")
    answer = erna.send_bare(
        "/gutscheine/standard", {"csrf_token": token, "motif": "standard", "amount": "5000"}
    )
    assert answer.status_code == 303


def test_a_basket_is_counted_for_its_owner_alone(shop: Flask, erna: Guest) -> None:
    erna.put_in(quantity="3")
    erna.get("/")
    assert '<span class="count">' in erna.get("/").text
    assert '<span class="count">' not in Guest(shop).get("/").text


def test_a_commit_shows_at_once(shop: Flask, erna: Guest) -> None:
    erna.get("/")
    with shop.app_context(), transaction():
        set_facts(name="Volkshochschule am See")
    assert "Volkshochschule am See" in erna.get("/").text


def test_pages_are_drawn_anew_after_a_second(shop: Flask, erna: Guest, monkeypatch: object) -> None:
    now = [100.0]
    monkeypatch.setattr(kept, "monotonic", lambda: now[0])  # type: ignore[attr-defined]
    erna.get("/kurse/")
    shelf = shop.extensions["kept_pages"]
    (key,) = [key for key in shelf if key[0] == "/kurse/"]
    shelf[key] = (shelf[key][0], "alt")
    assert erna.get("/kurse/").text == "alt"
    now[0] += kept.SECONDS + 0.01
    assert erna.get("/kurse/").text != "alt"


def test_searches_are_not_kept(shop: Flask, erna: Guest) -> None:
    erna.get("/kurse/?q=brot")
    assert shop.extensions["kept_pages"] == {}
