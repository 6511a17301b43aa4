"""Adding and moving appointments; who may not do what is refused exactly (DOMAIN W10)."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import select

from shop import clock
from shop.catalogue.appointments.refused import Reason, Refused
from shop.catalogue.appointments.times import checked, day_before, has_begun, span, written
from shop.catalogue.models import Offer, Seats
from shop.catalogue.prices import class_titles
from shop.core.codes import ALPHABET
from shop.core.tax import RATES
from shop.db import db

Words = Mapping[str, str]

MOST_WEEKS = 60
CATEGORY = "termine"
_NUMBER = re.compile(r"[0-9A-Z]+(?:[.-][0-9A-Z]+)*", re.ASCII)


@dataclass(frozen=True)
class NewAppointment:
    """What is to be added, at a local time; texts by language, classes by their keys.

    Without a number it gets a short one; `seats` None is without limit; without `cancel_until` one may
    cancel with credit until the day before.
    """

    title: Words
    start: datetime
    end: datetime
    class_key: str = ""
    resource_key: str = ""
    number: str = ""
    summary: Words = field(default_factory=dict)
    description: Words = field(default_factory=dict)
    place: str = ""
    lecturer: str = ""
    seats: int | None = None
    cancel_until: date | None = None
    published: bool = True
    tax_code: str = "exempt"


def add(wanted: NewAppointment) -> Offer:
    """Add one appointment, in the caller's transaction. Raises Refused."""
    number = _checked_number(wanted.number) if wanted.number else _new_number()
    _check(wanted)
    cancel_until = wanted.cancel_until or day_before(wanted.start)
    if cancel_until > wanted.start.date():
        raise Refused(Reason.DEADLINE, cancel_until)
    offer = Offer(
        number=number,
        kind="appointment",
        category=CATEGORY,
        title=dict(wanted.title),
        summary=dict(wanted.summary),
        description=dict(wanted.description),
        schedule={},
        place=wanted.place,
        lecturer=wanted.lecturer,
        price_cents=None,
        published=wanted.published,
        cancel_until=cancel_until,
        tax_code=wanted.tax_code,
        class_key=wanted.class_key,
        resource_key=wanted.resource_key,
        **_timed(wanted.start, wanted.end),
    )
    db.session.add(offer)
    db.session.flush()
    db.session.add(Seats(offer_number=number, capacity=wanted.seats))
    db.session.flush()
    return offer


def add_series(wanted: NewAppointment, weeks: int) -> list[Offer]:
    """Add the same appointment week after week at the same time of the wall clock, all or none.

    With a number several are called NUMBER-1, NUMBER-2 and so on. The last day to cancel comes as long
    before each as before the first. Raises Refused.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise Refused(Reason.WEEKS, weeks)
    every = [_later(wanted, week, weeks) for week in range(weeks)]
    for each in every:  # before anything is written: the clocks may skip only one of them
        checked(each.start, each.end)
    return [add(each) for each in every]


def _later(wanted: NewAppointment, week: int, weeks: int) -> NewAppointment:
    """The same so many weeks later, as one of a series of `weeks`."""
    step = timedelta(weeks=week)
    return replace(
        wanted,
        number=f"{wanted.number}-{week + 1}" if wanted.number and weeks > 1 else wanted.number,
        start=wanted.start + step,
        end=wanted.end + step,
        cancel_until=wanted.cancel_until + step if wanted.cancel_until else None,
    )


def classify(number: str, class_key: str | None = None, resource_key: str | None = None) -> Offer:
    """Give an appointment other classes, None for the one that it has, in the caller's transaction.

    From now on it costs what rows say of these; what was booked keeps its price. Raises Refused.
    """
    offer = _locked(number)
    offer.class_key = offer.class_key if class_key is None else class_key
    offer.resource_key = offer.resource_key if resource_key is None else resource_key
    _check_classes(offer.class_key, offer.resource_key)
    db.session.flush()
    return offer


def _locked(number: str) -> Offer:
    query = select(Offer).where(Offer.number == number, Offer.kind == "appointment").with_for_update()
    offer = db.session.scalar(query.execution_options(populate_existing=True))
    if offer is None:
        raise Refused(Reason.UNKNOWN, number)
    return offer


def move(number: str, start: datetime, end: datetime, place: str = "") -> bool:
    """Move an appointment to another local time, or place, in the caller's transaction; whether it moved.

    The last day to cancel moves by as many days. Everybody who has booked may cancel for nothing from
    now on (`moved_at`), and is to be told: `bookings.move` does both. Raises Refused.
    """
    offer = _locked(number)
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


def _check(wanted: NewAppointment) -> None:
    """Refuse what cannot be. Raises Refused: the first reason that applies."""
    if not wanted.title.get("de", "").strip():
        raise Refused(Reason.UNNAMED)
    _check_classes(wanted.class_key, wanted.resource_key)
    if wanted.seats is not None and wanted.seats < 0:
        raise Refused(Reason.SEATS, wanted.seats)
    if wanted.tax_code not in RATES[str(current_app.config["COUNTRY"])]:
        raise Refused(Reason.TAX, wanted.tax_code)
    checked(wanted.start, wanted.end)


def _check_classes(class_key: str, resource_key: str) -> None:
    """Refuse classes that there are not; a dimension without any decides nothing, so there any key will do."""
    for dimension, key, reason in (
        ("appointment", class_key, Reason.APPOINTMENT_CLASS),
        ("resource", resource_key, Reason.RESOURCE_CLASS),
    ):
        known = class_titles(dimension)
        if known and key not in known:
            raise Refused(reason, f"{key or 'none is named'} (there are {', '.join(known)})")


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
