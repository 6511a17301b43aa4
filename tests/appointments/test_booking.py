"""Booking in one press: at my price, by my card, once; every refusal in words (DOMAIN W3, W10)."""

import re
from datetime import date
from urllib.parse import urlsplit

import pytest
from flask import Flask

from shop.cards.open import open_card
from shop.catalogue.models import PriceRow, Seats
from shop.core.codes import shown_number
from shop.db import db, transaction
from shop.people.models import User
from tests.account.cast import queued
from tests.appointments.visits import bookings, change, form, left_on_card, log_in, press, price, taken
from tests.cards.cast import card_type, topped_up
from tests.web.guest import Guest, words

pytestmark = pytest.mark.usefixtures("pottery")


def test_one_press_books_at_my_price_and_my_card_pays(shop: Flask, erna: Guest) -> None:
    page = words(erna.get("/termine/T1"))
    assert "Danach noch buchbar 75 €" in page
    assert "Absagen mit voller Gutschrift geht bis 27. November 2026." in page
    assert "Keine Auszahlung." in page
    answer = press(erna)
    assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (303, "/termine/T1")
    page = erna.get("/termine/T1")
    assert "Sie haben gebucht" in words(page)
    assert "25 € kommen auf Ihre Wertkarte zurück." in words(page)
    assert (bookings(shop), taken(shop)) == (["confirmed"], 1)
    assert ("order_confirmed", "erna@example.org") in queued(shop)


def test_terms_and_withdrawal_stand_directly_above_the_button(erna: Guest) -> None:
    page = erna.get("/termine/T1").text
    last = re.search(
        r"/seiten/agb.*/seiten/widerruf[^<]*</a>\.</p>\s*</div>\s*<button[^>]*>([^<]*)<",
        page,
        re.DOTALL,
    )
    assert last
    assert last[1] == "Zahlungspflichtig bestellen"


def test_without_terms_nothing_is_booked_and_that_is_said(
    shop: Flask, erna: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = form(erna.get("/termine/T1"))
    monkeypatch.setattr("shop.orders.place.pages.in_force", lambda slugs, language: {})
    answer = erna.send_bare("/termine/T1/buchen", typed)
    assert (answer.status_code, bookings(shop)) == (422, [])
    assert "weil unsere Geschäftsbedingungen fehlen" in words(answer)


def test_the_papers_of_my_place_can_be_opened(shop: Flask, erna: Guest) -> None:
    press(erna)
    links = re.findall(r'href="(/bestellung/[^"]+)"', erna.get("/termine/T1").text)
    assert [erna.get(link).status_code for link in links] == [200, 200]
    assert links[1].endswith(".pdf")


def test_two_clicks_are_one_booking(shop: Flask, erna: Guest) -> None:
    typed = form(erna.get("/termine/T1"))
    answers = [erna.send_bare("/termine/T1/buchen", typed) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert (bookings(shop), taken(shop)) == (["confirmed"], 1)
    assert "Danach noch buchbar 50 €" in left_on_card(shop, erna)


def test_another_tab_does_not_book_the_same_again(shop: Flask, erna: Guest) -> None:
    first, second = form(erna.get("/termine/T1")), form(erna.get("/termine/T1"))
    assert erna.send_bare("/termine/T1/buchen", first).status_code == 303
    answer = erna.send_bare("/termine/T1/buchen", second)
    assert (answer.status_code, bookings(shop)) == (422, ["confirmed"])
    assert "Sie haben diesen Termin schon gebucht." in words(answer)


def test_nobody_books_at_another_price_than_was_shown(shop: Flask, erna: Guest) -> None:
    typed = form(erna.get("/termine/T1"))
    price(shop, 2000)
    answer = erna.send_bare("/termine/T1/buchen", typed)
    assert (answer.status_code, bookings(shop)) == (422, [])
    assert "hat sich etwas geändert" in words(answer)
    assert press(erna).status_code == 303


@pytest.mark.parametrize(
    ("facts", "now"),
    [
        ({"sessions": [["2026-11-25T18:30", "2026-11-25T19:30"]]}, "Mittwoch, 25. November, 18:30–19:30 Uhr"),
        ({"place": "Rathaus, Keller"}, "Samstag, 28. November, 18:00–19:00 Uhr, Rathaus, Keller"),
        ({"cancel_until": date(2026, 11, 20)}, "Samstag, 28. November, 18:00–19:00 Uhr"),
    ],
)
def test_nobody_books_a_time_a_place_or_a_deadline_that_was_not_shown(
    shop: Flask, erna: Guest, facts: dict[str, object], now: str
) -> None:
    typed = form(erna.get("/termine/T1"))
    change(shop, **facts)
    answer = erna.send_bare("/termine/T1/buchen", typed)
    assert (answer.status_code, bookings(shop)) == (422, [])
    assert f"Dann bestellen Sie bitte noch einmal: {now}." in words(answer)
    assert erna.send_bare("/termine/T1/buchen", form(answer)).status_code == 303


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"published": False}, "Diese Seite gibt es hier nicht."),
        ({"cancelled_on": date(2026, 11, 20)}, "Dieser Termin fällt leider aus."),
        ({"sessions": [["2026-11-21T11:00", "2026-11-21T14:00"]]}, "Dieser Termin hat schon begonnen."),
        ({"resource_key": "gibtesnicht"}, "für Sie gibt es keinen Preis"),
    ],
)
def test_what_cannot_be_booked_any_more_is_refused_in_words(
    shop: Flask, erna: Guest, facts: dict[str, object], said: str
) -> None:
    typed = form(erna.get("/termine/T1"))
    change(shop, **facts)
    answer = erna.send_bare("/termine/T1/buchen", typed)
    assert answer.status_code in (404, 422)
    assert said in words(answer)
    assert bookings(shop) == []


def test_the_last_seat_that_somebody_else_took_is_refused_and_nothing_is_paid(
    shop: Flask, erna: Guest
) -> None:
    typed = form(erna.get("/termine/T1"))
    with shop.app_context():
        with transaction() as session:
            session.get_one(Seats, "T1").capacity = 0
        db.session.remove()
    answer = erna.send_bare("/termine/T1/buchen", typed)
    assert answer.status_code == 422
    assert "Der letzte Platz ist gerade vergeben worden." in words(answer)
    assert "Danach noch buchbar 75 €" in left_on_card(shop, erna)


def test_not_enough_credit_says_how_much_is_missing_and_leads_to_a_top_up(shop: Flask, erna: Guest) -> None:
    with shop.app_context():
        with transaction() as session:
            session.scalars(db.select(PriceRow)).one().cents = 10500
        db.session.remove()
    page = erna.get("/termine/T1")
    assert "Es fehlen 5 €." in words(page)
    assert "200 € für 190 €" in words(page)
    assert 'action="/konto/wertkarte/aufladen" method="get"' in page.text
    assert 'name="typ" value="wert"' in page.text
    assert 'name="termin" value="T1"' in page.text
    assert "Zahlungspflichtig" not in page.text


def test_whoever_has_no_card_is_led_to_one(shop: Flask) -> None:
    page = log_in(shop, "berta").get("/termine/T1")
    assert "Sie haben noch keine, die hier gilt." in words(page)
    assert 'name="termin" value="T1"' in page.text


@pytest.fixture
def second(shop: Flask) -> str:
    """The number of a second card of Erna's, with 100 € on it."""
    with shop.app_context():
        card_type("zweit", title={"de": "Zweite Karte"}, position=1)
        erna_id = db.session.scalars(db.select(User.id).where(User.username == "erna")).one()
        with transaction():
            card = open_card(erna_id, "zweit")
        topped_up(card)
        number = card.number
        db.session.remove()
    return number


def test_the_card_that_was_chosen_stays_chosen_when_the_page_comes_again(erna: Guest, second: str) -> None:
    typed = {**form(erna.get("/termine/T1")), "card": second, "csrf_token": "none"}
    page = erna.send_bare("/termine/T1/buchen", typed)
    assert page.status_code == 400
    assert re.findall(r'name="card" value="(\w+)"[^>]* checked', page.text) == [second]


def test_one_of_several_cards_is_chosen(shop: Flask, erna: Guest, second: str) -> None:
    number = second
    page = erna.get("/termine/T1")
    assert f'type="radio" name="card" value="{number}"' in page.text
    assert erna.send_bare("/termine/T1/buchen", {**form(page), "card": number}).status_code == 303
    assert re.search(
        f"Zweite Karte {shown_number(number)} Danach sind noch 50 € buchbar", left_on_card(shop, erna)
    )


def test_somebody_elses_card_does_not_pay(shop: Flask, erna: Guest, jonas: Guest) -> None:
    typed = form(erna.get("/termine/T1"))
    mine = jonas.get("/termine/T1")
    answer = jonas.send("/termine/T1/buchen", {**typed, "csrf_token": jonas.token()})
    assert mine.status_code == 200
    assert (answer.status_code, bookings(shop)) == (422, [])


def test_a_visitor_who_presses_is_asked_to_log_in_and_led_back(guest: Guest, shop: Flask) -> None:
    for deed in ("buchen", "absagen"):
        answer = guest.send(f"/termine/T1/{deed}", {"seen": "2500"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/konto/anmelden?next=/termine/T1")
    assert bookings(shop) == []


def test_without_its_token_a_form_does_nothing_and_says_so(shop: Flask, erna: Guest) -> None:
    typed = form(erna.get("/termine/T1")) | {"csrf_token": "none"}
    answer = erna.send_bare("/termine/T1/buchen", typed)
    assert (answer.status_code, bookings(shop)) == (400, [])
    assert "es ist noch nichts geschehen" in words(answer)
