"""schema.org JSON-LD: from a file, from a page, in the shapes that websites give it (DOMAIN A3)."""

import json
from typing import Any

import pytest
from flask import Flask

from shop.catalogue.imports.draft import Draft, Refusal, Refused
from shop.catalogue.imports.jsonld import rows

INSTANCE = {
    "@type": "CourseInstance",
    "courseMode": "Onsite",
    "startDate": "2027-01-13T18:30:00+01:00",
    "endDate": "2027-01-13T20:00:00+01:00",
    "location": {"@type": "Place", "name": "Webhaus, Raum 204"},
    "instructor": {
        "@type": "Person",
        "name": "Lucía Ferrer",
        "email": "lucia@example.org",
        "telephone": "0171 1234567",
        "birthDate": "1970-01-01",
    },
}
COURSE = {
    "@context": "https://schema.org",
    "@type": "Course",
    "courseCode": "27F-4012",
    "name": "Spanisch von Anfang an",
    "description": "<p>Sie brauchen <b>keine</b> Vorkenntnisse.</p><p>Nur Lust &amp; Zeit.</p><script>x()</script>",
    "offers": [{"@type": "Offer", "price": 64.5, "priceCurrency": "EUR"}, {"price": "128.00"}],
    "hasCourseInstance": INSTANCE,
}


def read(*nodes: object) -> list[Draft | Refusal]:
    return list(rows(json.dumps(nodes[0] if len(nodes) == 1 else list(nodes))))


def facts(**changes: Any) -> dict[str, Any]:
    (row,) = read(COURSE | changes)
    assert isinstance(row, Draft), row
    return dict(row.facts)


def instance(**changes: Any) -> dict[str, Any]:
    return facts(hasCourseInstance=INSTANCE | changes)


def reason(**changes: Any) -> str:
    (row,) = read(COURSE | changes)
    assert isinstance(row, Refusal), row
    return row.reason


def test_a_course_is_read_whole(app: Flask) -> None:
    assert facts() == {
        "title": {"de": "Spanisch von Anfang an"},
        "description": {"de": "Sie brauchen keine Vorkenntnisse.\n\nNur Lust & Zeit."},
        "price_cents": 128_00,
        "lecturer": "Lucía Ferrer",
        "place": "Webhaus, Raum 204",
        "is_online": False,
        "sessions": [["2027-01-13T18:30", "2027-01-13T20:00"]],
    }


def test_nothing_personal_but_the_name_is_taken_over(app: Flask) -> None:
    assert not any(word in repr(facts()) for word in ("example.org", "0171", "1970"))


@pytest.mark.parametrize(
    "tree",
    [
        COURSE,
        [COURSE],
        {"@graph": [{"@type": "WebSite"}, COURSE]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": COURSE}]},
        COURSE | {"@type": ["Course", "Product"]},
        {key: value for key, value in COURSE.items() if key != "courseCode"}
        | {"identifier": {"@type": "PropertyValue", "value": "27f-4012"}},
        {"@type": "EducationEvent", "identifier": "27F-4012", "name": "Spanisch", **INSTANCE}
        | {"@type": "Event"},
    ],
)
def test_courses_are_found_wherever_they_stand(app: Flask, tree: object) -> None:
    (row,) = read(tree)
    assert isinstance(row, Draft)
    assert row.number == "27F-4012"


def test_a_page_may_hold_several_blocks_and_a_broken_one(app: Flask) -> None:
    courses = (json.dumps(COURSE | {"courseCode": f"27F-{number}"}) for number in (4012, 4013))
    first, second = (course.replace("<", "\\u003c") for course in courses)
    scripts = (f"<script type='application/ld+json'>{block}</script>" for block in (first, "{broken", second))
    found = list(rows(f"<!doctype html><title>x</title>{'<script>var x</script>'.join(scripts)}"))
    assert [row.number for row in found] == ["27F-4012", "", "27F-4013"]
    assert [type(row) for row in found] == [Draft, Refusal, Draft]


@pytest.mark.parametrize("text", ["", "<html></html>", "Kurs"])
def test_a_file_without_json_ld_is_refused(app: Flask, text: str) -> None:
    with pytest.raises(Refused, match="no JSON-LD"):
        list(rows(text))


@pytest.mark.parametrize("text", ["{", "[NaN]", "[" * 100_000])
def test_what_is_no_json_is_refused(app: Flask, text: str) -> None:
    (row,) = rows(text)
    assert isinstance(row, Refusal)


def test_deep_nesting_breaks_nothing(app: Flask) -> None:
    assert all(isinstance(row, Refusal) for row in rows("[" * 900 + "]" * 900))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"courseCode": None}, "no course number"),
        ({"courseCode": "https://example.org/kurs/1"}, "is no course number"),
        ({"offers": {"price": "1e3"}}, "is no amount"),
        ({"offers": {"price": -5}}, "is no amount"),
        ({"offers": {"price": "10.00", "priceCurrency": "USD"}}, "not in EUR"),
        ({"hasCourseInstance": INSTANCE | {"startDate": "13.1.27"}}, "is no day"),
        (
            {"hasCourseInstance": INSTANCE | {"eventStatus": "https://schema.org/EventCancelled"}},
            "course cancel",
        ),
        ({"maximumAttendeeCapacity": "viele"}, "is no number of seats"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    app: Flask, changes: dict[str, Any], words: str
) -> None:
    assert words in reason(**changes)


@pytest.mark.parametrize(
    ("price", "cents"), [(128, 128_00), (64.5, 64_50), ("64.5", 64_50), ("0", 0), ("12,50", 12_50)]
)
def test_prices_are_read_as_json_writes_them(app: Flask, price: object, cents: int) -> None:
    assert facts(offers={"price": price})["price_cents"] == cents


def test_runs_of_one_course_are_told_apart_by_numbers_of_their_own(app: Flask) -> None:
    runs = [INSTANCE | {"identifier": number} for number in ("27F-4012", "27H-4012")]
    assert [row.number for row in read(COURSE | {"hasCourseInstance": runs})] == ["27F-4012", "27H-4012"]
    nameless = read(COURSE | {"hasCourseInstance": [INSTANCE, INSTANCE]})
    assert [type(row) for row in nameless] == [Refusal, Refusal]


def test_single_events_are_sessions(app: Flask) -> None:
    events = [{"startDate": f"2027-01-{day}T18:30", "endDate": f"2027-01-{day}T20:00"} for day in (20, 13)]
    assert [start for start, _ in instance(subEvent=events)["sessions"]] == [
        "2027-01-13T18:30",
        "2027-01-20T18:30",
    ]


def test_a_weekly_plan_becomes_sessions(app: Flask) -> None:
    plan = {
        "@type": "Schedule",
        "startDate": "2027-03-24",
        "startTime": "18:30",
        "endTime": "20:00",
        "repeatFrequency": "P1W",
        "repeatCount": 2,
    }
    assert instance(courseSchedule=plan)["sessions"] == [
        ["2027-03-24T18:30", "2027-03-24T20:00"],
        ["2027-03-31T18:30", "2027-03-31T20:00"],  # summer time since Sunday
    ]


def test_a_span_of_weeks_tells_the_first_day_only(app: Flask) -> None:
    found = instance(endDate="2027-03-17T20:00:00+01:00")
    assert "sessions" not in found
    assert str(found["starts_on"]) == "2027-01-13"


def test_another_zone_is_put_on_the_shops_clock(app: Flask) -> None:
    found = instance(startDate="2027-07-13T16:30:00Z", endDate="2027-07-13T18:00:00Z")
    assert found["sessions"] == [["2027-07-13T18:30", "2027-07-13T20:00"]]


@pytest.mark.parametrize(
    ("changes", "online"),
    [
        ({"courseMode": "Online", "location": None}, True),
        ({"courseMode": "https://schema.org/Blended"}, True),
        ({"courseMode": None, "location": {"@type": "VirtualLocation", "url": "https://x.example"}}, True),
        ({"courseMode": None}, False),
    ],
)
def test_online_is_told_in_several_ways(app: Flask, changes: dict[str, Any], online: bool) -> None:
    assert instance(**changes)["is_online"] is online
