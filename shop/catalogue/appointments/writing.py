"""Adding and moving appointments; who may not do what is refused exactly (DOMAIN W10)."""

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import select

from shop import clock
from shop.catalogue.appointments.refused import Reason, Refused
from shop.catalogue.appointments.times import checked, day_before, has_begun, span, written
from shop.catalogue.models import Offer, PriceClass, Seats
from shop.core.codes import ALPHABET
from shop.core.tax import RATES
from shop.db import db

Words = Mapping[str, str]

MOST_WEEKS = 60
CATEGORY = "termine"
_NUMBER = re.compile(r"[0-9A-Z]+(?:[.-][0-9A-Z]+)*", re.ASCII)


def add(
    number: str = "",
    *,
    title: Words,
    class_key: str,
    resource_key: str,
    start: datetime,
    end: datetime,
    place: str = "",
    lecturer: str = "",
    seats: int | None = None,
    cancel_until: date | None = None,
    published: bool = True,
    tax_code: str = "exempt",
    summary: Words | None = None,
    description: Words | None = None,
    category: str = CATEGORY,
    is_online: bool = False,
) -> Offer:
    """Add one appointment at a local time, in the caller's transaction.

    Without a number it gets a short one; `seats` None is without limit; without `cancel_until` one may
    cancel with credit until the day before. Raises Refused.
    """
    number = _checked_number(number) if number else _new_number()
    _check(title, class_key, resource_key, seats, tax_code)
    checked(start, end)
    cancel_until = cancel_until or day_before(start)
    if cancel_until > start.date():
        raise Refused(Reason.DEADLINE, cancel_until)
    offer = Offer(
        number=number,
        kind="appointment",
        category=category,
        title=dict(title),
        summary=dict(summary or {}),
        description=dict(description or {}),
        schedule={},
        place=place,
        lecturer=lecturer,
        price_cents=None,
        published=published,
        cancel_until=cancel_until,
        tax_code=tax_code,
        class_key=class_key,
        resource_key=resource_key,
        is_online=is_online,
        **_timed(start, end),
    )
    db.session.add(offer)
    db.session.flush()
    db.session.add(Seats(offer_number=number, capacity=seats))
    db.session.flush()
    return offer


def add_series(
    weeks: int,
    number: str = "",
    *,
    start: datetime,
    end: datetime,
    cancel_until: date | None = None,
    **facts: object,
) -> list[Offer]:
    """Add the same appointment week after week at the same time of the wall clock, all or none.

    With a number several are called NUMBER-1, NUMBER-2 and so on. The last day to cancel comes as long
    before each as before the first. Takes what `add` takes. Raises Refused.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise Refused(Reason.WEEKS, weeks)
    steps = [timedelta(weeks=week) for week in range(weeks)]
    for step in steps:  # before anything is written: the clocks may skip only one of them
        checked(start + step, end + step)
    return [
        add(
            f"{number}-{place}" if number and weeks > 1 else number,
            start=start + step,
            end=end + step,
            cancel_until=cancel_until + step if cancel_until else None,
            **facts,  # type: ignore[arg-type]
        )
        for place, step in enumerate(steps, start=1)
    ]


def move(number: str, start: datetime, end: datetime, place: str = "") -> bool:
    """Move an appointment to another local time, or place, in the caller's transaction; whether it moved.

    The last day to cancel moves by as many days. Everybody who has booked may cancel for nothing from
    now on (`moved_at`), and is to be told: `bookings.move` does both. Raises Refused.
    """
    query = select(Offer).where(Offer.number == number, Offer.kind == "appointment").with_for_update()
    offer = db.session.scalar(query.execution_options(populate_existing=True))
    if offer is None:
        raise Refused(Reason.UNKNOWN, number)
    before, _end = span(offer.sessions)
    if offer.cancelled_on is not None:
        raise Refused(Reason.CANCELLED, number)
    if has_begun(before):
        raise Refused(Reason.BEGUN, number)
    if written(start, end) == offer.sessions and place in ("", offer.place):
        return False
    checked(start, end)
    if offer.cancel_until:
        offer.cancel_until += start.date() - before.date()
    for name, value in _timed(start, end).items():
        setattr(offer, name, value)
    offer.place = place or offer.place
    offer.moved_at = clock.now()
    db.session.flush()
    return True


def _timed(start: datetime, end: datetime) -> dict[str, object]:
    return {
        "starts_on": start.date(),
        "sessions": written(start, end),
        "weekdays": str(start.isoweekday()),
    }


def _check(title: Words, class_key: str, resource_key: str, seats: int | None, tax_code: str) -> None:
    """Refuse facts that are wrong at any time. Raises Refused."""
    if not title.get("de", "").strip():
        raise Refused(Reason.UNNAMED)
    known = classes_of_dimensions()
    for dimension, key, reason in (
        ("appointment", class_key, Reason.APPOINTMENT_CLASS),
        ("resource", resource_key, Reason.RESOURCE_CLASS),
    ):
        # A dimension that has no classes decides nothing, so there any key will do.
        if known[dimension] and key not in known[dimension]:
            raise Refused(reason, key or "none is named")
    if seats is not None and seats < 0:
        raise Refused(Reason.SEATS, seats)
    if tax_code not in RATES[str(current_app.config["COUNTRY"])]:
        raise Refused(Reason.TAX, tax_code)


def classes_of_dimensions() -> dict[str, set[str]]:
    """The keys of the classes that appointments can have, by dimension."""
    found: dict[str, set[str]] = {"appointment": set(), "resource": set()}
    query = select(PriceClass.dimension, PriceClass.key).where(PriceClass.dimension.in_(found))
    for dimension, key in db.session.execute(query):
        found[dimension].add(key)
    return found


def _checked_number(text: str) -> str:
    number = text.strip().upper()
    if not _NUMBER.fullmatch(number) or len(number) > 20:
        raise Refused(Reason.NUMBER, text[:40])
    if db.session.get(Offer, number) is not None:
        raise Refused(Reason.TAKEN, number)
    return number


def _new_number() -> str:
    """A short number that says nothing about the time, which may change."""
    while True:
        number = "T" + "".join(secrets.choice(ALPHABET) for _place in range(5))
        if db.session.get(Offer, number) is None:
            return number
