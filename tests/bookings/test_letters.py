"""What the letters about places say, and what is attached (DOMAIN R9, QUALITY I12)."""

import icalendar
import pytest
from flask import Flask

from shop import clock
from shop.bookings import tell
from shop.clerk.letters import LETTERS
from shop.db import transaction
from shop.outbox.letter import Letter
from tests.bookings.school import NOON, booked, booking, course, hold, line, mails, package, pay
from tests.shopfloor import open_shop


@pytest.fixture(autouse=True)
def school(app: Flask):
    with clock.stopped_at(NOON):
        open_shop()
        course("K1")
        yield


def sent(kind: str) -> Letter:
    [mail] = mails(kind)
    return LETTERS[kind](mail)


def test_a_participant_hears_what_when_where_and_who_booked() -> None:
    booked()
    mail = sent("booking_confirmed")
    assert (mail.to, mail.subject) == ("erna@example.org", "Ihr Platz: Italienisch K1")
    for text in (
        "Guten Tag Erna Müller,",
        "Otto Weber hat für Sie einen Platz gebucht.",
        "Italienisch K1 (K1)",
        "11. Januar 2027, 18:30–20:00 Uhr",
        "Haus am See, Raum 2",
    ):
        assert text in mail.text
        assert text in mail.html


def test_the_proof_of_a_reduction_is_asked_for() -> None:
    wanted = line(reduction="ermaessigt")
    hold(wanted), pay(wanted)
    assert "Bitte bringen Sie den Nachweis mit: Ausweis am ersten Abend." in sent("booking_confirmed").text


def test_the_dates_are_attached_for_a_calendar() -> None:
    booked()
    [file] = sent("booking_confirmed").attachments
    assert (file.name, file.media_type) == ("kurs-K1.ics", "text/calendar")
    events = icalendar.Calendar.from_ical(file.made().data).walk("VEVENT")
    assert [event["DTSTART"].dt.isoformat() for event in events] == [
        "2027-01-11T18:30:00+01:00",
        "2027-01-18T18:30:00+01:00",
    ]


def test_a_package_brings_the_dates_of_all_its_courses() -> None:
    course("K2")
    package("P1", "K1", "K2", title={"de": "Italienisch ganz"})
    booked("P1")
    mail = sent("booking_confirmed")
    assert "Im Paket: Italienisch K2" in mail.text
    assert len(icalendar.Calendar.from_ical(mail.attachments[0].made().data).walk("VEVENT")) == 4


def test_a_cancelled_course_is_told() -> None:
    kept = booking(booked())
    with transaction():
        tell.course_cancelled(kept, recipient=kept.email, language="de", reference="B1")
    mail = sent("course_cancelled")
    assert mail.subject == "Fällt aus: Italienisch K1"
    assert "wir müssen diesen Kurs absagen" in mail.text


def test_letters_are_in_the_language_of_the_order() -> None:
    with transaction():
        tell.course_cancelled(booking(booked()), recipient="erna@example.org", language="en", reference="B1")
    assert "Italian K1" in sent("course_cancelled").text


def test_no_letter_has_empty_gaps(app: Flask) -> None:
    booked()
    mail = sent("booking_confirmed")
    assert "\n\n\n\n" not in mail.text
