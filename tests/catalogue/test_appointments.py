"""Appointments: time on the wall clock, series across daylight saving, moving, lists by week (DOMAIN W10)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from shop import clock
from shop.catalogue import appointments, prices
from shop.catalogue.appointments import NewAppointment, Reason, Refused
from shop.catalogue.appointments.times import instant
from shop.catalogue.models import Offer, Seats
from shop.db import db, transaction
from tests.shopfloor import NOON
from tests.statements import statements

MONDAY = date(2026, 11, 23)
FACTS: dict[str, Any] = {
    "title": {"de": "Töpfern an der Scheibe"},
    "class_key": "gruppe",
    "resource_key": "haus",
    "place": "Webhaus, Werkstatt",
    "seats": 4,
}


def at(day: date, hour: int = 18, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute)


def added(day: date, hour: int = 18, *, number: str = "", minutes: int = 90, **facts: Any) -> str:
    start = at(day, hour)
    with transaction():
        return appointments.add(
            wanted(start, start + timedelta(minutes=minutes), number=number, **facts)
        ).number


def wanted(start: datetime, end: datetime, **facts: Any) -> NewAppointment:
    return NewAppointment(start=start, end=end, **{**FACTS, **facts})


def refusal(deed: Any, *words: Any, **facts: Any) -> Reason:
    with pytest.raises(Refused) as refused, transaction():
        deed(*words, **facts)
    return refused.value.reason


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.stopped_at(NOON):
        yield


def test_an_appointment_has_no_price_and_can_be_cancelled_until_the_day_before(any_app: Flask) -> None:
    number = added(MONDAY)
    kept = db.session.get_one(Offer, number)
    assert (kept.kind, kept.price_cents, kept.starts_on) == ("appointment", None, MONDAY)
    assert kept.cancel_until == date(2026, 11, 22)
    assert kept.sessions == [["2026-11-23T18:00", "2026-11-23T19:30"]]
    assert db.session.get_one(Seats, number).capacity == 4


@pytest.mark.parametrize(
    ("start", "end", "facts", "reason"),
    [
        (at(MONDAY, 18), at(MONDAY, 18), {}, Reason.ENDS_EARLY),
        (at(MONDAY, 18), at(MONDAY, 17), {}, Reason.ENDS_EARLY),
        (at(MONDAY, 18), at(date(2026, 11, 25), 18), {}, Reason.TOO_LONG),
        (at(date(2026, 11, 21), 11), at(date(2026, 11, 21), 13), {}, Reason.PAST),
        (at(date(2027, 3, 28), 2, 30), at(date(2027, 3, 28), 4), {}, Reason.SKIPPED),
        (at(date(2027, 3, 28), 1), at(date(2027, 3, 28), 2, 30), {}, Reason.SKIPPED),
        (at(MONDAY), at(MONDAY, 19), {"title": {"de": " "}}, Reason.UNNAMED),
        (at(MONDAY), at(MONDAY, 19), {"seats": -1}, Reason.SEATS),
        (at(MONDAY), at(MONDAY, 19), {"tax_code": "none"}, Reason.TAX),
        (at(MONDAY), at(MONDAY, 19), {"cancel_until": date(2026, 11, 24)}, Reason.DEADLINE),
        (at(MONDAY), at(MONDAY, 19), {"number": "T 1"}, Reason.NUMBER),
    ],
)
def test_what_cannot_be_is_refused_exactly(
    app: Flask, start: datetime, end: datetime, facts: dict[str, Any], reason: Reason
) -> None:
    assert refusal(appointments.add, wanted(start, end, **facts)) is reason
    assert db.session.scalar(db.select(Offer)) is None


def test_where_there_are_classes_an_unknown_one_is_refused(app: Flask) -> None:
    with transaction():
        prices.add_class("appointment", {"de": "Gruppenstunde"}, key="gruppe")
    assert refusal(added, MONDAY, class_key="einzel") is Reason.APPOINTMENT_CLASS
    assert refusal(added, MONDAY, class_key="") is Reason.APPOINTMENT_CLASS
    assert added(MONDAY, class_key="gruppe")


def test_a_number_is_taken_once(app: Flask) -> None:
    added(MONDAY, number="T1")
    assert refusal(added, MONDAY, number="t1") is Reason.TAKEN


def test_a_series_meets_at_the_same_time_on_both_sides_of_daylight_saving(app: Flask) -> None:
    first = at(date(2027, 3, 21), 10)
    with transaction():
        made = appointments.add_series(wanted(first, first + timedelta(hours=2), number="S"), 3)
        assert [each.number for each in made] == ["S-1", "S-2", "S-3"]
        starts = [appointments.span(each.sessions)[0] for each in made]
        assert [each.cancel_until for each in made] == [date(2027, 3, day) for day in (20, 27)] + [
            date(2027, 4, 3)
        ]
    assert {start.hour for start in starts} == {10}
    assert [instant(start).hour for start in starts] == [9, 8, 8]


def test_a_series_that_the_clocks_skip_once_adds_nothing(app: Flask) -> None:
    first = at(date(2027, 3, 21), 2, 15)
    end = first + timedelta(hours=1)
    assert refusal(appointments.add_series, wanted(first, end), 3) is Reason.SKIPPED
    assert db.session.scalar(db.select(Offer)) is None


def test_a_time_that_the_clock_shows_twice_is_the_first_of_the_two(app: Flask) -> None:
    assert instant(at(date(2027, 10, 31), 2, 30)) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_week_is_listed_in_the_order_of_time_with_its_free_seats(any_app: Flask) -> None:
    late, early = added(MONDAY, 18), added(MONDAY, 9, seats=None)
    added(MONDAY - timedelta(days=1)), added(MONDAY + timedelta(days=7))
    added(MONDAY, published=False)
    with transaction() as session:
        session.get_one(Seats, late).taken = 1
    found = appointments.between(MONDAY, MONDAY + timedelta(days=6))
    assert [(each.number, each.free, each.start.hour) for each in found] == [(early, None, 9), (late, 3, 18)]


def test_a_list_is_narrowed_by_class_and_to_what_is_free(any_app: Flask) -> None:
    group, alone = added(MONDAY, 9), added(MONDAY, 10, class_key="einzel")
    full, gone = added(MONDAY, 11, seats=0), added(MONDAY, 12)
    with transaction() as session:
        session.get_one(Offer, gone).cancelled_on = MONDAY

    def found(**wish: Any) -> list[str]:
        return [each.number for each in appointments.between(MONDAY, MONDAY, **wish)]

    assert found() == [group, alone, full, gone]
    assert found(class_keys=["einzel"]) == [alone]
    assert found(free_only=True) == [group, alone]


def test_what_has_begun_today_is_not_free_any_more(app: Flask) -> None:
    number = added(date(2026, 11, 21), 14)
    with clock.stopped_at(NOON + timedelta(hours=2)):
        (found,) = appointments.between(date(2026, 11, 21), date(2026, 11, 21))
        assert (found.number, found.standing) == (number, "closed")
        assert appointments.between(found.starts_on, found.starts_on, free_only=True) == []


def test_a_week_of_five_hundred_is_one_statement(app: Flask) -> None:
    with transaction():
        for place in range(500):
            start = at(MONDAY + timedelta(days=place % 7), 8 + place % 12)
            appointments.add(wanted(start, start + timedelta(hours=1), number=f"T{place}"))
    with statements("SELECT") as asked:
        assert len(appointments.between(MONDAY, MONDAY + timedelta(days=6))) == 500
    assert len(asked) == 1


def test_the_first_day_with_any_leaves_cancelled_ones_out(app: Flask) -> None:
    gone, kept = added(MONDAY), date(2026, 11, 25)
    added(kept), added(kept + timedelta(days=1))
    with transaction() as session:
        session.get_one(Offer, gone).cancelled_on = MONDAY
    assert appointments.first_day_with_any(MONDAY) == kept
    assert appointments.first_day_with_any(kept + timedelta(days=2)) is None


def test_moving_takes_the_last_day_to_cancel_along_and_notes_when(any_app: Flask) -> None:
    number = added(MONDAY, cancel_until=date(2026, 11, 21))
    with transaction():
        assert appointments.move(number, at(date(2026, 11, 26), 17), at(date(2026, 11, 26), 18))
    kept = db.session.get_one(Offer, number)
    assert (kept.starts_on, kept.cancel_until) == (date(2026, 11, 26), date(2026, 11, 24))
    assert (kept.weekdays, kept.place, kept.moved_at) == ("4", "Webhaus, Werkstatt", NOON)


def test_moving_to_where_it_is_changes_nothing(app: Flask) -> None:
    number = added(MONDAY)
    with transaction():
        assert not appointments.move(number, at(MONDAY), at(MONDAY, 19, 30), "Webhaus, Werkstatt")
    assert db.session.get_one(Offer, number).moved_at is None


def test_what_cannot_be_moved_is_refused_exactly(app: Flask) -> None:
    number, gone, over = added(MONDAY), added(MONDAY), added(date(2026, 11, 21), 13)
    with transaction() as session:
        session.get_one(Offer, gone).cancelled_on = MONDAY
    later = at(date(2026, 11, 26)), at(date(2026, 11, 26), 19)
    assert refusal(appointments.move, "NONE", *later) is Reason.UNKNOWN
    assert refusal(appointments.move, gone, *later) is Reason.CANCELLED
    assert refusal(appointments.move, number, *reversed(later)) is Reason.ENDS_EARLY
    skipped = at(date(2027, 3, 28), 2, 30), at(date(2027, 3, 28), 4)
    assert refusal(appointments.move, number, *skipped) is Reason.SKIPPED
    with clock.stopped_at(NOON + timedelta(hours=3)):
        assert refusal(appointments.move, over, *later) is Reason.BEGUN
    assert db.session.get_one(Offer, number).moved_at is None
