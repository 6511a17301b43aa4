"""Reading a programme from schema.org JSON-LD: a file of it, or an HTML page that holds some."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

import nh3

from shop.catalogue.imports.draft import (
    Draft,
    Refusal,
    Refused,
    name_only,
    read_category,
    read_cents,
    read_number,
    read_text,
    shown,
    words,
)
from shop.catalogue.imports.jsonld_dates import Node, list_of, text_of, when

COURSES = {"Course"}
EVENTS = {"CourseInstance", "EducationEvent", "Event"}
ONLINE = {"online", "blended", "onlineeventattendancemode", "mixedeventattendancemode"}


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
        except RecursionError:
            yield Refusal(where, "", "it is nested too deeply")
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
        kinds = set(list_of(node.get("@type")))
        instances = [each for each in list_of(node.get("hasCourseInstance")) if isinstance(each, Mapping)]
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
        if "EventCancelled" in text_of(instance.get("eventStatus")):
            raise Refused(f"it is cancelled there; cancel it here with: flask shop course cancel {number}")
        return Draft(where, number, _facts(course, instance))
    except Refused as refused:
        return Refusal(where, number, str(refused))


def _number_of(course: Node) -> str:
    for key in ("courseCode", "identifier"):
        for each in list_of(course.get(key)):
            if text := text_of(each.get("value") if isinstance(each, Mapping) else each):
                return text
    raise Refused("there is no course number (courseCode or identifier)")


def _facts(course: Node, instance: Node) -> dict[str, Any]:
    language = text_of(instance.get("inLanguage") or course.get("inLanguage"))[:2]
    language = language if language in ("de", "en") else "de"
    both = {**course, **instance}
    facts: dict[str, Any] = {"title": words(read_text("title", _plain(course.get("name"))), language)}
    for field, key in (("summary", "abstract"), ("description", "description")):
        if text := read_text(field, _plain(course.get(key))):
            facts[field] = words(text, language)
    if (offered := _price(both.get("offers"))) is not None:
        facts["price_cents"] = offered
    if teacher := ", ".join(
        filter(None, (name_only(_named(each)) for each in list_of(both.get("instructor"))))
    ):
        facts["lecturer"] = teacher
    if about := text_of(next(iter(list_of(course.get("about"))), "")):
        facts["category"] = read_category(about)
    if seats := text_of(both.get("maximumAttendeeCapacity")):
        facts["capacity"] = _seats(seats)
    return facts | _where(both) | when(instance)


def _price(offers: Any) -> int | None:
    """The full price: the highest of all that are offered; reductions are not read."""
    found = []
    for each in list_of(offers):
        if isinstance(each, Mapping) and (text := text_of(each.get("price", each.get("highPrice")))):
            if text_of(each.get("priceCurrency")) not in ("", "EUR"):
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
    places = list_of(both.get("location"))
    named = [_named(each) for each in places if not _is_virtual(each)]
    if place := next(filter(None, named), ""):
        facts["place"] = read_text("place", place)
    modes = {text_of(mode).rpartition("/")[2].lower() for mode in list_of(both.get("courseMode"))}
    modes |= {text_of(both.get("eventAttendanceMode")).rpartition("/")[2].lower()}
    if modes & ONLINE or any(map(_is_virtual, places)):
        facts["is_online"] = True
    elif named:
        facts["is_online"] = False
    return facts


def _is_virtual(place: Any) -> bool:
    return isinstance(place, Mapping) and "VirtualLocation" in list_of(place.get("@type"))


def _seats(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text, re.ASCII):
        raise Refused(f"{shown(text)} is no number of seats")
    return int(text)


def _named(node: Any) -> str:
    """A person's or a place's name, and nothing else of it."""
    return text_of(node.get("name")) if isinstance(node, Mapping) else text_of(node)


def _plain(text: Any) -> str:
    """A text without the markup that websites put into descriptions; paragraphs stay."""
    broken = re.sub(r"(?i)</p\s*>|<br\s*/?>\s*<br\s*/?>", "\n\n", text_of(text))
    broken = re.sub(r"(?i)<br\s*/?>|</(?:li|h[1-6]|div)\s*>", "\n", broken)
    return html.unescape(nh3.clean(broken, tags=set())) if "<" in broken or "&" in broken else broken
