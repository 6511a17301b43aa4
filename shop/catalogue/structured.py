"""A course in the words of schema.org, for search engines and for other programmes to read (DOMAIN R1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import current_app

from shop import clock
from shop.catalogue.models import Offer
from shop.catalogue.standing import Standing
from shop.centre.facts import Centre, centre
from shop.core.words import said

SCHEMA = "https://schema.org/"
AVAILABILITY = {
    Standing.OPEN: "InStock",
    Standing.FEW: "LimitedAvailability",
    Standing.FULL: "SoldOut",
    Standing.CLOSED: "Discontinued",
    Standing.CANCELLED: "Discontinued",
}


def course_data(
    offer: Offer, standing: Standing, language: str, contents: Sequence[Offer] = ()
) -> dict[str, Any]:
    """A course, or a package with its courses, as JSON-LD values; `standing` becomes its availability."""
    data = _course(offer, language) | {"@context": SCHEMA}
    if offer.price_cents is not None:
        data["offers"] = _price(offer.price_cents) | {
            "availability": SCHEMA + AVAILABILITY[standing],
            "url": _address(offer),
            "category": "Paid" if offer.price_cents else "Free",
        }
    if contents:
        data["hasPart"] = [_course(each, language) for each in contents]
    else:
        data["hasCourseInstance"] = _instance(offer)
    return data


def _course(offer: Offer, language: str) -> dict[str, Any]:
    here = centre()
    facts = {
        "@type": "Course",
        "courseCode": offer.number,
        "name": said(offer.title, language),
        "abstract": said(offer.summary, language),
        "description": said(offer.description, language) or said(offer.title, language),
        "url": _address(offer),
        "inLanguage": language,
        "provider": _without_blanks(
            {"@type": "EducationalOrganization", "name": here.name, "url": here.website}
        ),
    }
    return _without_blanks(facts)


def _instance(offer: Offer) -> dict[str, Any]:
    moments = [(_moment(start), _moment(end)) for start, end in offer.sessions]
    first = moments[0][0] if moments else offer.starts_on.isoformat() if offer.starts_on else ""
    facts = {
        "@type": "CourseInstance",
        "courseMode": _mode(offer),
        "courseWorkload": _workload(offer),
        "startDate": first,
        "endDate": moments[-1][1] if moments else first,
        "eventStatus": SCHEMA + ("EventCancelled" if offer.cancelled_on else "EventScheduled"),
        "subEvent": [
            {"@type": "Event", "name": offer.number, "startDate": start, "endDate": end}
            for start, end in moments
        ],
        "location": _places(offer),
        "instructor": {"@type": "Person", "name": offer.lecturer} if offer.lecturer else {},
    }
    return _without_blanks(facts)


def _mode(offer: Offer) -> str:
    if not offer.is_online:
        return "Onsite"
    return "Blended" if offer.place else "Online"


def _places(offer: Offer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if offer.place:
        found.append({"@type": "Place", "name": offer.place, "address": _postal(centre())})
    if offer.is_online:
        found.append({"@type": "VirtualLocation", "url": _address(offer)})
    return found


def _postal(here: Centre) -> dict[str, str]:
    facts = {
        "@type": "PostalAddress",
        "addressLocality": here.city,
        "postalCode": here.postcode,
        "addressCountry": here.country,
    }
    return _without_blanks(facts)


def _price(cents: int) -> dict[str, str]:
    return {"@type": "Offer", "price": f"{cents // 100}.{cents % 100:02}", "priceCurrency": "EUR"}


def _workload(offer: Offer) -> str:
    """The time of all sessions together as an ISO 8601 duration; empty when no times are known."""
    spans = [datetime.fromisoformat(end) - datetime.fromisoformat(start) for start, end in offer.sessions]
    minutes = int(sum(span.total_seconds() for span in spans)) // 60
    return f"PT{minutes // 60}H{minutes % 60}M" if minutes else ""


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).replace(tzinfo=clock.zone()).isoformat()


def _address(offer: Offer) -> str:
    return f"{current_app.config['BASE_URL']}/kurse/{quote(offer.number)}"


def _without_blanks(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value}
