"""schema.org: what a search engine is told about a course (DOMAIN R1)."""

from datetime import date

import pytest
from flask import Flask

from shop.catalogue.standing import Standing
from shop.catalogue.structured import course_data
from shop.centre.facts import set_facts
from shop.db import transaction
from tests.catalogue.shelf import course


def test_a_course_is_told_with_dates_place_price_and_who_gives_it(app: Flask) -> None:
    with transaction():
        set_facts(name="Volkshochschule am See", city="Lindau", website="https://vhs.example.org")
    data = course_data(course(), Standing.OPEN, "de")
    assert (data["@context"], data["@type"], data["courseCode"]) == (
        "https://schema.org/",
        "Course",
        "27F-4012",
    )
    assert data["provider"]["name"] == "Volkshochschule am See"
    instance = data["hasCourseInstance"]
    assert instance["startDate"] == "2027-01-13T18:30:00+01:00"
    assert instance["endDate"] == "2027-01-20T20:00:00+01:00"
    assert len(instance["subEvent"]) == 2
    assert instance["courseWorkload"] == "PT3H0M"
    assert instance["instructor"] == {"@type": "Person", "name": "Lucía Ferrer Mateos"}
    assert instance["location"][0]["address"]["addressLocality"] == "Lindau"
    assert data["offers"]["price"] == "128.00"
    assert data["offers"]["availability"] == "https://schema.org/InStock"


@pytest.mark.parametrize(
    ("facts", "mode"),
    [
        ({}, "Onsite"),
        ({"is_online": True}, "Blended"),
        ({"is_online": True, "place": ""}, "Online"),
    ],
)
def test_where_it_takes_place_decides_the_mode(app: Flask, facts: dict[str, object], mode: str) -> None:
    assert course_data(course(**facts), Standing.OPEN, "de")["hasCourseInstance"]["courseMode"] == mode


@pytest.mark.parametrize("stands", list(Standing))
def test_every_standing_is_an_availability(app: Flask, stands: Standing) -> None:
    assert course_data(course(), stands, "de")["offers"]["availability"].startswith("https://schema.org/")


def test_a_cancelled_course_says_so(app: Flask) -> None:
    data = course_data(course(cancelled_on=date(2026, 12, 1)), Standing.CANCELLED, "de")
    assert data["hasCourseInstance"]["eventStatus"] == "https://schema.org/EventCancelled"


def test_a_package_has_parts_instead_of_dates(app: Flask) -> None:
    package = course("P", kind="package", sessions=[], contains=["A1", "A2"])
    data = course_data(package, Standing.OPEN, "en", [course("A1"), course("A2")])
    assert [part["courseCode"] for part in data["hasPart"]] == ["A1", "A2"]
    assert "hasCourseInstance" not in data
    assert data["name"] == "Spanish from scratch"


def test_a_course_without_dates_makes_nothing_up(app: Flask) -> None:
    instance = course_data(course(sessions=[], starts_on=None, lecturer="", place=""), Standing.OPEN, "de")
    assert not instance["hasCourseInstance"].keys() & {
        "startDate",
        "endDate",
        "subEvent",
        "location",
        "instructor",
    }
