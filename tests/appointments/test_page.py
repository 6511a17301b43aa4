"""One appointment's page, its calendar file, and the list of one's own (DOMAIN W10)."""

import json
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from flask import Flask
from icalendar import Calendar
from werkzeug.test import TestResponse

from shop.catalogue.models import Seats
from shop.db import db, transaction
from tests.appointments.visits import change, give_up, offer, press, price, taken
from tests.booking.forms import offer_free
from tests.organisations.cast import PASSWORD
from tests.web.guest import Guest, words

pytestmark = pytest.mark.usefixtures("pottery")


def test_the_page_says_when_where_and_what_it_is(shop: Flask, guest: Guest) -> None:
    change(shop, place="Webhaus, Werkstatt", lecturer="Ilka", description={"de": "Mit Ton."})
    page = words(guest.get("/termine/t1"))
    for said in (
        "Samstag, 28. November",
        "18:00–19:00 Uhr",
        "Webhaus, Werkstatt",
        "Ilka",
        "Mit Ton.",
        "8 frei",
    ):
        assert said in page


def test_a_course_number_that_is_an_appointments_leads_here(guest: Guest) -> None:
    answer = guest.get("/kurse/T1")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/termine/T1")


def test_a_course_is_no_appointment(shop: Flask, erna: Guest) -> None:
    change(shop, kind="course", price_cents=1000)
    for answer in (
        erna.get("/termine/T1"),
        erna.send("/termine/T1/buchen"),
        erna.send("/termine/T1/absagen"),
        erna.get("/termine/T1/termin.ics"),
    ):
        assert answer.status_code == 404


def test_a_visitor_may_log_in_and_comes_back(guest: Guest) -> None:
    page = guest.get("/termine/T1")
    assert "Zahlungspflichtig" not in page.text
    assert "Preis ohne Ermäßigung" in words(page)
    way = re.search(r'href="(/konto/anmelden\?next=/termine/[^"]+)"', page.text)
    assert way
    assert guest.get(way[1]).status_code == 200
    answer = guest.send(way[1], {"email": "erna", "password": PASSWORD})
    assert urlsplit(answer.headers["Location"]).path == "/termine/T1"


def test_other_times_of_the_same_name_are_offered(shop: Flask, guest: Guest) -> None:
    offer(shop, "T2", days=9)
    offer(shop, "T3", days=10)
    change(shop, "T2", title={"de": "Töpfern T1"})
    page = guest.get("/termine/T1").text
    assert 'href="/termine/T2"' in page
    assert 'href="/termine/T3"' not in page


def wait(guest: Guest) -> TestResponse:
    """Press the button that puts somebody onto the waiting list; the page afterwards."""
    answer = guest.send("/termine/T1/warteliste")
    assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (303, "/termine/T1")
    return guest.get("/termine/T1")


def test_who_waits_for_a_full_one_gets_the_seat_and_nobody_else(
    shop: Flask, erna: Guest, jonas: Guest, guest: Guest
) -> None:
    price(shop, 0)
    press(jonas)
    with shop.app_context():
        with transaction() as session:
            session.get_one(Seats, "T1").capacity = 1
        db.session.remove()
    assert "Auf die Warteliste" in words(erna.get("/termine/T1"))
    assert "Anmelden und warten" in words(guest.get("/termine/T1"))
    page = wait(erna)
    assert "Sie stehen auf der Warteliste." in words(page)
    give_up(jonas)
    assert "Ausgebucht" in words(jonas.get("/termine/T1"))
    offer_free(shop)
    link = re.search(r'href="(/warteliste/[^"]+)"', erna.get("/termine/T1").text)
    assert link
    answer = erna.send(f"{link[1]}/annehmen")
    assert answer.headers["Location"] == "/termine/T1"
    assert "Ein Platz ist für Sie frei." in words(erna.get("/termine/T1"))
    assert press(erna).status_code == 303
    assert "Sie haben gebucht" in words(erna.get("/termine/T1"))
    assert "Töpfern T1" in words(erna.get("/konto/termine"))
    assert taken(shop) == 1
    assert "Sie haben den Platz angenommen." in words(erna.get(link[1]))


def test_nobody_waits_where_a_seat_is_free(shop: Flask, erna: Guest) -> None:
    assert "Sie stehen auf der Warteliste." not in words(wait(erna))


def test_the_calendar_file_has_the_time_and_the_page(guest: Guest) -> None:
    answer = guest.get("/termine/T1/termin.ics")
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert event["dtstart"].dt == datetime(2026, 11, 28, 17, tzinfo=UTC)
    assert str(event["url"]).endswith("/termine/T1")
    assert "termin-T1.ics" in answer.headers["Content-Disposition"]


def test_search_engines_read_an_event(guest: Guest) -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', guest.get("/termine/T1").text)
    assert found
    data = json.loads(found[1])
    assert (data["@type"], data["startDate"]) == ("Event", "2026-11-28T18:00:00+01:00")
    assert data["eventStatus"].endswith("EventScheduled")
    assert (data["offers"]["price"], data["offers"]["priceCurrency"]) == ("25.00", "EUR")


def test_my_appointments_show_the_next_first_and_what_is_over_below(shop: Flask, erna: Guest) -> None:
    offer(shop, "T2", days=3)
    offer(shop, "T3", days=4)
    for number in ("T1", "T2", "T3"):
        press(erna, number)
    give_up(erna, "T3")
    page = words(erna.get("/konto/termine"))
    places = [page.index(said) for said in ("Töpfern T2", "Töpfern T1", "Vorbei oder abgesagt", "Töpfern T3")]
    assert places == sorted(places)
    assert 'href="/konto/termine"' in erna.get("/konto/").text


def test_what_is_over_is_shown_a_page_at_a_time(shop: Flask, erna: Guest) -> None:
    price(shop, 0)
    for number in range(21):
        offer(shop, f"T{100 + number}", days=1, hour=1 + number)
        press(erna, f"T{100 + number}")
        give_up(erna, f"T{100 + number}")
    page = erna.get("/konto/termine")
    assert page.text.count("Abgesagt") == 20
    assert words(page).index("Töpfern T120") < words(page).index("Töpfern T101")
    assert 'href="/konto/termine?seite=2#over-title"' in page.text
    last = words(erna.get("/konto/termine?seite=2"))
    assert "Töpfern T100" in last
    assert "Frühere zeigen" not in last


def test_my_appointments_are_nobody_elses(erna: Guest, jonas: Guest, guest: Guest) -> None:
    press(erna)
    assert "Töpfern" not in words(jonas.get("/konto/termine"))
    assert urlsplit(guest.get("/konto/termine").headers["Location"]).path == "/konto/anmelden"


def test_appointments_are_not_among_my_courses(erna: Guest) -> None:
    press(erna)
    assert "Töpfern" not in words(erna.get("/konto/"))
