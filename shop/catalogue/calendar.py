"""The dates of courses as an iCal file, for a link on a page and for a booking's mail (DOMAIN R1)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from icalendar import Calendar, Event, vCalAddress, vText

from shop import clock
from shop.catalogue.address import address
from shop.catalogue.models import Offer
from shop.centre.facts import centre
from shop.core.words import said

MEDIA_TYPE = "text/calendar"


def ics(offers: Iterable[Offer], language: str = "de") -> bytes:
    """All sessions of these courses as one calendar, in the shop's zone.

    For a package, hand over its courses. Each session has a UID that stays when it moves, so that a
    newer file corrects an older one. A course with a first day but no times is an all-day entry.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Kursgutschein//Kurse//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    events = [event for offer in offers for event in _events(offer, language)]
    for event in events:
        calendar.add_component(event)
    if events:  # the zone's rules for the years in question only, not for all since 1970
        years = sorted(event.start.year for event in events)
        calendar.add_missing_timezones(date(years[0], 1, 1), date(years[-1] + 2, 1, 1))
    return bytes(calendar.to_ical())


def file_name(offer: Offer) -> str:
    """What an offer's file is called."""
    return f"{'termin' if offer.kind == 'appointment' else 'kurs'}-{offer.number}.ics"


def _events(offer: Offer, language: str) -> Iterator[Event]:
    host = urlsplit(str(current_app.config["BASE_URL"])).hostname
    for position, (start, end) in enumerate(_spans(offer), start=1):
        event = Event()
        event.add("uid", f"{offer.number}-{position}@{host}")
        event.add("dtstamp", clock.now())
        event.add("dtstart", start)
        event.add("dtend", end)
        event.add("summary", said(offer.title, language))
        event.add("url", address(offer))
        event.add("x-course-number", offer.number)
        event.add("status", "CANCELLED" if offer.cancelled_on else "CONFIRMED")
        if place := _place(offer):
            event.add("location", place)
        if about := said(offer.summary, language):
            event.add("description", about)
        if centre().email:
            event.add("organizer", _organizer())
        yield event


def _spans(offer: Offer) -> Iterator[tuple[date, date]]:
    """Start and end of each session, moments with their zone, or whole days when no times are known."""
    for start, end in offer.sessions:
        yield _local(start), _local(end)
    if not offer.sessions and offer.starts_on:
        yield offer.starts_on, offer.starts_on + timedelta(days=1)


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.zone())


def _place(offer: Offer) -> str:
    house = f"{offer.place}, {centre().name}" if offer.place else ""
    return " / ".join(filter(None, (house, "Online" if offer.is_online else "")))


def _organizer() -> vCalAddress:
    address = vCalAddress(f"mailto:{centre().email}")
    address.params["CN"] = vText(centre().name)
    return address
