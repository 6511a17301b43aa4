"""One course's page: everything said before anything is typed (DOMAIN R1, R6)."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from shop import clock
from shop.catalogue.models import Seats
from shop.db import db, transaction
from tests.catalogue.shelf import course, shelve
from tests.conftest import MakeApp
from tests.shopfloor import NOON, open_shop
from tests.web.guest import Guest, words

REDUCED = {
    "key": "pupils",
    "cents": 64_00,
    "words": {"de": "Ermäßigt für Studierende", "en": "Reduced for students"},
    "proof": {"de": "Studierendenausweis"},
}


@pytest.fixture
def shop(make_app: MakeApp, sqlite_uri: str) -> Iterator[Flask]:
    """A small shop on the 21st of November 2026."""
    app = make_app(sqlite_uri)
    with clock.stopped_at(NOON):
        with app.app_context():
            open_shop()
        yield app


@pytest.fixture
def erna(shop: Flask) -> Guest:
    return Guest(shop)


def page(erna: Guest, seats: int | None = 12, **facts: Any) -> str:
    with erna.client.application.app_context():
        shelve(course(**facts), seats=seats)
    answer = erna.get("/kurse/27F-4012")
    assert answer.status_code == 200
    return answer.text


def test_a_course_says_when_where_who_and_for_how_much(erna: Guest) -> None:
    text = words(page(erna, reductions=[REDUCED], register_until=date(2027, 1, 10)))
    for said in (
        "Kursnummer 27F-4012",
        "2 Abende, mittwochs",
        "Beginn 13. Januar 2027",
        "Wo Webhaus, Raum 204",
        "Kursleitung Lucía Ferrer Mateos",
        "128 €",
        "Ermäßigt für Studierende 64 €",
        "Nachweis: Studierendenausweis",
        "Umsatzsteuerfrei nach § 4 Nr. 22",
        "Plätze 12 frei",
        "Anmeldung bis 10. Januar 2027",
    ):
        assert said in text, said


def test_every_session_is_told_with_its_day_and_times(erna: Guest) -> None:
    text = page(erna)
    assert '<time datetime="2027-01-13T18:30">Mi., 13. Jan. 2027</time>' in text
    assert "18:30–20:00 Uhr" in words(text)
    assert "2 Termine" in words(text)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "Nach der Buchung ist keine Abmeldung mehr möglich."),
        ({"cancel_until": date(2027, 1, 3)}, "Bis 3. Januar 2027 kostenfrei möglich."),
        (
            {"cancel_until": date(2027, 1, 3), "cancel_fee_cents": 12_50},
            "Bis 3. Januar 2027 möglich, dabei behalten wir 12,50 € ein.",
        ),
        ({"cancel_until": date(2026, 11, 21)}, "Bis 21. November 2026 kostenfrei möglich."),
        ({"cancel_until": date(2026, 11, 20)}, "Die Frist ist am 20. November 2026 abgelaufen."),
    ],
)
def test_the_way_out_is_told_in_words(erna: Guest, facts: dict[str, Any], said: str) -> None:
    assert said in words(page(erna, **facts))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "Gutscheine werden hier angenommen."),
        ({"redeemable": False}, "Gutscheine können für dieses Angebot nicht eingelöst werden."),
    ],
)
def test_whether_vouchers_pay_is_told_before_anything_is_typed(
    erna: Guest, facts: dict[str, Any], said: str
) -> None:
    text = page(erna, **facts)
    assert said in words(text)
    assert ("Diesen Kurs verschenken" in text) is facts.get("redeemable", True)


def test_a_free_course_asks_for_no_voucher(erna: Guest) -> None:
    text = words(page(erna, price_cents=0))
    assert "kostenlos" in text
    assert "Gutscheine werden" not in text
    assert "verschenken" not in text


def test_a_taxed_course_names_the_rate_in_its_price(erna: Guest) -> None:
    assert "einschließlich 19 % Umsatzsteuer" in words(page(erna, tax_code="standard"))


def test_an_open_course_is_booked_or_remembered(erna: Guest) -> None:
    text = page(erna)
    assert 'href="/kurse/27F-4012/buchen">Buchen</a>' in text
    form = re.search(r'<form action="/kurse/27F-4012/merken" method="post">.*?</form>', text, re.S)
    assert form
    assert re.search(r'name="csrf_token" value="[^"]{20,}"', form[0])
    assert "/warteliste" not in text


def test_remembering_from_the_page_works(erna: Guest) -> None:
    text = page(erna)
    token = re.search(r'name="csrf_token" value="([^"]*)"', text)
    assert token
    answer = erna.send_bare("/kurse/27F-4012/merken", {"csrf_token": token[1]})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/merkliste/")


def test_a_full_course_has_a_waiting_list_instead(erna: Guest) -> None:
    text = page(erna, seats=0)
    assert 'href="/kurse/27F-4012/warteliste"' in text
    assert "/buchen" not in text
    assert "Ausgebucht" in text


def test_the_last_places_are_counted(shop: Flask, erna: Guest) -> None:
    assert "Noch 1 Platz frei" in words(page(erna, seats=1))
    with shop.app_context(), transaction():
        db.session.get_one(Seats, "27F-4012").taken = 1
    assert "Ausgebucht" in words(erna.get("/kurse/27F-4012"))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"cancelled_on": date(2026, 11, 1)}, "Dieser Kurs fällt aus."),
        ({"register_until": date(2026, 11, 20)}, "Die Anmeldung ist geschlossen."),
        ({"starts_on": date(2026, 11, 1), "sessions": []}, "Dieser Kurs hat schon begonnen."),
    ],
)
def test_what_cannot_be_booked_says_why_and_offers_nothing(
    erna: Guest, facts: dict[str, Any], said: str
) -> None:
    text = page(erna, **facts)
    assert said in words(text)
    for way in ("/buchen", "/merken", "/warteliste"):
        assert f"/kurse/27F-4012{way}" not in text


def test_registration_ends_with_the_minute_at_which_the_course_begins(shop: Flask, erna: Guest) -> None:
    page(erna)
    for minute, is_open in ((29, True), (30, False)):
        with clock.stopped_at(datetime(2027, 1, 13, 17, minute, tzinfo=UTC)):
            shop.extensions["kept_pages"].clear()
            assert ("/buchen" in erna.get("/kurse/27F-4012").text) is is_open


def test_a_package_shows_its_courses_and_they_show_it(shop: Flask, erna: Guest) -> None:
    with shop.app_context():
        shelve(
            course("A1"),
            course("A2", title={"de": "Weiter"}, published=False),
            course(
                "P",
                kind="package",
                title={"de": "Beide"},
                contains=["A1", "A2"],
                sessions=[],
                price_cents=200_00,
            ),
        )
    text = erna.get("/kurse/P").text
    assert '<a href="/kurse/A1">Spanisch von Anfang an</a>' in text
    assert "Weiter" in text
    assert 'href="/kurse/A2"' not in text  # not published by itself
    assert "einzeln 128 €" in words(text)
    assert 'href="/kurse/P/buchen"' in text
    assert '<a href="/kurse/P">Beide</a>' in erna.get("/kurse/A1").text


def test_the_dates_can_be_put_into_a_calendar(erna: Guest) -> None:
    assert 'href="/kurse/27F-4012/termine.ics"' in page(erna)
    answer = erna.get("/kurse/27f-4012/termine.ics")
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"] == "attachment; filename=kurs-27F-4012.ics"
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == 2


def test_a_packages_calendar_has_the_dates_of_all_its_courses(shop: Flask, erna: Guest) -> None:
    with shop.app_context():
        shelve(course("A1"), course("A2"), course("P", kind="package", contains=["A1", "A2"], sessions=[]))
    assert len(Calendar.from_ical(erna.get("/kurse/P/termine.ics").data).walk("VEVENT")) == 4


@pytest.mark.parametrize("number", ["gibt-es-nicht", "G1000", "27F-1"])
def test_what_has_no_dates_has_no_calendar(shop: Flask, erna: Guest, number: str) -> None:
    with shop.app_context():
        shelve(course("27F-1", sessions=[], starts_on=None))
    assert erna.get(f"/kurse/{number}/termine.ics").status_code == 404


def data_of(text: str) -> dict[str, Any]:
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    return dict(json.loads(block))


def test_the_page_carries_schema_org_data(erna: Guest) -> None:
    data = data_of(page(erna))
    assert (data["@type"], data["courseCode"]) == ("Course", "27F-4012")
    assert data["offers"]["availability"] == "https://schema.org/InStock"


def test_no_text_can_leave_the_data_block(erna: Guest) -> None:
    evil = "</script><script>x()</script><!--\u2028&"
    text = page(erna, title={"de": evil}, lecturer=evil)
    assert "<script>x()" not in text
    assert data_of(text)["name"] == evil


def test_english_visitors_read_english(erna: Guest) -> None:
    page(erna)
    text = words(erna.get("/kurse/27F-4012?sprache=en"))
    assert "Spanish from scratch" in text
    assert "Exempt from VAT" in text
    assert "Wed 13 Jan 2027" in text


def test_two_languages_do_not_share_a_kept_page(erna: Guest) -> None:
    assert "Spanisch von" in page(erna)
    erna.get("/kurse/27F-4012?sprache=en")
    assert "Spanish from scratch" in erna.get("/kurse/27F-4012").text
