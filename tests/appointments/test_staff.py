"""What staff do with appointments by command, and what those who have booked hear of it (DOMAIN W10, R8)."""

import re

import pytest
from click.testing import Result
from flask import Flask
from icalendar import Calendar

from shop.catalogue.models import Offer, Seats
from shop.clerk.letters import LETTERS
from shop.db import db
from shop.outbox.letter import Letter
from shop.outbox.models import Message
from shop.people.models import User
from tests.account.cast import queued
from tests.appointments.visits import bookings, left_on_card, offer, press
from tests.shopfloor import course
from tests.web.guest import Guest

MOVED = ("move", "T1", "--day", "2026-11-30", "--from", "19:00", "--to", "20:30")


def run(shop: Flask, *words: str, group: str = "appointment", answer: str = "") -> Result:
    """`flask shop appointment …`."""
    given = shop.test_cli_runner().invoke(args=["shop", group, *words], input=answer)
    with shop.app_context():
        db.session.remove()
    return given


def kept(shop: Flask, number: str) -> Offer:
    """An appointment as it stands."""
    with shop.app_context():
        found = db.session.get_one(Offer, number)
        db.session.expunge(found)
        db.session.remove()
    return found


def letters(shop: Flask, kind: str) -> list[Letter]:
    """The letters of a kind that wait, written."""
    with shop.app_context():
        rows = db.session.scalars(db.select(Message).where(Message.kind == kind)).all()
        written = [LETTERS[kind](row) for row in rows]
        db.session.remove()
    return written


@pytest.fixture(autouse=True)
def lesson(shop: Flask) -> None:
    """T1 on Saturday, 28 November, 18 to 19 o'clock."""
    offer(shop, "T1", place="Webhaus")


def test_one_is_added_with_all_that_is_said(shop: Flask) -> None:
    more = ("--class", "gruppe", "--resource", "haus", "--seats", "4", "--place", "Webhaus", "--number", "t7")
    when = ("--day", "2026-12-01", "--from", "18:00", "--to", "19:30")
    given = run(shop, "add", "Töpfern", *when, *more)
    assert given.exit_code == 0, given.output
    assert "Tue 2026-12-01 18:00-19:30" in given.output
    made = kept(shop, "T7")
    assert (made.title, made.class_key, made.place) == ({"de": "Töpfern"}, "gruppe", "Webhaus")
    with shop.app_context():
        assert db.session.get_one(Seats, "T7").capacity == 4
        db.session.remove()


def test_a_series_is_added_week_by_week(shop: Flask) -> None:
    when = ("--day", "2026-12-01", "--from", "18:00", "--to", "19:30", "--weeks", "3")
    given = run(shop, "add", "Yoga", *when, "--class", "gruppe", "--resource", "haus", "--number", "Y")
    assert re.findall(r"^(Y-\d) +\w+ (\S+)", given.output, re.MULTILINE) == [
        ("Y-1", "2026-12-01"),
        ("Y-2", "2026-12-08"),
        ("Y-3", "2026-12-15"),
    ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--from", "18:00", "--to", "17:00"), "it ends before it begins"),
        (("--from", "18:00", "--to", "19:00", "--class", "none"), "there is no such appointment class: none"),
        (("--from", "18:00", "--to", "19:00"), "there is no such appointment class: none is named"),
        (("--from", "18:00", "--to", "19:00", "--weeks", "0"), "a series has 1 to 60 weeks: 0"),
    ],
)
def test_what_cannot_be_added_is_refused_with_its_reason(
    shop: Flask, words: tuple[str, ...], why: str
) -> None:
    given = run(shop, "add", "Töpfern", "--day", "2026-12-01", *words)
    assert given.exit_code == 1
    assert f"Nothing was added: {why}" in given.output


def test_whoever_has_booked_is_told_of_a_move_with_a_new_calendar_file(shop: Flask, erna: Guest) -> None:
    press(erna)
    given = run(shop, *MOVED, "--place", "Musikschule")
    assert given.exit_code == 0, given.output
    assert "1 people are told" in given.output
    (letter,) = letters(shop, "appointment_moved")
    assert letter.to == "erna@example.org"
    assert letter.subject == "Verschoben: Töpfern T1"
    for said in ("30. November 2026, 19:00–20:30 Uhr", "Musikschule", "Das kostet nichts"):
        assert said in letter.text
    assert "Bisher war es: 28. November 2026, 18:00–19:00 Uhr, Webhaus." in letter.text
    assert "/termine/T1" in letter.text
    (paper,) = letter.attachments
    (event,) = Calendar.from_ical(paper.data).walk("VEVENT")
    assert event["dtstart"].dt.isoformat() == "2026-11-30T19:00:00+01:00"


def test_a_move_is_told_in_the_language_of_the_account(shop: Flask, erna: Guest) -> None:
    press(erna)
    with shop.app_context():
        db.session.scalars(db.select(User).where(User.username == "erna")).one().language = "en"
        db.session.commit()
        db.session.remove()
    run(shop, *MOVED)
    with shop.app_context():
        assert (
            db.session.scalars(db.select(Message.facts).where(Message.kind == "appointment_moved")).one()[
                "language"
            ]
            == "en"
        )
        db.session.remove()


def test_moving_twice_tells_twice_and_moving_nowhere_tells_nobody(shop: Flask, erna: Guest) -> None:
    press(erna)
    run(shop, *MOVED)
    run(shop, *MOVED)
    assert len(letters(shop, "appointment_moved")) == 1
    assert "0 people" in run(shop, *MOVED).output


def test_who_has_not_booked_or_has_cancelled_is_not_told(shop: Flask) -> None:
    assert run(shop, *MOVED).exit_code == 0
    assert letters(shop, "appointment_moved") == []


def test_what_cannot_be_moved_is_refused_with_its_reason(shop: Flask, erna: Guest) -> None:
    press(erna)
    given = run(shop, "move", "T9", *MOVED[2:])
    assert "Nothing was moved: there is no such appointment: T9" in given.output
    given = run(shop, "move", "T1", "--day", "2026-11-30", "--from", "19:00", "--to", "18:00")
    assert (given.exit_code, "it ends before it begins" in given.output) == (1, True)
    assert letters(shop, "appointment_moved") == []


def test_calling_one_off_brings_everything_back_and_tells(shop: Flask, erna: Guest) -> None:
    press(erna)
    given = run(shop, "cancel", "T1", answer="y\n")
    assert given.exit_code == 0, given.output
    assert "1 bookings to cancel (25\u00a0€)" in given.output
    assert "1 bookings cancelled, 25\u00a0€ go back." in given.output
    assert bookings(shop) == ["cancelled"]
    assert ("booking_cancelled", "erna@example.org") in queued(shop)
    assert "Dieser Termin fällt aus." in erna.get("/termine/T1").text
    assert "Danach noch buchbar 75 €" in left_on_card(shop, erna)


def test_only_appointments_are_called_off_here(shop: Flask) -> None:
    given = run(shop, "cancel", "G1000", "--yes")
    assert (given.exit_code, "There is no appointment G1000." in given.output) == (1, True)


def test_the_list_says_when_and_how_many_are_free(shop: Flask, erna: Guest) -> None:
    press(erna)
    assert re.search(
        r"T1 +Sat 2026-11-28 18:00-19:00 gruppe +open +7 free +Töpfern T1", run(shop, "list").output
    )
    assert "T1" not in run(shop, "list", "--class", "einzel").output
    assert "T1" not in run(shop, "list", "--days", "7").output


def test_an_appointment_is_given_another_class_and_resource(shop: Flask) -> None:
    given = run(shop, "class", "T1", "--class", "einzel")
    assert (given.exit_code, given.output) == (0, "T1: class einzel, resource haus.\n")
    assert run(shop, "class", "T1", "--resource", "eigen").exit_code == 0
    assert (kept(shop, "T1").class_key, kept(shop, "T1").resource_key) == ("einzel", "eigen")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("T1", "--class", "none"), "there is no such appointment class: none (there are gruppe, einzel)"),
        (("T1", "--resource", ""), "there is no such resource class: none is named (there are haus, eigen)"),
        (("G1000", "--class", "einzel"), "there is no such appointment: G1000"),
    ],
)
def test_a_class_that_an_appointment_cannot_have_is_refused(
    shop: Flask, words: tuple[str, ...], why: str
) -> None:
    given = run(shop, "class", *words)
    assert (given.exit_code, why in given.output) == (1, True), given.output
    assert (kept(shop, "T1").class_key, kept(shop, "T1").resource_key) == ("gruppe", "haus")


def test_a_course_is_given_a_class(shop: Flask) -> None:
    with shop.app_context():
        course("K1")
        db.session.remove()
    assert run(shop, "class", "K1", "einzel", group="offer").exit_code == 0
    assert kept(shop, "K1").class_key == "einzel"
    for words, why in (
        (("K1", "none"), "There is no appointment class none, only gruppe, einzel."),
        (("G1000", "einzel"), "There is no course or package G1000."),
        (("T1", "einzel"), "There is no course or package T1."),
    ):
        given = run(shop, "class", *words, group="offer")
        assert (given.exit_code, why in given.output) == (1, True)
    assert kept(shop, "K1").class_key == "einzel"
