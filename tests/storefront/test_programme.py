"""The programme as visitors use it: search, filters, states, pages, with and without JavaScript (R1)."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from shop import clock
from shop.centre.facts import set_facts
from shop.db import transaction
from tests.catalogue.shelf import course, shelve
from tests.conftest import MakeApp
from tests.shopfloor import NOON, open_shop
from tests.web.guest import Guest, words


@pytest.fixture
def shop(make_app: MakeApp, any_uri: str) -> Iterator[Flask]:
    """A small programme on the 21st of November 2026."""
    app = make_app(any_uri)
    with clock.stopped_at(NOON):
        with app.app_context():
            open_shop()
            with transaction():
                set_facts(
                    categories={"sprachen": {"de": "Sprachen"}, "musik": {"de": "Musik", "en": "Music"}}
                )
            shelve(course("A1"), course("A2", weekdays="6", title={"de": "Weiter"}))
            shelve(course("M1", category="musik", title={"de": "Gitarre"}, place="Musikhaus"), seats=2)
            shelve(course("VOLL", title={"de": "Töpfern"}), seats=0)
            shelve(course("OFF", title={"de": "Ausfall"}, cancelled_on=date(2026, 11, 1)))
            shelve(course("SPAET", title={"de": "Zu spät"}, register_until=date(2026, 11, 20)))
            shelve(course("ALT", title={"de": "Vorbei"}, starts_on=date(2026, 11, 1), sessions=[]))
            shelve(course("ON", title={"de": "Fern"}, place="", is_online=True))
            shelve(course("P", kind="package", title={"de": "Paket"}, contains=["A1", "A2"], sessions=[]))
        yield app


@pytest.fixture
def erna(shop: Flask) -> Guest:
    return Guest(shop)


def shown(erna: Guest, query: str = "") -> list[str]:
    return re.findall(r'<h3><a href="/kurse/(\w+)"', erna.get(f"/kurse/?{query}").text)


def row(erna: Guest, number: str) -> str:
    page = erna.get("/kurse/").text
    return words(next(part for part in page.split("<li") if f'href="/kurse/{number}"' in part))


def test_vouchers_packages_and_courses_stand_in_one_list(erna: Guest) -> None:
    found = shown(erna)
    assert found[:2] == ["G1000", "P"]
    assert set(found) == {"G1000", "P", "A1", "A2", "M1", "VOLL", "OFF", "SPAET", "ON"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=gitarre", ["M1"]),
        ("bereich=musik", ["M1"]),
        ("tag=6", ["A2"]),
        ("ort=Musikhaus", ["M1"]),
        ("online=1", ["ON"]),
        ("q=a2&frei=1&tag=6&ort=Webhaus&bereich=sprachen", ["A2"]),
        ("frei=1&ort=Webhaus", ["P", "A1", "A2"]),
        ("tag=6&online=1", []),
    ],
)
def test_filters_narrow_and_add_up(erna: Guest, query: str, found: list[str]) -> None:
    assert shown(erna, query) == found


@pytest.mark.parametrize(
    "query", ["tag=9", "tag=0", "tag=12", "tag=%EF%BC%91", "tag=", "frei=0", "frei=ja", "online=2"]
)
def test_a_filter_that_makes_no_sense_narrows_nothing(erna: Guest, query: str) -> None:
    assert len(shown(erna, query)) == 9


def test_every_state_is_said_in_words(erna: Guest) -> None:
    assert "Ausgebucht, Warteliste möglich" in row(erna, "VOLL")
    assert "Fällt aus" in row(erna, "OFF")
    assert "Anmeldeschluss vorbei" in row(erna, "SPAET")
    assert "Noch 2 Plätze frei" in row(erna, "M1")
    assert "Platz" not in row(erna, "A1")
    assert "online" in row(erna, "ON")
    assert "Beginn 13.01.2027" in row(erna, "A1")


def test_what_is_over_is_not_listed_but_its_page_answers(erna: Guest) -> None:
    assert "ALT" not in shown(erna)
    page = erna.get("/kurse/ALT")
    assert page.status_code == 200
    assert "Dieser Kurs hat schon begonnen." in words(page)


def test_the_form_keeps_what_was_chosen(erna: Guest) -> None:
    page = erna.get("/kurse/?q=b&bereich=musik&tag=3&ort=Webhaus&frei=1").text
    assert 'name="q" value="b"' in page
    assert '<option value="musik" selected>' in page
    assert '<option value="3" selected>Mittwoch' in page
    assert "<option selected>Webhaus" in page
    assert 'name="frei" value="1" checked' in page
    assert 'name="online" value="1">' in page


def test_the_form_works_without_javascript_and_with_it(erna: Guest) -> None:
    page = erna.get("/kurse/").text
    form = re.search(r'<form class="programme"[^>]*>', page)
    assert form
    for attribute in (
        'action="/kurse/"',
        'method="get"',
        'hx-get="/kurse/"',
        'hx-target="#found"',
        "data-address",
    ):
        assert attribute in form[0]
    part = erna.get("/kurse/?tag=6", headers={"HX-Request": "true"}).text
    assert part.strip().startswith('<section id="found"')
    assert "<form" not in part


def test_pages_keep_the_filters(shop: Flask, erna: Guest) -> None:
    with shop.app_context():
        shelve(*(course(f"X{place:02}", title={"de": "Reihe & Glied"}) for place in range(45)))
    first = erna.get("/kurse/?q=reihe+%26&frei=1&seite=1").text
    assert len(re.findall(r'href="/kurse/X', first)) == 40
    (onward,) = re.findall(r'rel="next" href="([^"]*)"', first)
    assert onward.replace("&amp;", "&") == "/kurse/?seite=2&q=reihe+%26&frei=1"
    assert len(shown(erna, onward.replace("&amp;", "&").partition("?")[2])) == 5


def test_nothing_found_offers_the_way_back(erna: Guest) -> None:
    page = erna.get("/kurse/?q=xyzzy&tag=1")
    assert "Dazu haben wir nichts gefunden." in words(page)
    assert 'href="/kurse/"' in page.text


def test_a_query_is_shown_as_text(erna: Guest) -> None:
    page = erna.get("/kurse/?q=%22%3E%3Cscript%3Ex%3C/script%3E&ort=%3Cb%3E").text
    assert "<script>x" not in page
    assert "<b>" not in page


def test_the_start_page_shows_what_can_be_booked(erna: Guest) -> None:
    found = re.findall(r'<h3><a href="/kurse/(\w+)"', erna.get("/").text)
    assert found == ["A1", "A2", "M1", "ON"]
