"""Many at once: no seat is sold twice, given back twice, or lost (DOMAIN R2, R9; issue "Redeem")."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, local

import pytest
from flask import Flask

from shop import clock
from shop.bookings import end, sweep, waiting
from shop.core.goods import Gone
from shop.db import db, transaction
from tests.bookings.school import (
    ALWAYS,
    assert_seats_add_up,
    booked,
    booking,
    course,
    hold,
    let_go,
    line,
    mails,
    package,
    pay,
    person,
    room,
    states,
    taken,
)

Deed = Callable[[], object]
ROUNDS = 6


@pytest.fixture(autouse=True)
def school(any_app: Flask):
    yield
    assert_seats_add_up()


def together(app: Flask, deeds: Sequence[Deed]) -> list[object]:
    """Do all deeds at one moment, each on a thread and connection of its own; their answers in order."""
    start = Barrier(len(deeds))

    def one(deed: Deed) -> object:
        with app.app_context():
            db.session.connection()
            db.session.rollback()
            start.wait(20)
            try:
                return deed()
            except Gone:
                return "gone"

    db.session.rollback()
    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def in_one(deed: Callable[..., object], *facts: object) -> Deed:
    """A deed in a transaction of its own."""

    def done() -> object:
        with transaction():
            return deed(*facts)

    return done


def test_fifty_people_at_the_last_three_seats_end_with_three(any_app: Flask) -> None:
    course("K1", seats=10, register_until=ALWAYS)
    for _ in range(7):
        booked()
    wanted = [line() for _ in range(50)]
    answers = together(any_app, [lambda each=each: hold(each) for each in wanted])
    assert Counter(answers) == {"held": 3, "gone": 47}
    assert taken() == 10


def test_overlapping_packages_never_wait_for_each_other_in_a_ring(any_app: Flask) -> None:
    for number in ("K1", "K2", "K3"):
        course(number, seats=4, register_until=ALWAYS)
    package("P1", "K3", "K1", register_until=ALWAYS)
    package("P2", "K1", "K2", "K3", register_until=ALWAYS)
    package("P3", "K2", "K3", register_until=ALWAYS)
    wanted = [line(number) for number in ("P1", "P2", "P3") for _ in range(4)]
    answers = together(any_app, [lambda each=each: hold(each) for each in wanted])
    assert Counter(answers) == {"held": 4, "gone": 8}
    assert taken("K3") == 4


def test_money_and_the_deadline_at_one_moment_leave_one_seat_taken_once(any_app: Flask) -> None:
    course("K1", seats=1, register_until=ALWAYS)
    for _ in range(ROUNDS):
        wanted = line()
        hold(wanted, minutes=-1)
        together(any_app, [in_one(sweep.lapse_overdue), lambda wanted=wanted: pay(wanted)] * 2)
        assert (booking(wanted).state, taken()) == ("confirmed", 1)
        with transaction():
            end.end(booking(wanted).id, "staff")


def test_a_held_seat_is_given_back_once_by_all_who_may(any_app: Flask) -> None:
    course("K1", seats=2, register_until=ALWAYS)
    booked()
    for _ in range(ROUNDS):
        wanted = line()
        hold(wanted, minutes=-1)
        together(any_app, [in_one(sweep.lapse_overdue), lambda wanted=wanted: let_go(wanted)] * 3)
        assert (booking(wanted).state, taken()) == ("lapsed", 1)


def test_a_booking_is_cancelled_once(any_app: Flask) -> None:
    course("K1", seats=2, register_until=ALWAYS)
    kept = booking(booked())
    booked()
    answers = together(
        any_app, [in_one(end.end, kept.id, "customer"), in_one(end.end, kept.id, "centre")] * 3
    )
    assert sum(map(bool, answers)) == 1
    assert taken() == 1


def test_two_workers_offer_one_seat_once(any_app: Flask) -> None:
    course("K1", seats=0, register_until=ALWAYS)
    for name in ("Heidi", "Peter", "Klara"):
        with transaction():
            waiting.join("K1", name, "Koch", f"{name}@example.org", "de")
    room(capacity=1)
    assert sum(together(any_app, [in_one(waiting.offer_free)] * 4)) == 1
    assert (taken(), len(mails("seat_offered"))) == (1, 1)


def test_joining_at_one_moment_is_one_turn(any_app: Flask) -> None:
    course("K1", seats=0, register_until=ALWAYS)
    join = in_one(lambda: waiting.join("K1", "Heidi", "Koch", "heidi@example.org", "de").id)
    assert len(set(together(any_app, [join] * 6))) == 1
    assert len(mails("waiting_joined")) == 1


def test_accepting_passing_on_and_expiry_at_one_moment_have_one_winner(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the deadline: one server's look at the clock was just before it, another's just after."""
    late, real = local(), clock.of_database
    shift = timedelta(hours=48, minutes=1)
    monkeypatch.setattr(
        clock, "of_database", lambda: real() + (shift if getattr(late, "is_it", False) else timedelta())
    )

    def sweeping() -> object:
        late.is_it = True
        with transaction():
            waiting.offer_free()
        return None

    winners = Counter[str]()
    for turn in range(ROUNDS):
        number = f"K{turn}"
        course(number, seats=0, register_until=ALWAYS)
        with transaction():
            heidi = waiting.join(number, "Heidi", "Koch", "heidi@example.org", "de").id
        room(number, 1)
        with transaction():
            waiting.offer_free()
        wanted = [line(number, waiting=str(heidi)) for _ in range(2)]
        deeds = [lambda each=each: hold(each) for each in wanted]
        together(any_app, [*deeds, sweeping, in_one(waiting.pass_on, heidi), sweeping])
        state = person(heidi).state
        winners[state] += 1
        held = [each for each in states() if each == "held"]
        assert (state, taken(number)) in {("taken", 1), ("passed", 0), ("passed", 1)}
        assert taken(number) <= 1
        assert len(held) <= turn + 1
    assert sum(winners.values()) == ROUNDS


def test_a_seat_that_is_freed_goes_to_who_waits_and_never_to_who_comes_by(any_app: Flask) -> None:
    for turn in range(ROUNDS):
        number = f"K{turn}"
        course(number, seats=1, register_until=ALWAYS)
        kept = booking(booked(number))
        with transaction():
            heidi = waiting.join(number, "Heidi", "Koch", "heidi@example.org", "de").id
        walk_in = line(number)
        answers = together(
            any_app,
            [
                in_one(end.end, kept.id, "customer"),
                lambda each=walk_in: hold(each),
                in_one(waiting.offer_free),
            ],
        )
        assert answers[1] == "gone"
        with transaction():
            waiting.offer_free()
        assert person(heidi).state == "offered"
