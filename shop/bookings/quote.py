"""What a place costs, and whether it can be booked right now."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from shop import clock
from shop.bookings import rules
from shop.bookings.about import called
from shop.bookings.models import Waiting
from shop.catalogue.models import Offer
from shop.catalogue.prices import price_of
from shop.core.goods import Quote
from shop.core.money import Cents
from shop.core.words import said
from shop.db import db


def quote(facts: Mapping[str, Any], language: str) -> Quote:
    """Decide a booking line's price anew from its facts.

    Problems, the first that applies: `gone` (unpublished), `cancelled`, `late` (registration is
    over), `reduction` (there is none like that, or the appointment has no price for this person),
    `full`, `person` (only remembered so far: nobody is named).
    """
    offer = db.session.get(Offer, facts["offer"])
    if offer is None or rules.closed(offer) == "gone":
        return Quote(said(offer.title, language) if offer else facts["offer"], 0, "gone")
    cents = _price(offer, facts)
    charged = int(offer.price_cents or 0) if cents is None else cents
    return Quote(
        title=called(offer, language),
        unit_cents=charged,
        problem=_problem(offer, facts, is_priced=cents is not None),
        category=offer.category,
        takes_vouchers=offer.redeemable and charged > 0,
        class_key=offer.class_key if charged > 0 else "",
        source=offer,
    )


def _price(offer: Offer, facts: Mapping[str, Any]) -> Cents | None:
    """What the place costs whoever is named: an appointment by the matrix, all else by its own price (W5)."""
    if offer.kind == "appointment":
        return price_of(facts.get("user"), offer)
    return rules.price(offer, facts["reduction"])


def _problem(offer: Offer, facts: Mapping[str, Any], *, is_priced: bool) -> str:
    why = obstacle(offer, facts["waiting"])
    if not is_priced and why in ("", "full"):
        return "reduction"
    return why or ("" if facts["first_name"] and facts["last_name"] else "person")


def obstacle(offer: Offer, waiting: str | None = None) -> str:
    """Why nobody can book this offer now: `gone`, `cancelled`, `late`, `full`, or empty when one can.

    `waiting` is the id of someone on the waiting list, for whom a seat may be kept.
    """
    if why := rules.closed(offer):
        return why
    is_kept = is_offered(waiting, offer.number)
    return "full" if not is_kept and rules.is_full(rules.places_of(offer)) else ""


def is_offered(waiting: str | None, number: str) -> bool:
    """Whether this is somebody's turn on the waiting list, whose seat is kept for them now (DOMAIN R9)."""
    if not waiting:
        return False
    query = select(Waiting.id).where(
        Waiting.id == UUID(waiting),
        Waiting.offer_number == number,
        Waiting.state == "offered",
        Waiting.offered_until > clock.of_database(),
    )
    return db.session.scalar(query) is not None
