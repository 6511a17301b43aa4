"""Courses to test on."""

from datetime import date

from shop.catalogue.models import Offer, Seats
from shop.db import transaction

SESSIONS = [["2027-01-13T18:30", "2027-01-13T20:00"], ["2027-01-20T18:30", "2027-01-20T20:00"]]


def course(number: str = "27F-4012", **facts: object) -> Offer:
    """A course with two sessions on Wednesdays in January 2027."""
    given = {
        "kind": "course",
        "category": "sprachen",
        "title": {"de": "Spanisch von Anfang an", "en": "Spanish from scratch"},
        "summary": {"de": "Die ersten Abende", "en": "The first evenings"},
        "description": {"de": "Vom ersten Abend an.\n\nMit Lehrbuch."},
        "schedule": {"de": "2 Abende, mittwochs, 18:30–20:00 Uhr"},
        "starts_on": date(2027, 1, 13),
        "sessions": SESSIONS,
        "weekdays": "3",
        "place": "Webhaus, Raum 204",
        "lecturer": "Lucía Ferrer Mateos",
        "price_cents": 128_00,
        **facts,
    }
    return Offer(number=number, **given)


def shelve(*offers: Offer, seats: int | None = 12) -> None:
    """Put offers into the catalogue, each course with so many seats."""
    with transaction() as session:
        session.add_all(offers)
        session.flush()
        session.add_all(
            Seats(offer_number=each.number, capacity=seats) for each in offers if each.kind == "course"
        )
