"""Reading when a course takes place from the words of schema.org."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from shop.catalogue.imports.draft import MOST_SESSIONS, Refused, read_day, read_moment, read_sessions

Node = Mapping[str, Any]

_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(:00)?", re.ASCII)
_STEPS = {"P1D": 1, "Daily": 1, "P1W": 7, "P7D": 7, "Weekly": 7, "P2W": 14, "P14D": 14, "Biweekly": 14}


def when(instance: Node) -> dict[str, Any]:
    """Sessions from the single events, a weekly plan, or one span within a day; else the first day alone."""
    events = [each for each in list_of(instance.get("subEvent")) if isinstance(each, Mapping)]
    start, end = text_of(instance.get("startDate")), text_of(instance.get("endDate"))
    if events:
        spans = [_span(each) for each in events]
    elif plan := next((each for each in list_of(instance.get("courseSchedule")) if _is_plan(each)), None):
        spans = _planned(plan)
    elif "T" in start and "T" in end and start[:10] == end[:10]:
        spans = [_span(instance)]
    elif start:
        first = read_moment(start).date() if "T" in start else read_day(start)
        return {"starts_on": first}
    else:
        return {}
    return {"sessions": read_sessions(spans)}


def _span(event: Node) -> tuple[datetime, datetime]:
    return read_moment(text_of(event.get("startDate"))), read_moment(text_of(event.get("endDate")))


def _is_plan(plan: Any) -> bool:
    return isinstance(plan, Mapping) and {"startDate", "startTime", "endTime", "repeatCount"} <= plan.keys()


def _planned(plan: Node) -> list[tuple[datetime, datetime]]:
    count, step = text_of(plan["repeatCount"]), _STEPS.get(text_of(plan.get("repeatFrequency")))
    if not re.fullmatch("[0-9]{1,3}", count, re.ASCII) or int(count) > MOST_SESSIONS or step is None:
        raise Refused("the plan of sessions repeats in a way that is not understood")
    day = read_day(text_of(plan["startDate"])[:10])
    times = [_TIME.fullmatch(text_of(plan[key])) for key in ("startTime", "endTime")]
    if not all(times):
        raise Refused("the plan of sessions has no times like 18:30")
    start, end = (read_moment(f"{day}T{time[1]}:{time[2]}") for time in times if time)
    gaps = [timedelta(days=step * place) for place in range(int(count))]
    return [(start + gap, end + gap) for gap in gaps]


def text_of(value: Any) -> str:
    """A value, or the name of a thing, as text; empty when it is neither."""
    if isinstance(value, Mapping):
        value = value.get("@value") or value.get("name")
    return value.strip() if isinstance(value, str) else ""


def list_of(value: Any) -> list[Any]:
    """What may stand alone or in a list, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]
