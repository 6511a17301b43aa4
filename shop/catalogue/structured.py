"""Courses and appointments in the words of schema.org, for search engines and other programmes (DOMAIN R1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shop import clock
from shop.catalogue.address import address
from shop.catalogue.models import Offer
from shop.catalogue.standing import Standing
from shop.centre.facts import Centre, centre
from shop.core.money import Cents
from shop.core.words import said

SCHEMA = "https://schema.org/"
AVAILABILITY = {
    Standing.OPEN: "InStock",
    Standing.FEW: "LimitedAvailability",
    Standing.FULL: "SoldOut",
    Standing.CLOSED: "Discontinued",
    Standing.CANCELLED: "Discontinued",
}
_EVENT_STATUS = {True: "EventCancelled", False: "EventScheduled"}
_ATTENDANCE = {"Onsite": "Offline", "Online": "Online", "Blended": "Mixed"}


def course_data(
    offer: Offer, standing: Standing, language: str, contents: Sequence[Offer] = ()
) -> dict[str, Any]:
    """A course, or a package with its courses, as JSON-LD values; `standing` becomes its availability."""
    data = _course(offer, language) | {"@context": SCHEMA}
    if offer.price_cents is not None:
        data["offers"] = _offered(offer, standing, offer.price_cents)
    if contents:
        data["hasPart"] = [_course(each, language) for each in contents]
    else:
        data["hasCourseInstance"] = _instance(offer)
    return data


def event_data(offer: Offer, standing: Standing, language: str, price: Cents | None) -> dict[str, Any]:
    """An appointment as JSON-LD values; `price` is what a visitor would pay, None when there is none."""
    start, end = (_moment(text) for text in offer.sessions[0])
    here = centre()
    facts = {
        "@context": SCHEMA,
        "@type": "Event",
        "identifier": offer.number,
        "name": said(offer.title, language),
        "description": said(offer.description, language) or said(offer.summary, language),
        "url": address(offer),
        "inLanguage": language,
        "startDate": start,
        "endDate": end,
        "eventStatus": SCHEMA + _EVENT_STATUS[offer.cancelled_on is not None],
        "eventAttendanceMode": f"{SCHEMA}{_ATTENDANCE[_mode(offer)]}EventAttendanceMode",
        "location": _places(offer),
        "performer": {"@type": "Person", "name": offer.lecturer} if offer.lecturer else {},
        "organizer": _without_blanks({"@type": "Organization", "name": here.name, "url": here.website}),
    }
    if price is not None:
        facts["offers"] = _offered(offer, standing, price)
    return _without_blanks(facts)


def _offered(offer: Offer, standing: Standing, price: Cents) -> dict[str, Any]:
    return _price(price) | {
        "availability": SCHEMA + AVAILABILITY[standing],
        "url": address(offer),
        "category": "Paid" if price else "Free",
    }


def _course(offer: Offer, language: str) -> dict[str, Any]:
    here = centre()
    facts = {
        "@type": "Course",
        "courseCode": offer.number,
        "name": said(offer.title, language),
        "abstract": said(offer.summary, language),
        "description": said(offer.description, language) or said(offer.title, language),
        "url": address(offer),
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
        "eventStatus": SCHEMA + _EVENT_STATUS[offer.cancelled_on is not None],
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
        found.append({"@type": "VirtualLocation", "url": address(offer)})
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


def _without_blanks(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value}
