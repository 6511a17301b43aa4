"""The waiting list: first come, first asked; a freed seat is kept for who waits (DOMAIN R9)."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from shop import clock
from shop.bookings import end, sweep, waiting
from shop.db import transaction
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
    person,
    room,
    states,
    taken,
)


@pytest.fixture(autouse=True)
def full_course(any_app: Flask):
    with clock.stopped_at(NOON):
        course("K1", seats=1)
        booked()
        yield
        assert_seats_add_up()


def join(name: str = "Heidi", number: str = "K1", email: str = "") -> UUID:
    with transaction():
        return waiting.join(number, name, "Koch", email or f"{name.lower()}@example.org", "de").id


def later(**span: float):
    return clock.shifted_by(timedelta(**span))


def offer(limit: int = 50) -> int:
    with transaction():
        return waiting.offer_free(limit)


def free_a_seat() -> None:
    room("K1", 2)


def pass_on(who: UUID) -> bool:
    with transaction():
        return waiting.pass_on(who)


def leave(who: UUID) -> bool:
    with transaction():
        return waiting.leave(who)


def test_nobody_is_asked_while_the_course_is_full() -> None:
    heidi = join()
    assert offer() == 0
    assert (person(heidi).state, mails("seat_offered")) == ("waiting", [])


def test_a_freed_seat_is_kept_for_the_first_who_waits_and_she_is_told() -> None:
    heidi = join()
    with later(minutes=1):
        join("Peter")
    free_a_seat()
    assert (offer(), offer()) == (1, 0)
    assert (person(heidi).state, taken()) == ("offered", 2)
    [mail] = mails("seat_offered")
    assert mail.recipient == "heidi@example.org"


def test_a_cancelled_booking_frees_a_seat_for_who_waits() -> None:
    wanted = booked_again()
    join()
    with transaction():
        end.end(booking(wanted).id, "customer")
    assert offer() == 1


def booked_again():
    free_a_seat()
    return booked()


def test_walk_in_buyers_cannot_snatch_a_seat_before_it_is_offered() -> None:
    join()
    free_a_seat()
    assert (asked().problem, hold(line()), taken()) == ("full", "gone", 1)


def test_walk_in_buyers_find_it_full_while_it_is_offered() -> None:
    join()
    free_a_seat()
    offer()
    assert (asked().problem, hold(line()), taken()) == ("full", "gone", 2)


def test_seats_that_nobody_waits_for_are_for_everyone() -> None:
    join()
    room("K1", 3)
    offer()
    assert (asked().problem, hold(line()), taken()) == ("", "held", 3)


def test_an_accepted_seat_becomes_the_ordered_place() -> None:
    heidi = join()
    free_a_seat()
    offer()
    assert asked(waiting=str(heidi)).problem == ""
    wanted = line(waiting=str(heidi), first_name="Heidi", reduction="ermaessigt")
    assert (hold(wanted), taken(), person(heidi).state) == ("held", 2, "taken")
    assert pay(wanted) == "confirmed"
    kept = booking(wanted)
    assert (kept.id, kept.first_name, kept.reduction) == (person(heidi).booking_id, "Heidi", "ermaessigt")


def test_an_offer_can_be_taken_once() -> None:
    heidi = join()
    free_a_seat()
    offer()
    assert [hold(line(waiting=str(heidi))) for _ in range(2)] == ["held", "gone"]
    assert asked(waiting=str(heidi)).problem == "full"


def test_an_offer_for_one_course_opens_no_other() -> None:
    heidi = join()
    course("K2", seats=0)
    free_a_seat()
    offer()
    assert (asked("K2", waiting=str(heidi)).problem, hold(line("K2", waiting=str(heidi)))) == ("full", "gone")


def test_an_offer_ends_after_48_hours_and_goes_to_the_next() -> None:
    heidi = join()
    with later(minutes=1):
        peter = join("Peter")
    free_a_seat()
    offer()
    with later(hours=47):
        assert offer() == 0
        assert asked(waiting=str(heidi)).problem == ""
    with later(hours=49):
        assert asked(waiting=str(heidi)).problem == "full"
        assert hold(line(waiting=str(heidi))) == "gone"
        assert offer() == 1
        assert (person(heidi).state, person(peter).state, taken()) == ("passed", "offered", 2)


def test_an_offer_never_outlives_the_registration_deadline() -> None:
    heidi = join()
    change(register_until=date(2026, 11, 22))
    free_a_seat()
    offer()
    assert clock.local(person(heidi).offered_until).isoformat() == "2026-11-23T00:00:00+01:00"


def test_a_seat_passed_on_goes_to_the_next_and_only_once() -> None:
    heidi = join()
    with later(minutes=1):
        peter = join("Peter")
    free_a_seat()
    offer()
    assert (pass_on(heidi), pass_on(heidi), taken()) == (True, False, 1)
    assert (offer(), person(peter).state, taken()) == (1, "offered", 2)


def test_who_leaves_is_not_asked() -> None:
    heidi = join()
    assert (leave(heidi), leave(heidi)) == (True, False)
    free_a_seat()
    assert (offer(), person(heidi).state) == (0, "left")


def test_who_leaves_with_a_seat_kept_gives_it_back() -> None:
    heidi = join()
    free_a_seat()
    offer()
    assert (leave(heidi), taken(), person(heidi).state) == (True, 1, "left")


def test_an_ordered_seat_can_no_longer_be_passed_on() -> None:
    heidi = join()
    free_a_seat()
    offer()
    hold(line(waiting=str(heidi)))
    assert (pass_on(heidi), leave(heidi), taken()) == (False, False, 2)


def test_joining_twice_keeps_one_turn() -> None:
    heidi = join()
    before = person(heidi).joined_at
    with later(minutes=5):
        assert join(email="HEIDI@example.org") == heidi
    assert person(heidi).joined_at == before
    assert len(mails("waiting_joined")) == 1


def test_joining_again_after_leaving_means_the_end_of_the_line() -> None:
    heidi = join()
    leave(heidi)
    with later(minutes=1):
        peter = join("Peter")
    with later(minutes=2):
        assert join() == heidi
    assert (person(heidi).state, waiting.ahead_of(person(heidi)), waiting.ahead_of(person(peter))) == (
        "waiting",
        1,
        0,
    )


def test_joining_again_while_a_seat_is_kept_changes_nothing() -> None:
    heidi = join()
    free_a_seat()
    offer()
    join()
    assert (person(heidi).state, taken()) == ("offered", 2)


def test_who_has_got_a_place_does_not_wait_again_until_it_has_ended() -> None:
    heidi = join()
    free_a_seat()
    offer()
    wanted = line(waiting=str(heidi))
    hold(wanted), pay(wanted)
    join()
    assert person(heidi).state == "taken"
    with transaction():
        end.end(booking(wanted).id, "customer")
    with transaction(), pytest.raises(waiting.SeatFree):
        waiting.join("K1", "Heidi", "Koch", "heidi@example.org", "de")
    booked()
    join()
    assert person(heidi).state == "waiting"


def test_nobody_waits_for_a_course_with_free_seats() -> None:
    free_a_seat()
    with transaction(), pytest.raises(waiting.SeatFree):
        waiting.join("K1", "Heidi", "Koch", "heidi@example.org", "de")


@pytest.mark.parametrize("news", [{"cancelled_on": date(2026, 11, 1)}, {"published": False}])
def test_nobody_waits_for_a_closed_course(news: dict[str, object]) -> None:
    change(**news)
    with transaction(), pytest.raises(waiting.Closed):
        waiting.join("K1", "Heidi", "Koch", "heidi@example.org", "de")


def test_a_cancelled_course_asks_nobody() -> None:
    heidi = join()
    change(cancelled_on=date(2026, 11, 21))
    free_a_seat()
    assert (offer(), person(heidi).state) == (0, "waiting")


def test_an_adopted_place_lapses_like_any_other_when_it_is_not_paid() -> None:
    heidi = join()
    with later(minutes=1):
        peter = join("Peter")
    free_a_seat()
    offer()
    hold(line(waiting=str(heidi)), minutes=90)
    with later(hours=2):
        with transaction():
            assert sweep.lapse_overdue() == 1
        assert (offer(), person(peter).state) == (1, "offered")
    assert states() == ["confirmed", "held", "lapsed"]


def test_sweeping_leaves_offered_seats_to_the_waiting_list() -> None:
    join()
    free_a_seat()
    offer()
    with later(hours=49), transaction():
        assert sweep.lapse_overdue() == 0


def test_who_has_paid_is_served_before_those_who_wait() -> None:
    free_a_seat()
    wanted = line()
    hold(wanted)
    join()
    let_go(wanted)
    assert (pay(wanted), taken()) == ("confirmed", 2)


def test_a_place_held_again_stands_behind_those_who_wait() -> None:
    free_a_seat()
    wanted = line()
    hold(wanted)
    join()
    let_go(wanted)
    assert (hold(wanted), taken()) == ("gone", 1)


def test_who_waits_for_a_package_keeps_nobody_out_of_a_course_that_has_room() -> None:
    course("K2", seats=5)
    package("P1", "K1", "K2")
    join("Heidi", "P1")
    assert asked("K2").problem == ""
    assert hold(line("K2")) == "held"


def test_who_waits_for_a_package_that_is_closed_keeps_nobody_out_of_its_courses() -> None:
    course("K2", seats=5)
    package("P1", "K1", "K2")
    join("Heidi", "P1")
    change("P1", published=False)
    free_a_seat()
    assert (asked("K1").problem, hold(line("K1"))) == ("", "held")


def test_who_waits_for_a_package_is_asked_when_all_its_courses_have_a_seat() -> None:
    course("K2", seats=5)
    package("P1", "K1", "K2")
    heidi = join("Heidi", "P1")
    free_a_seat()
    assert asked("K1").problem == "full"
    assert (offer(), taken("K1"), taken("K2")) == (1, 2, 1)
    assert hold(line("P1", waiting=str(heidi))) == "held"


def test_a_package_cannot_snatch_a_seat_from_who_waits_for_its_course() -> None:
    course("K2", seats=5)
    package("P1", "K1", "K2")
    join()
    free_a_seat()
    assert (asked("P1").problem, hold(line("P1"))) == ("full", "gone")
    assert (taken("K1"), taken("K2")) == (1, 0)


def test_so_many_are_asked_at_a_time() -> None:
    for name in ("Heidi", "Peter", "Klara"):
        join(name)
    room("K1", 4)
    assert (offer(2), offer(2), offer(2)) == (2, 1, 0)


def test_the_link_opens_the_persons_page_and_no_other_link_does() -> None:
    heidi = join()
    with transaction():
        assert waiting.of_token(waiting.token(heidi)).id == heidi
        assert waiting.of_token("x" * 43) is None
    assert waiting.token(heidi) not in repr(vars(person(heidi)))
