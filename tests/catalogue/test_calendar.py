"""Dates as iCal: read back by another reader, right across daylight saving, with UIDs that stay (R1)."""

from datetime import UTC, date, datetime

from flask import Flask
from icalendar import Calendar, Event

from shop.catalogue.calendar import ics
from shop.centre.facts import set_facts
from shop.db import transaction
from tests.catalogue.shelf import course


def events(*offers: object, language: str = "de") -> list[Event]:
    calendar = Calendar.from_ical(ics(offers, language))  # type: ignore[arg-type]
    return [each for each in calendar.walk("VEVENT") if isinstance(each, Event)]


def test_every_session_is_an_event_in_the_shops_zone(app: Flask) -> None:
    first, second = events(course())
    assert first.start.isoformat() == "2027-01-13T18:30:00+01:00"
    assert second.end.isoformat() == "2027-01-20T20:00:00+01:00"
    assert str(first["summary"]) == "Spanisch von Anfang an"
    assert b"TZID:Europe/Berlin" in ics([course()])


def test_half_past_six_stays_half_past_six_when_the_clocks_change(app: Flask) -> None:
    days = ("2027-03-27", "2027-03-28", "2027-10-31")
    found = events(course(sessions=[[f"{day}T18:30", f"{day}T20:00"] for day in days]))
    starts = [each.start for each in found]
    assert [start.astimezone(UTC).hour for start in starts if isinstance(start, datetime)] == [17, 16, 17]


def test_uids_stay_when_a_session_moves(app: Flask) -> None:
    moved = [["2027-01-14T18:30", "2027-01-14T20:00"], ["2027-01-20T18:30", "2027-01-20T20:00"]]
    before, after = (
        [str(each["uid"]) for each in events(course(sessions=spans))] for spans in (moved, course().sessions)
    )
    assert before == after == ["27F-4012-1@localhost", "27F-4012-2@localhost"]


def test_a_course_without_times_is_a_whole_day(app: Flask) -> None:
    (event,) = events(course(sessions=[]))
    assert (event.start, event.end) == (date(2027, 1, 13), date(2027, 1, 14))
    assert events(course(sessions=[], starts_on=None)) == []


def test_a_packages_courses_stand_in_one_calendar(app: Flask) -> None:
    found = events(course("A1"), course("A2"))
    assert len({str(each["uid"]) for each in found}) == 4
    assert ics([course("A1"), course("A2")]).count(b"BEGIN:VCALENDAR") == 1


def test_a_cancelled_course_takes_its_dates_out_of_calendars(app: Flask) -> None:
    assert {str(each["status"]) for each in events(course(cancelled_on=date(2026, 12, 1)))} == {"CANCELLED"}
    assert {str(each["status"]) for each in events(course())} == {"CONFIRMED"}


def test_place_language_and_who_invites(app: Flask) -> None:
    with transaction():
        set_facts(name="Volkshochschule am See", email="service@example.org")
    (event, *_) = events(course(is_online=True), language="en")
    assert str(event["location"]) == "Webhaus, Raum 204, Volkshochschule am See / Online"
    assert str(event["summary"]) == "Spanish from scratch"
    assert str(event["organizer"]) == "mailto:service@example.org"
    assert str(event["url"]) == "http://localhost:8000/kurse/27F-4012"


def test_line_breaks_in_a_title_cannot_make_lines_of_their_own(app: Flask) -> None:
    text = ics([course(title={"de": "Kurs\r\nATTENDEE:mailto:otto@example.org"})]).decode()
    assert "\nATTENDEE" not in text
