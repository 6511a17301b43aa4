"""A place is held, confirmed, let go; never sold twice, given back once (DOMAIN R2, R4)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shop import clock
from shop.bookings import end, seats, sweep
from shop.db import db, transaction
from shop.orders.models import OrderLine
from tests.bookings.school import (
    NOON,
    asked,
    assert_seats_add_up,
    booked,
    booking,
    change,
    course,
    hold,
    let_go,
    line,
    mails,
    package,
    pay,
    taken,
)


@pytest.fixture(autouse=True)
def school(any_app: Flask):
    with clock.stopped_at(NOON):
        course("K1", seats=3)
        yield
        assert_seats_add_up()


def test_a_held_place_counts_as_taken_until_it_is_let_go() -> None:
    wanted = line()
    assert hold(wanted) == "held"
    assert (taken(), booking(wanted).state) == (1, "held")
    let_go(wanted)
    assert (taken(), booking(wanted).state) == (0, "lapsed")


def test_letting_go_twice_gives_one_seat_back() -> None:
    first, second = line(), line()
    hold(first), hold(second)
    let_go(first), let_go(first)
    assert taken() == 1


def test_a_paid_place_is_confirmed_and_cannot_be_let_go() -> None:
    wanted = booked()
    let_go(wanted)
    kept = booking(wanted)
    assert (kept.state, kept.first_name, kept.places, taken()) == ("confirmed", "Erna", ["K1"], 1)
    assert kept.held_until is None


def test_paying_twice_is_quiet() -> None:
    wanted = booked()
    assert pay(wanted) == "confirmed"
    assert (taken(), len(mails("booking_confirmed"))) == (1, 1)


def test_the_last_seat_is_sold_once() -> None:
    for _ in range(3):
        booked()
    late = line()
    assert hold(late) == "gone"
    assert taken() == 3
    assert asked().problem == "full"


def test_a_course_without_limit_is_never_full() -> None:
    course("K2", seats=None)
    assert [hold(line("K2")) for _ in range(30)] == ["held"] * 30
    assert asked("K2").problem == ""


def test_the_database_refuses_to_oversell_by_itself() -> None:
    with pytest.raises(IntegrityError, match=r"not_oversold"), transaction() as session:
        session.execute(text("UPDATE seats SET taken = 4"))


def test_a_seat_too_many_given_back_is_loud() -> None:
    with pytest.raises(IntegrityError, match=r"taken_not_negative"), transaction():
        seats.give(["K1"])


def test_a_place_lapses_once_when_its_time_is_over() -> None:
    wanted = line()
    hold(wanted, minutes=90)
    with clock.shifted_by(timedelta(minutes=89)), transaction():
        assert sweep.lapse_overdue() == 0
    with clock.shifted_by(timedelta(minutes=91)):
        for lapsed in (1, 0):
            with transaction():
                assert sweep.lapse_overdue() == lapsed
    assert (booking(wanted).state, taken()) == ("lapsed", 0)


def test_sweeping_does_so_many_at_a_time() -> None:
    for _ in range(3):
        hold(line())
    with clock.shifted_by(timedelta(days=1)):
        for lapsed in (2, 1, 0):
            with transaction():
                assert sweep.lapse_overdue(2) == lapsed


def test_money_that_comes_after_the_deadline_takes_the_place_anew() -> None:
    wanted = line()
    hold(wanted)
    with clock.shifted_by(timedelta(hours=2)):
        with transaction():
            sweep.lapse_overdue()
        assert pay(wanted) == "confirmed"
    assert (booking(wanted).state, taken()) == ("confirmed", 1)


def test_money_that_comes_after_the_deadline_finds_a_place_that_nobody_has_swept() -> None:
    wanted = line()
    hold(wanted)
    with clock.shifted_by(timedelta(hours=2)):
        assert pay(wanted) == "confirmed"
    assert taken() == 1


def test_money_that_comes_when_no_seat_is_left_finds_the_place_gone() -> None:
    wanted = line()
    hold(wanted)
    let_go(wanted)
    for _ in range(3):
        booked()
    assert pay(wanted) == "gone"
    assert (booking(wanted).state, taken()) == ("lapsed", 3)


def test_holding_again_moves_the_deadline_and_takes_no_second_seat() -> None:
    wanted = line()
    hold(wanted, minutes=90)
    before = booking(wanted).held_until
    assert hold(wanted, minutes=600) == "held"
    assert booking(wanted).held_until > before
    assert taken() == 1


def test_a_lapsed_place_can_be_held_again_while_a_seat_is_free() -> None:
    wanted = line()
    hold(wanted)
    let_go(wanted)
    assert (hold(wanted), taken()) == ("held", 1)
    let_go(wanted)
    for _ in range(3):
        booked()
    assert (hold(wanted), taken()) == ("gone", 3)


def test_a_cancelled_booking_gives_its_seat_back_once() -> None:
    kept = booking(booked())
    for done in (True, False):
        with transaction():
            assert end.end(kept.id, "customer") is done
    db.session.refresh(kept)
    assert (kept.state, kept.ended_by, taken()) == ("cancelled", "customer", 0)


def test_a_place_that_is_only_held_cannot_be_cancelled() -> None:
    wanted = line()
    hold(wanted)
    with transaction():
        assert not end.end(booking(wanted).id, "customer")
    assert taken() == 1


@pytest.mark.parametrize(
    "news",
    [{"cancelled_on": date(2026, 11, 20)}, {"published": False}, {"register_until": date(2026, 11, 20)}],
    ids=["cancelled", "unpublished", "late"],
)
def test_a_course_that_has_closed_since_holds_nothing(news: dict[str, object]) -> None:
    wanted = line()
    change(**news)
    assert (hold(wanted), taken()) == ("gone", 0)


def test_money_for_a_course_that_was_cancelled_meanwhile_confirms_nothing() -> None:
    wanted = line()
    hold(wanted)
    change(cancelled_on=date(2026, 11, 21))
    assert (pay(wanted), booking(wanted).state) == ("gone", "held")


def test_money_for_a_course_that_has_begun_meanwhile_confirms_its_place() -> None:
    wanted = line()
    hold(wanted)
    change(register_until=date(2026, 11, 20), published=False)
    assert pay(wanted) == "confirmed"


def test_several_places_in_one_line_are_refused() -> None:
    wanted = line()
    with pytest.raises(ValueError, match="one line"):
        hold(replace(wanted, quantity=2))


def test_a_package_takes_a_seat_in_each_of_its_courses() -> None:
    course("K2", seats=1)
    package("P1", "K2", "K1")
    wanted = booked("P1")
    assert (booking(wanted).places, taken("K1"), taken("K2")) == (["K1", "K2"], 1, 1)
    with transaction():
        end.end(booking(wanted).id, "centre")
    assert (taken("K1"), taken("K2")) == (0, 0)


def test_a_package_with_one_full_course_takes_no_seat_at_all() -> None:
    course("K2", seats=1)
    package("P1", "K1", "K2")
    booked("K2")
    assert (hold(line("P1")), asked("P1").problem) == ("gone", "full")
    assert (taken("K1"), taken("K2")) == (0, 1)


def test_taking_all_or_none_leaves_nothing_behind_in_the_same_transaction() -> None:
    course("K2", seats=0)
    with transaction():
        assert seats.take(["K1", "K2"]) is False
    assert (taken("K1"), taken("K2")) == (0, 0)


def test_a_package_with_a_cancelled_course_cannot_be_booked() -> None:
    course("K2", cancelled_on=date(2026, 11, 1))
    package("P1", "K1", "K2")
    assert (hold(line("P1")), asked("P1").problem) == ("gone", "cancelled")


def test_a_participant_is_told_when_somebody_else_has_booked() -> None:
    booked()
    [mail] = mails("booking_confirmed")
    assert (mail.recipient, mail.facts["buyer"]) == ("erna@example.org", "Otto Weber")


@pytest.mark.parametrize("email", ["", "Otto@Example.org"])
def test_the_buyer_needs_no_second_letter(email: str) -> None:
    wanted = line(email=email)
    hold(wanted), pay(wanted)
    assert mails("booking_confirmed") == []


def test_one_order_line_has_one_booking() -> None:
    wanted = booked()
    assert db.session.get_one(OrderLine, wanted.id).facts["offer"] == "K1"
    hold(wanted)
    assert taken() == 1
