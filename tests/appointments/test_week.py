"""The appointments of a week: list and grid, filters, prices for whoever looks (DOMAIN W10)."""

from datetime import date, timedelta

import pytest
from flask import Flask

from shop import clock
from shop.db import db
from shop.people.models import User
from tests.appointments.visits import bookings, change, classes_of, offer, press, price, titles
from tests.cards.cast import contract
from tests.shopfloor import NOON
from tests.web.guest import Guest, words

WEEK = "/termine/?woche=2026-W48"
GRID = f"{WEEK}&ansicht=woche"
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture(autouse=True)
def three(shop: Flask) -> None:
    """Monday 23 November: a group lesson at 18, one at 9; Tuesday a private lesson without a price."""
    offer(shop, "T1", days=2)
    offer(shop, "T2", days=2, hour=9)
    offer(shop, "T3", days=3, class_key="allein")


def test_a_week_stands_in_the_order_of_time_with_its_days(guest: Guest) -> None:
    page = guest.get(WEEK)
    assert titles(page) == ["Töpfern T2", "Töpfern T1", "Töpfern T3"]
    assert "Montag, 23. November" in words(page)
    assert "23. – 29. November 2026 KW 48" in words(page)


def test_a_visitor_sees_the_price_without_reductions_and_is_told_so(guest: Guest) -> None:
    page = words(guest.get(WEEK))
    assert "Preise ohne Ermäßigung." in page
    assert page.count("25 €") == 2


def test_whoever_is_signed_in_sees_their_own_price(shop: Flask, erna: Guest) -> None:
    price(shop, 2000, requires="abo")
    assert words(erna.get(WEEK)).count("25 €") == 2
    with shop.app_context():
        contract(db.session.scalars(db.select(User).where(User.username == "erna")).one(), "abo")
        db.session.remove()
    page = words(erna.get(WEEK))
    assert (page.count("20 €"), page.count("25 €")) == (2, 0)
    assert "Alle Preise gelten für Sie." in page


def test_no_price_is_not_bookable_and_never_free(guest: Guest) -> None:
    for address in (WEEK, GRID):
        page = words(guest.get(address))
        assert page.count("für Sie nicht buchbar") == 1
        assert "kostenlos" not in page


def test_a_full_one_is_marked_in_words_in_list_and_grid(shop: Flask, guest: Guest) -> None:
    offer(shop, "T4", days=4, seats=0)
    for address in (WEEK, GRID):
        assert "Ausgebucht" in words(guest.get(address))
    assert 'class="sign" aria-hidden="true">voll<' in guest.get(GRID).text


def test_what_i_have_booked_is_marked_for_me_alone(shop: Flask, erna: Guest, guest: Guest) -> None:
    press(erna)
    assert bookings(shop) == ["confirmed"]
    assert words(erna.get(WEEK)).count("Gebucht") == 1
    assert "mine" in classes_of(erna.get(GRID), "T1")
    assert "Gebucht" not in words(guest.get(WEEK))


def test_a_list_is_narrowed_by_class(guest: Guest) -> None:
    assert titles(guest.get(f"{WEEK}&klasse=gruppe")) == ["Töpfern T2", "Töpfern T1"]
    assert titles(guest.get(f"{WEEK}&klasse=einzel")) == []
    assert len(titles(guest.get(f"{WEEK}&klasse=gibtesnicht"))) == 3


def test_a_list_is_narrowed_to_what_is_free(shop: Flask, guest: Guest) -> None:
    change(shop, "T2", cancelled_on=date(2026, 11, 20))
    assert titles(guest.get(f"{WEEK}&frei=1")) == ["Töpfern T1", "Töpfern T3"]
    assert "Fällt aus" in words(guest.get(WEEK))


def test_the_part_for_htmx_is_the_same_week_alone(guest: Guest) -> None:
    part = guest.get(WEEK, **HTMX)
    assert part.text.lstrip().startswith('<section id="week"')
    assert titles(part) == titles(guest.get(WEEK))
    assert "HX-Request" in part.headers["Vary"]


@pytest.mark.parametrize("week", ["2026-W54", "2026-W00", "1999-W01", "heute", "2026-W4\u0668", "9999-W01"])
def test_a_week_that_there_is_not_is_the_next_with_anything_in_it(guest: Guest, week: str) -> None:
    assert titles(guest.get(f"/termine/?woche={week}")) == titles(guest.get(WEEK))


def test_the_ways_lead_a_week_back_and_a_week_on(guest: Guest) -> None:
    page = guest.get(f"{WEEK}&klasse=gruppe").text
    assert 'rel="prev" href="/termine/?woche=2026-W47&amp;klasse=gruppe"' in page
    assert 'rel="next" href="/termine/?woche=2026-W49&amp;klasse=gruppe"' in page


def test_an_empty_week_leads_to_the_next_that_has_any(shop: Flask, guest: Guest) -> None:
    offer(shop, "T9", days=44)
    page = guest.get("/termine/?woche=2026-W50")
    assert "In dieser Woche sind keine Termine." in words(page)
    assert 'class="button first" href="/termine/?woche=2027-W01"' in page.text


def test_a_full_one_on_sunday_does_not_lead_to_its_own_week_again(shop: Flask, guest: Guest) -> None:
    offer(shop, "T8", days=22, seats=0)
    offer(shop, "T9", days=44)
    page = guest.get("/termine/?woche=2026-W50&frei=1")
    assert titles(page) == []
    assert 'class="button first" href="/termine/?woche=2027-W01&amp;frei=1"' in page.text


def test_days_of_this_week_that_are_over_are_left_to_the_grid(guest: Guest) -> None:
    with clock.stopped_at(NOON + timedelta(days=3)):
        assert titles(guest.get(WEEK)) == ["Töpfern T3"]
        assert len(titles(guest.get(GRID))) == 3
        assert "over" in classes_of(guest.get(GRID), "T1")


def test_a_block_stands_at_its_time_and_is_as_tall_as_it_lasts(shop: Flask, guest: Guest) -> None:
    change(shop, sessions=[["2026-11-23T18:10", "2026-11-23T19:45"]])
    assert {"h18", "m10", "u19", "v45", "l1", "n1"} <= classes_of(guest.get(GRID), "T1")


def test_overlapping_ones_stand_side_by_side(shop: Flask, guest: Guest) -> None:
    offer(shop, "T5", days=2, sessions=[["2026-11-23T18:30", "2026-11-23T20:00"]])
    offer(shop, "T6", days=2, sessions=[["2026-11-23T19:00", "2026-11-23T19:30"]])
    page = guest.get(GRID)
    assert [classes_of(page, each) & {"l1", "l2", "n1", "n2"} for each in ("T1", "T5", "T6", "T2")] == [
        {"l1", "n2"},
        {"l2", "n2"},
        {"l1", "n2"},
        {"l1", "n1"},
    ]


def test_more_than_fit_side_by_side_stand_below(shop: Flask, guest: Guest) -> None:
    for place in range(4):
        offer(shop, f"T8{place}", days=2)
    page = guest.get(GRID)
    below = page.text.split('class="below"')[1].split("</ul>")[0]
    assert words(f"<ul {below}") == "18:00 Töpfern T83 25 € 8 Plätze frei"
    assert len(titles(page)) == 7


@pytest.mark.parametrize(
    ("week", "day", "said"),
    [
        ("2027-W12", date(2027, 3, 28), "vorgestellt"),  # 23 hours
        ("2027-W43", date(2027, 10, 31), "zurückgestellt"),  # 25 hours
    ],
)
def test_on_days_when_the_clock_changes_ten_o_clock_is_ten_o_clock(
    shop: Flask, guest: Guest, week: str, day: date, said: str
) -> None:
    for number, on in (("T10", day), ("T11", day - timedelta(days=1))):
        offer(
            shop,
            number,
            days=(on - date(2026, 11, 21)).days,
            sessions=[[f"{on}T10:00", f"{on}T12:00"]],
        )
    page = guest.get(f"/termine/?woche={week}&ansicht=woche")
    assert classes_of(page, "T10") == classes_of(page, "T11") >= {"h10", "m0", "u12", "v0"}
    assert page.text.count(said) == 1


def test_a_night_without_an_hour_keeps_its_wall_clock_times(shop: Flask, guest: Guest) -> None:
    offer(shop, "T10", days=127, sessions=[["2027-03-28T01:30", "2027-03-28T03:30"]])
    page = guest.get("/termine/?woche=2027-W12&ansicht=woche")
    assert {"h1", "m30", "u3", "v30"} <= classes_of(page, "T10")
    assert "grid f1 t18" in page.text


def test_what_goes_on_past_midnight_ends_with_its_column(shop: Flask, guest: Guest) -> None:
    offer(shop, "T10", days=6, sessions=[["2026-11-27T22:00", "2026-11-28T01:00"]])
    page = guest.get(GRID)
    assert {"h22", "u24", "v0"} <= classes_of(page, "T10")
    assert "t24" in page.text


def test_what_is_not_published_is_nowhere(shop: Flask, guest: Guest) -> None:
    change(shop, published=False)
    assert titles(guest.get(WEEK)) == ["Töpfern T2", "Töpfern T3"]
    assert guest.get("/termine/T1").status_code == 404
