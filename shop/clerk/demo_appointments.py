"""The invented centre's appointments: two weeks of pottery, music and movement, counted from tomorrow (W10)."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from shop.catalogue import appointments
from shop.clerk.demo_courses import FOLDER, WEEKDAYS

FIRST_NUMBER = 101
WEEKS = 2


def add_appointments(today: date) -> None:
    """Put two weeks of appointments into the open transaction, in the order of time."""
    facts = tomllib.loads((FOLDER / "appointments.toml").read_text(encoding="utf-8"))["appointment"]
    ordered = sorted(_wanted(facts, today), key=lambda each: each[0])
    for number, (start, each, falls_out) in enumerate(ordered, start=FIRST_NUMBER):
        wanted = appointments.NewAppointment(
            number=f"T{number}",
            title=each["title"],
            summary=each["summary"],
            description=_stripped(each.get("description", {})),
            class_key=each["class"],
            resource_key=each["resource"],
            start=start,
            end=start + timedelta(minutes=each["minutes"]),
            place=each["place"],
            lecturer=each.get("lecturer", ""),
            seats=each["seats"],
        )
        made = appointments.add(wanted)
        made.cancelled_on = today if falls_out else None


def _wanted(
    facts: list[Mapping[str, Any]], today: date
) -> Iterator[tuple[datetime, Mapping[str, Any], bool]]:
    """When each begins, what it is, and whether it falls out."""
    for each in facts:
        for on in each["on"]:
            weekday, clock_time = on.split()
            for week in range(WEEKS):
                day = _next(today + timedelta(days=1), weekday) + timedelta(weeks=week)
                falls_out = each.get("falls_out") == f"{week + 1} {on}"
                yield datetime.combine(day, time.fromisoformat(clock_time)), each, falls_out


def _next(day: date, weekday: str) -> date:
    """The first day from this one on that has a name: `mon`."""
    return day + timedelta(days=(WEEKDAYS.index(weekday) - day.weekday()) % 7)


def _stripped(words: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in words.items()}
