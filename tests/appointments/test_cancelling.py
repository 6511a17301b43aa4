"""Giving a place up in one press: what comes back is said before, and is what comes back (DOMAIN W3, W10)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from shop import clock
from shop.bookings.move import move
from shop.db import db, transaction
from tests.appointments.visits import (
    bookings,
    cancel_form,
    change,
    give_up,
    left_on_card,
    press,
    price,
    taken,
)
from tests.shopfloor import NOON
from tests.web.guest import Guest, words

pytestmark = pytest.mark.usefixtures("pottery")

WEEK_ON = NOON + timedelta(days=7)  # the day itself: the deadline is over
DURING = datetime(2026, 11, 28, 17, 30, tzinfo=UTC)


def moved(shop: Flask, hour: int = 20) -> None:
    """Staff move T1 to another time of its day."""
    with shop.app_context():
        with transaction():
            move("T1", datetime(2026, 11, 28, hour), datetime(2026, 11, 28, hour + 1))
        db.session.remove()


def test_cancelling_in_time_brings_everything_back(shop: Flask, erna: Guest) -> None:
    press(erna)
    assert give_up(erna).status_code == 303
    page = words(erna.get("/termine/T1"))
    assert "Der Termin ist abgesagt. 25 € sind wieder auf Ihrer Wertkarte." in page
    assert "Danach noch buchbar 75 €" in page
    assert (bookings(shop), taken(shop)) == (["cancelled"], 0)


def test_cancelling_twice_is_quiet(shop: Flask, erna: Guest) -> None:
    press(erna)
    fields = cancel_form(erna.get("/termine/T1"))
    answers = [erna.send_bare("/termine/T1/absagen", fields) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert (bookings(shop), taken(shop)) == (["cancelled"], 0)


def test_what_was_cancelled_can_be_booked_again(shop: Flask, erna: Guest) -> None:
    press(erna)
    give_up(erna)
    assert press(erna).status_code == 303
    assert (bookings(shop), taken(shop)) == (["cancelled", "confirmed"], 1)


def test_after_the_deadline_nothing_comes_back_and_the_page_says_so_before(shop: Flask, erna: Guest) -> None:
    press(erna)
    with clock.stopped_at(WEEK_ON):
        assert "Wenn Sie absagen: Es wird nichts gutgeschrieben, denn" in words(erna.get("/termine/T1"))
        assert give_up(erna).status_code == 303
        page = words(erna.get("/termine/T1"))
    assert "Gutgeschrieben wurde nichts, denn die Frist war vorbei." in page
    assert "Danach noch buchbar 50 €" in page
    assert taken(shop) == 0


def test_whoever_books_after_the_deadline_is_told_that_it_binds(shop: Flask, erna: Guest) -> None:
    change(shop, cancel_until=date(2026, 11, 20))
    assert "Wer jetzt bucht, bucht verbindlich." in words(erna.get("/termine/T1"))


def test_the_deadline_may_pass_between_looking_and_pressing(shop: Flask, erna: Guest) -> None:
    press(erna)
    fields = cancel_form(erna.get("/termine/T1"))
    with clock.stopped_at(WEEK_ON):
        answer = erna.send_bare("/termine/T1/absagen", fields)
    assert (answer.status_code, bookings(shop)) == (422, ["confirmed"])
    assert "Abgesagt ist noch nichts." in words(answer)


def test_when_it_has_begun_it_can_be_given_up_no_more(shop: Flask, erna: Guest) -> None:
    press(erna)
    fields = cancel_form(erna.get("/termine/T1"))
    with clock.stopped_at(DURING):
        assert "Termin absagen" not in words(erna.get("/termine/T1"))
        assert erna.send_bare("/termine/T1/absagen", fields).status_code == 422
    assert bookings(shop) == ["confirmed"]


def test_without_its_token_nothing_is_cancelled(shop: Flask, erna: Guest) -> None:
    press(erna)
    answer = give_up(erna, csrf_token="none")
    assert (answer.status_code, bookings(shop)) == (400, ["confirmed"])
    assert "es ist noch nichts geschehen" in words(answer)


def test_one_that_was_moved_after_booking_is_given_up_for_nothing_until_it_begins(
    shop: Flask, erna: Guest
) -> None:
    press(erna)
    with clock.stopped_at(WEEK_ON):
        moved(shop)
        page = words(erna.get("/termine/T1"))
        assert "wurde nach Ihrer Buchung verschoben" in page
        assert "25 € kommen auf Ihre Wertkarte zurück." in page
        give_up(erna)
        assert "25 € sind wieder auf Ihrer Wertkarte." in words(erna.get("/termine/T1"))
    assert "Danach noch buchbar 75 €" in left_on_card(shop, erna)


def test_whoever_books_after_the_move_has_the_usual_deadline(shop: Flask, erna: Guest) -> None:
    moved(shop)
    with clock.stopped_at(NOON + timedelta(minutes=1)):
        press(erna)
    with clock.stopped_at(WEEK_ON):
        assert "Wenn Sie absagen: Es wird nichts gutgeschrieben, denn" in words(erna.get("/termine/T1"))


def test_whoever_came_to_a_moved_one_gets_nothing_back(shop: Flask, erna: Guest) -> None:
    press(erna)
    with clock.stopped_at(NOON + timedelta(minutes=1)):
        moved(shop, hour=17)
    page = erna.get("/termine/T1").text
    link = re.search(r'href="(/bestellung/[^"/]+)"', page)
    assert link
    assert "stornieren/" in erna.get(link[1]).text
    with clock.stopped_at(DURING):
        assert "stornieren/" not in erna.get(link[1]).text
        assert "Termin absagen" not in words(erna.get("/termine/T1"))


def order_page(guest: Guest, number: str = "T1") -> str:
    """The page of the order, as a person reads it, found from the appointment's."""
    link = re.search(r'href="(/bestellung/[^"/]+)"', guest.get(f"/termine/{number}").text)
    assert link
    return words(guest.get(link[1]))


def test_the_orders_page_promises_nothing_after_the_deadline(erna: Guest) -> None:
    press(erna)
    assert "bis 27. November 2026 stornierbar" in order_page(erna)
    with clock.stopped_at(WEEK_ON):
        page = order_page(erna)
    assert "bis 27. November 2026 stornierbar" not in page
    assert "endete am 27. November 2026; wer noch absagt, bekommt nichts gutgeschrieben" in page


def test_the_orders_page_names_no_deadline_for_one_that_was_moved(shop: Flask, erna: Guest) -> None:
    press(erna)
    with clock.stopped_at(NOON + timedelta(minutes=1)):
        moved(shop)
        page = order_page(erna)
    assert "verschoben, deshalb bis zum Beginn kostenlos stornierbar" in page
    assert "27. November" not in page


def test_giving_up_one_that_cost_nothing_promises_nothing(shop: Flask, erna: Guest) -> None:
    price(shop, 0)
    press(erna)
    page = words(erna.get("/termine/T1"))
    assert "Termin absagen" in page
    assert "Wenn Sie absagen:" not in page


def test_one_that_is_offered_no_more_is_there_for_whoever_has_booked_it(
    shop: Flask, erna: Guest, jonas: Guest, guest: Guest
) -> None:
    press(erna)
    change(shop, published=False)
    assert [jonas.get("/termine/T1").status_code, guest.get("/termine/T1").status_code] == [404, 404]
    assert give_up(erna).status_code == 303
    page = words(erna.get("/termine/T1"))
    assert "25 € sind wieder auf Ihrer Wertkarte." in page
    assert "Dieser Termin wird nicht mehr angeboten." in page
    assert "Zahlungspflichtig" not in page


def test_others_see_nothing_of_my_place_and_cannot_cancel_it(shop: Flask, erna: Guest, jonas: Guest) -> None:
    press(erna)
    page = jonas.get("/termine/T1")
    assert "Sie haben gebucht" not in words(page)
    assert "/bestellung/" not in page.text
    fields = {**cancel_form(erna.get("/termine/T1")), "csrf_token": jonas.token()}
    assert jonas.send_bare("/termine/T1/absagen", fields).status_code == 303
    assert bookings(shop) == ["confirmed"]
