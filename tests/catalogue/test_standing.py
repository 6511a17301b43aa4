"""Whether an offer can be booked: dates to the minute, and the order in which reasons are told (R1)."""

from dataclasses import dataclass, field
from datetime import date, datetime

import pytest

from shop.catalogue.standing import Standing, begins, is_late, standing


@dataclass
class Course:
    starts_on: date | None = date(2027, 1, 13)
    register_until: date | None = None
    sessions: list[list[str]] = field(default_factory=lambda: [["2027-01-13T18:30", "2027-01-13T20:00"]])


@pytest.mark.parametrize(
    ("course", "now", "late"),
    [
        (Course(), "2027-01-13T18:29", False),
        (Course(), "2027-01-13T18:30", True),
        (Course(sessions=[]), "2027-01-12T23:59", False),
        (Course(sessions=[]), "2027-01-13T00:00", True),
        (Course(register_until=date(2027, 1, 10)), "2027-01-10T23:59", False),
        (Course(register_until=date(2027, 1, 10)), "2027-01-11T00:00", True),
        (Course(register_until=date(2027, 1, 20)), "2027-01-20T23:59", False),  # may be joined late
        (Course(starts_on=None, sessions=[]), "2099-01-01T00:00", False),
    ],
)
def test_registration_is_over_after_its_last_day_or_when_the_course_begins(
    course: Course, now: str, late: bool
) -> None:
    assert is_late(course, datetime.fromisoformat(now)) is late


def test_a_course_begins_with_its_first_session() -> None:
    assert begins(Course()) == datetime(2027, 1, 13, 18, 30)
    assert begins(Course(sessions=[])) == datetime(2027, 1, 13)
    assert begins(Course(starts_on=None, sessions=[])) is None


def test_the_first_reason_that_applies_is_told() -> None:
    assert standing(cancelled=True, late=True, free=0) is Standing.CANCELLED
    assert standing(cancelled=False, late=True, free=0) is Standing.CLOSED
    assert standing(cancelled=False, late=False, free=0) is Standing.FULL
    assert standing(cancelled=False, late=False, free=1) is Standing.FEW
    assert standing(cancelled=False, late=False, free=4) is Standing.OPEN
    assert standing(cancelled=False, late=False, free=None) is Standing.OPEN


def test_only_open_offers_can_be_booked() -> None:
    assert [each for each in Standing if each.is_bookable] == [Standing.FEW, Standing.OPEN]
