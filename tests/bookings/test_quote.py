"""What a place costs and why it cannot be booked, decided anew each time (DOMAIN R1, R2, R6)."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from shop import clock
from tests.bookings.school import NOON, asked, booked, change, course


@pytest.fixture(autouse=True)
def school(any_app: Flask):
    with clock.stopped_at(NOON):
        course("K1", seats=1)
        yield


def test_price_title_category_and_vouchers_come_from_the_offer() -> None:
    found = asked()
    assert (found.title, found.unit_cents, found.problem) == ("Italienisch K1", 8000, "")
    assert (found.category, found.takes_vouchers) == ("sprachen", True)


def test_a_reduction_has_its_own_price() -> None:
    assert asked(reduction="ermaessigt").unit_cents == 6000


def test_an_unknown_reduction_is_refused() -> None:
    assert (asked(reduction="geschenkt").problem, asked(reduction="geschenkt").unit_cents) == (
        "reduction",
        8000,
    )


@pytest.mark.parametrize("news", [{"redeemable": False}, {"price_cents": 0}])
def test_some_courses_take_no_vouchers(news: dict[str, object]) -> None:
    change(**news)
    assert asked().takes_vouchers is False


@pytest.mark.parametrize(
    ("news", "problem"),
    [
        ({"published": False, "cancelled_on": date(2026, 11, 1)}, "gone"),
        ({"price_cents": None}, "gone"),
        ({"cancelled_on": date(2026, 11, 1), "register_until": date(2026, 11, 1)}, "cancelled"),
        ({"register_until": date(2026, 11, 20)}, "late"),
        ({"register_until": date(2026, 11, 21)}, ""),
        ({"sessions": [["2026-11-21T12:00", "2026-11-21T14:00"]]}, "late"),
        ({"sessions": [["2026-11-21T12:01", "2026-11-21T14:00"]]}, ""),
        ({"sessions": [["2026-11-21T10:00", "2026-11-21T14:00"]], "register_until": date(2026, 11, 30)}, ""),
    ],
)
def test_a_closed_course_says_why(news: dict[str, object], problem: str) -> None:
    change(**news)
    assert asked().problem == problem


def test_the_deadlines_last_day_counts_to_midnight_in_the_shops_zone() -> None:
    change(register_until=date(2026, 11, 21))
    with clock.stopped_at(datetime(2026, 11, 21, 22, 59, tzinfo=UTC)):
        assert asked().problem == ""
    with clock.stopped_at(datetime(2026, 11, 21, 23, 0, tzinfo=UTC)):
        assert asked().problem == "late"


def test_a_full_course_says_so() -> None:
    booked()
    assert asked().problem == "full"


def test_a_course_whose_seats_nobody_has_counted_is_full() -> None:
    course("K2")
    from shop.catalogue.models import Seats
    from shop.db import transaction

    with transaction() as session:
        session.delete(session.get_one(Seats, "K2"))
    assert asked("K2").problem == "full"


def test_an_unknown_offer_is_gone() -> None:
    assert asked("K9").problem == "gone"


def test_a_remembered_place_without_a_person_cannot_be_ordered() -> None:
    assert asked(first_name="", last_name="").problem == "person"
