"""Reading the dates of a programme from iCal: one course for each number, one session for each event."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar, Event

from shop.catalogue.imports.draft import (
    LIMITS,
    MOST_SESSIONS,
    Draft,
    Refusal,
    Refused,
    local,
    read_category,
    read_number,
    read_sessions,
    read_text,
    shown,
    words,
)
from shop.centre.facts import centre

_REPEATS = {"DAILY", "WEEKLY", "MONTHLY"}


def rows(text: str) -> Iterator[Draft | Refusal]:
    """Every course as a draft or a refusal, in the file's order. Raises Refused when it is no calendar."""
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, IndexError) as error:
        raise Refused(f"this is no calendar: {error}") from None
    if not calendars or not all(isinstance(each, Calendar) for each in calendars):
        raise Refused("this is no calendar")
    courses: dict[str, list[tuple[str, Event]]] = {}
    components = (each for calendar in calendars for each in calendar.walk("VEVENT"))
    events = [each for each in components if isinstance(each, Event)]
    for place, event in enumerate(events, start=1):
        where = f"event {place}"
        try:
            courses.setdefault(_number_of(event), []).append((where, event))
        except Refused as refused:
            yield Refusal(where, "", str(refused))
    for number, found in courses.items():
        where = found[0][0]
        try:
            yield Draft(where, number, _facts(number, [event for _, event in found]))
        except Refused as refused:
            yield Refusal(where, number, str(refused))


def _number_of(event: Event) -> str:
    """X-COURSE-NUMBER, or what the UID has before its @."""
    if given := event.get("x-course-number"):
        return read_number(str(given))
    uid = str(event.get("uid", ""))
    try:
        return read_number(uid.partition("@")[0])
    except Refused:
        raise Refused(
            f"there is no course number: neither X-COURSE-NUMBER nor a UID like 27F-4012@…, but {shown(uid)}"
        ) from None


def _facts(number: str, events: list[Event]) -> dict[str, Any]:
    if all(_is_cancelled(event) for event in events):
        raise Refused(f"it is cancelled there; cancel it here with: flask shop course cancel {number}")
    first = events[0]
    facts: dict[str, Any] = {"title": words(read_text("title", str(first.get("summary", ""))))}
    if about := read_text("description", str(first.get("description", ""))):
        is_short = len(about) <= LIMITS["summary"] and "\n" not in about
        facts["summary" if is_short else "description"] = words(about)
    if places := [part.strip() for part in str(first.get("location", "")).split(" / ") if part.strip()]:
        houses = [place for place in places if place.lower() != "online"]
        house = houses[0].removesuffix(f", {centre().name}") if houses else ""
        facts |= {"place": read_text("place", house), "is_online": len(houses) < len(places)}
    if parts := [str(each) for each in getattr(first.get("categories"), "cats", [])]:
        facts["category"] = read_category(parts[0])
    return facts | _when(events)


def _when(events: list[Event]) -> dict[str, Any]:
    days = [day for event in events if (day := _start(event)) and not isinstance(day, datetime)]
    if len(days) == len(events):
        return {"starts_on": min(days)}
    spans: dict[datetime, tuple[datetime, datetime]] = {}
    for event in sorted(events, key=lambda event: "recurrence-id" in event):
        start, length = _start_and_length(event)
        if moved := event.get("recurrence-id"):
            spans.pop(local(moved.dt), None)
        if not _is_cancelled(event):
            spans |= {each: (each, each + length) for each in _repeats(event, start)}
    return {"sessions": read_sessions(list(spans.values()))}


def _start_and_length(event: Event) -> tuple[datetime, timedelta]:
    if _start(event) is None:
        raise Refused("an event has no start")
    try:
        start, end = event.start, event.end
    except ValueError as error:
        raise Refused(f"an event's times cannot be read: {error}") from None
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        raise Refused("some events of this course have times, others only days")
    return local(start), local(end) - local(start)


def _repeats(event: Event, start: datetime) -> list[datetime]:
    """All local starts of an event with its rule of repetition and its exceptions."""
    rule = event.get("rrule")
    if rule is None:
        return [start]
    left_out = {local(each.dt) for dates in _list(event.get("exdate")) for each in dates.dts}
    found = islice(rrulestr(_bounded(rule), dtstart=start), MOST_SESSIONS + 1)
    return [each for each in found if each not in left_out]


def _bounded(rule: Mapping[str, Any]) -> str:
    """A rule that ends, its end on the shop's wall clock. Raises Refused for one that does not."""
    if isinstance(rule, list) or not {str(each) for each in rule.get("FREQ", [])} <= _REPEATS:
        raise Refused("an event repeats in a way that is not understood")
    if "COUNT" not in rule and "UNTIL" not in rule:
        raise Refused("an event repeats without end")
    parts = [part for part in rule.to_ical().decode().split(";") if not part.startswith("UNTIL=")]  # type: ignore[attr-defined]
    for until in rule.get("UNTIL", []):
        last = local(until) if isinstance(until, datetime) else datetime.combine(until, datetime.max.time())
        parts.append(f"UNTIL={last:%Y%m%dT%H%M%S}")
    return ";".join(parts)


def _start(event: Event) -> date | None:
    """The day or moment at which an event begins; None when it does not say, or not readably."""
    found = getattr(event.get("dtstart"), "dt", None)
    return found if isinstance(found, date) else None


def _is_cancelled(event: Event) -> bool:
    return str(event.get("status", "")).upper() == "CANCELLED"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
