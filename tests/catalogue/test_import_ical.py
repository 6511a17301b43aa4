"""iCal: one course for each number, one session for each event, repetitions counted out (DOMAIN A3)."""

import pytest
from flask import Flask

from shop.catalogue.imports.draft import Draft, Refusal, Refused
from shop.catalogue.imports.ical import rows


def event(*lines: str, uid: str = "27F-4012@kurse.example.org", start: str = "20270113T183000") -> str:
    dates = f"DTSTART;TZID=Europe/Berlin:{start}\nDTEND;TZID=Europe/Berlin:{start[:8]}T200000"
    return "\n".join(("BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:Spanisch", dates, *lines, "END:VEVENT"))


def read(*events: str) -> list[Draft | Refusal]:
    text = "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *events, "END:VCALENDAR", ""))
    return list(rows(text.replace("\n", "\r\n")))


def starts(*events: str) -> list[str]:
    (row,) = read(*events)
    assert isinstance(row, Draft), row
    return [start for start, _ in row.facts["sessions"]]


def reason(*events: str) -> str:
    (row,) = read(*events)
    assert isinstance(row, Refusal), row
    return row.reason


def test_an_event_is_a_course_with_a_session(app: Flask) -> None:
    (row,) = read(
        event("LOCATION:Webhaus\\, Raum 204", "DESCRIPTION:Die ersten Abende", "CATEGORIES:Sprachen")
    )
    assert isinstance(row, Draft)
    assert (row.number, row.where) == ("27F-4012", "event 1")
    assert row.facts == {
        "title": {"de": "Spanisch"},
        "summary": {"de": "Die ersten Abende"},
        "place": "Webhaus, Raum 204",
        "is_online": False,
        "category": "sprachen",
        "sessions": [["2027-01-13T18:30", "2027-01-13T20:00"]],
    }


def test_people_in_a_calendar_are_not_taken_over(app: Flask) -> None:
    (row,) = read(event("ORGANIZER;CN=Max Muster:mailto:max@example.org", "ATTENDEE:mailto:erna@example.org"))
    assert "example.org" not in repr(row.facts if isinstance(row, Draft) else row)


def test_events_of_one_number_are_one_courses_sessions(app: Flask) -> None:
    numbered = [
        event("X-COURSE-NUMBER:27F-4012", uid=f"{day}@x", start=f"202701{day}T183000") for day in (20, 13)
    ]
    assert starts(*numbered) == ["2027-01-13T18:30", "2027-01-20T18:30"]


def test_a_rule_of_repetition_is_counted_out_across_summer_time(app: Flask) -> None:
    weekly = event("RRULE:FREQ=WEEKLY;COUNT=3", start="20270317T183000")
    assert starts(weekly) == ["2027-03-17T18:30", "2027-03-24T18:30", "2027-03-31T18:30"]


def test_a_rule_may_end_on_a_day_and_leave_days_out(app: Flask) -> None:
    weekly = event("RRULE:FREQ=WEEKLY;UNTIL=20270203T170000Z", "EXDATE;TZID=Europe/Berlin:20270120T183000")
    assert starts(weekly) == ["2027-01-13T18:30", "2027-01-27T18:30"]


def test_a_moved_and_a_cancelled_session_replace_the_planned_ones(app: Flask) -> None:
    weekly = event("RRULE:FREQ=WEEKLY;COUNT=3")
    moved = event("RECURRENCE-ID;TZID=Europe/Berlin:20270120T183000", start="20270121T183000")
    off = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20270127T183000", "STATUS:CANCELLED", start="20270127T183000"
    )
    assert starts(moved, weekly, off) == ["2027-01-13T18:30", "2027-01-21T18:30"]


def test_whole_days_tell_the_first_day_only(app: Flask) -> None:
    days = "BEGIN:VEVENT\nUID:A1@x\nSUMMARY:Brot\nDTSTART;VALUE=DATE:20270115\nEND:VEVENT"
    (row,) = read(days)
    assert isinstance(row, Draft)
    assert str(row.facts["starts_on"]) == "2027-01-15"


@pytest.mark.parametrize(
    ("place", "house", "online"), [("Online", "", True), ("Webhaus / Online", "Webhaus", True)]
)
def test_online_is_a_place_of_its_own(app: Flask, place: str, house: str, online: bool) -> None:
    (row,) = read(event(f"LOCATION:{place}"))
    assert isinstance(row, Draft)
    assert (row.facts["place"], row.facts["is_online"]) == (house, online)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["RRULE:FREQ=WEEKLY"], "without end"),
        (["RRULE:FREQ=SECONDLY;COUNT=5"], "not understood"),
        (["RRULE:FREQ=DAILY;COUNT=100000"], "more than 400"),
        (["STATUS:CANCELLED"], "course cancel 27F-4012"),
    ],
)
def test_what_cannot_be_taken_over_is_refused(app: Flask, lines: list[str], words: str) -> None:
    assert words in reason(event(*lines))


def test_an_event_without_a_number_is_refused_and_the_others_are_read(app: Flask) -> None:
    foreign = event(uid="6f1c2a9e-2f4b-4b6f-9d0e-1a2b3c4d5e6f@calendar.example.org")
    refused, kept = read(foreign, event())
    assert isinstance(refused, Refusal)
    assert "no course number" in refused.reason
    assert isinstance(kept, Draft)


def test_an_event_that_ends_before_it_begins_is_refused(app: Flask) -> None:
    assert "ends too early" in reason(event(start="20270113T210000"))


def test_an_event_without_a_start_is_refused(app: Flask) -> None:
    assert "no start" in reason("BEGIN:VEVENT\nUID:A1@x\nSUMMARY:Brot\nEND:VEVENT")


@pytest.mark.parametrize("text", ["", "Kurs", "BEGIN:VCALENDAR", "BEGIN:VEVENT\nEND:VCALENDAR", "\x00"])
def test_what_is_no_calendar_is_refused(app: Flask, text: str) -> None:
    with pytest.raises(Refused, match="no calendar"):
        list(rows(text))
