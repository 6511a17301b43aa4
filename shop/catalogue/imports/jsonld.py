"""Reading a programme from schema.org JSON-LD: a file of it, or an HTML page that holds some."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

import nh3

from shop.catalogue.imports.draft import (
    MOST_SESSIONS,
    Draft,
    Refusal,
    Refused,
    name_only,
    read_category,
    read_cents,
    read_day,
    read_moment,
    read_number,
    read_sessions,
    read_text,
    shown,
    words,
)

COURSES = {"Course"}
EVENTS = {"CourseInstance", "EducationEvent", "Event"}
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(:00)?", re.ASCII)
_STEPS = {"P1D": 1, "Daily": 1, "P1W": 7, "P7D": 7, "Weekly": 7, "P2W": 14, "P14D": 14, "Biweekly": 14}

Node = Mapping[str, Any]


def rows(text: str) -> Iterator[Draft | Refusal]:
    """Every course as a draft or a refusal. Raises Refused when there is no JSON-LD to read."""
    blocks = [text] if text.lstrip()[:1] in ("{", "[") else _blocks(text)
    if not blocks:
        raise Refused("there is no JSON-LD in this file")
    for place, block in enumerate(blocks, start=1):
        where = f"block {place}" if len(blocks) > 1 else "course"
        try:
            found = list(_courses(_parsed(block)))
        except Refused as refused:
            yield Refusal(where, "", str(refused))
            continue
        for position, (course, instance) in enumerate(found, start=1):
            yield _row(f"{where} {position}", course, instance)


def _parsed(block: str) -> Any:
    def refuse(name: str) -> None:
        raise ValueError(f"{name} is no JSON")

    try:
        return json.loads(block, parse_float=str, parse_int=str, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Refused(f"this is no JSON: {error}") from None


class _Blocks(HTMLParser):
    """Collects what stands in `<script type="application/ld+json">`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = (dict(attrs).get("type") or "").strip().lower()
        if tag == "script" and kind == "application/ld+json":
            self.is_inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = False

    def handle_data(self, data: str) -> None:
        if self.is_inside:
            self.found[-1] += data


def _blocks(page: str) -> list[str]:
    parser = _Blocks()
    parser.feed(page)
    parser.close()
    return parser.found


def _courses(tree: Any) -> Iterator[tuple[Node, Node]]:
    """Every course with its instance; an event that is a course of its own is both."""
    for node in _nodes(tree):
        kinds = set(_list(node.get("@type")))
        instances = [each for each in _list(node.get("hasCourseInstance")) if isinstance(each, Mapping)]
        if kinds & COURSES and len(instances) < 2:
            yield node, instances[0] if instances else {}
        elif kinds & COURSES:
            for instance in instances:
                # Several runs of one course are told apart by numbers of their own, or not at all.
                yield {**node, "courseCode": None, "identifier": None, **_numbers(instance)}, instance
        elif kinds & EVENTS:
            yield node, node


def _nodes(tree: Any) -> Iterator[Node]:
    if isinstance(tree, list):
        for each in tree:
            yield from _nodes(each)
    elif isinstance(tree, Mapping):
        inside = [tree[key] for key in ("@graph", "itemListElement", "item") if key in tree]
        if inside:
            yield from _nodes(inside)
        else:
            yield tree


def _numbers(node: Node) -> dict[str, Any]:
    return {key: node[key] for key in ("courseCode", "identifier") if key in node}


def _row(where: str, course: Node, instance: Node) -> Draft | Refusal:
    number = ""
    try:
        number = read_number(_number_of(course))
        if "EventCancelled" in _text(instance.get("eventStatus")):
            raise Refused(f"it is cancelled there; cancel it here with: flask shop course cancel {number}")
        return Draft(where, number, _facts(course, instance))
    except Refused as refused:
        return Refusal(where, number, str(refused))


def _number_of(course: Node) -> str:
    for key in ("courseCode", "identifier"):
        for each in _list(course.get(key)):
            if text := _text(each.get("value") if isinstance(each, Mapping) else each):
                return text
    raise Refused("there is no course number (courseCode or identifier)")


def _facts(course: Node, instance: Node) -> dict[str, Any]:
    language = _text(instance.get("inLanguage") or course.get("inLanguage"))[:2]
    language = language if language in ("de", "en") else "de"
    both = {**course, **instance}
    facts: dict[str, Any] = {"title": words(read_text("title", _plain(course.get("name"))), language)}
    if about := read_text("description", _plain(course.get("description"))):
        facts["description"] = words(about, language)
    if offered := _price(both.get("offers")):
        facts["price_cents"] = offered
    if teacher := ", ".join(filter(None, (name_only(_named(each)) for each in _list(both.get("instructor"))))):
        facts["lecturer"] = teacher
    if about := _text(next(iter(_list(course.get("about"))), "")):
        facts["category"] = read_category(about)
    if seats := _text(both.get("maximumAttendeeCapacity")):
        facts["capacity"] = _seats(seats)
    return facts | _where(both) | _when(instance)


def _price(offers: Any) -> int | None:
    """The full price: the highest of all that are offered; reductions are not read."""
    found = []
    for each in _list(offers):
        if isinstance(each, Mapping) and (text := _text(each.get("price", each.get("highPrice")))):
            if _text(each.get("priceCurrency")) not in ("", "EUR"):
                raise Refused(f"the price is in {shown(each['priceCurrency'])}, not in EUR")
            found.append(read_cents(_two_places(text)))
    return max(found) if found else None


def _two_places(text: str) -> str:
    """`128.5` and `128.0` are JSON's way to write 128,50 and 128."""
    try:
        cents = Decimal(text) * 100 if re.fullmatch(r"[0-9]+\.[0-9]", text, re.ASCII) else None
    except InvalidOperation:
        return text
    return text if cents is None else f"{int(cents) // 100},{int(cents) % 100:02}"


def _where(both: Node) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    places = _list(both.get("location"))
    named = [_named(each) for each in places if not _is_virtual(each)]
    if place := next(filter(None, named), ""):
        facts["place"] = read_text("place", place)
    modes = {_text(mode).rpartition("/")[2].lower() for mode in _list(both.get("courseMode"))}
    modes |= {_text(both.get("eventAttendanceMode")).rpartition("/")[2].lower()}
    if modes & {"online", "blended", "onlineeventattendancemode", "mixedeventattendancemode"}:
        facts["is_online"] = True
    elif any(map(_is_virtual, places)):
        facts["is_online"] = True
    elif named:
        facts["is_online"] = False
    return facts


def _is_virtual(place: Any) -> bool:
    return isinstance(place, Mapping) and "VirtualLocation" in _list(place.get("@type"))


def _when(instance: Node) -> dict[str, Any]:
    """Sessions from the single events, a weekly plan, or one span within a day; else the first day alone."""
    events = [each for each in _list(instance.get("subEvent")) if isinstance(each, Mapping)]
    start, end = _text(instance.get("startDate")), _text(instance.get("endDate"))
    if events:
        spans = [_span(each) for each in events]
    elif plan := next((each for each in _list(instance.get("courseSchedule")) if _is_plan(each)), None):
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
    return read_moment(_text(event.get("startDate"))), read_moment(_text(event.get("endDate")))


def _is_plan(plan: Any) -> bool:
    return isinstance(plan, Mapping) and {"startDate", "startTime", "endTime", "repeatCount"} <= plan.keys()


def _planned(plan: Node) -> list[tuple[datetime, datetime]]:
    count, step = _text(plan["repeatCount"]), _STEPS.get(_text(plan.get("repeatFrequency")))
    if not re.fullmatch("[0-9]{1,3}", count, re.ASCII) or int(count) > MOST_SESSIONS or step is None:
        raise Refused("the plan of sessions repeats in a way that is not understood")
    day = read_day(_text(plan["startDate"])[:10])
    times = [_TIME.fullmatch(_text(plan[key])) for key in ("startTime", "endTime")]
    if not all(times):
        raise Refused("the plan of sessions has no times like 18:30")
    start, end = (read_moment(f"{day}T{time[1]}:{time[2]}") for time in times if time)
    gaps = [timedelta(days=step * place) for place in range(int(count))]
    return [(start + gap, end + gap) for gap in gaps]


def _seats(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text, re.ASCII):
        raise Refused(f"{shown(text)} is no number of seats")
    return int(text)


def _named(node: Any) -> str:
    """A person's or a place's name, and nothing else of it."""
    return _text(node.get("name")) if isinstance(node, Mapping) else _text(node)


def _plain(text: Any) -> str:
    """A text without the markup that websites put into descriptions; paragraphs stay."""
    broken = re.sub(r"(?i)</p\s*>|<br\s*/?>\s*<br\s*/?>", "\n\n", _text(text))
    broken = re.sub(r"(?i)<br\s*/?>|</(?:li|h[1-6]|div)\s*>", "\n", broken)
    return html.unescape(nh3.clean(broken, tags=set())) if "<" in broken or "&" in broken else broken


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("@value") or value.get("name")
    return value.strip() if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
