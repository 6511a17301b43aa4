"""A booking in words, for baskets, orders, letters and papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from shop.bookings import rules
from shop.catalogue.appointments import span
from shop.catalogue.models import Offer
from shop.catalogue.packages import contents
from shop.core.words import said
from shop.db import db


@dataclass(frozen=True)
class Session:
    """One meeting: its local day, and when it starts and ends by the clock (`18:30`)."""

    day: date
    start: str
    end: str


@dataclass(frozen=True)
class Course:
    """When and where one course takes place."""

    number: str
    title: str
    schedule: str
    starts_on: date | None
    place: str
    is_online: bool
    sessions: tuple[Session, ...]


@dataclass(frozen=True)
class About:
    """What is booked: a course, a package's several, an appointment; `reduction`, `proof` in words, or empty."""

    number: str
    title: str
    is_package: bool
    is_appointment: bool
    courses: tuple[Course, ...]
    reduction: str
    proof: str


def about(facts: Mapping[str, Any], language: str) -> About | None:
    """What a booking line is about, by its facts as they are now; None when there is no such offer."""
    offer = db.session.get(Offer, facts["offer"])
    return describe(offer, facts["reduction"], language) if offer else None


def describe(offer: Offer, reduction: str, language: str) -> About:
    """An offer with a reduction's key, in words."""
    kept = rules.reduction_of(offer, reduction) or {}
    return About(
        number=offer.number,
        title=said(offer.title, language),
        is_package=offer.kind == "package",
        is_appointment=offer.kind == "appointment",
        courses=tuple(_course(each, language) for each in courses_of(offer)),
        reduction=said(kept.get("words", {}), language),
        proof=said(kept.get("proof", {}), language),
    )


def called(offer: Offer, language: str) -> str:
    """An offer's title; an appointment's with its day and time, for many have the same title."""
    title = said(offer.title, language)
    if offer.kind != "appointment":
        return title
    start, _end = span(offer.sessions)
    with force_locale(language):
        day = format_date(start, "EEE d MMM y" if language == "en" else "EEE, d.M.y", rebase=False)
        time = _("%(time)s Uhr", time=f"{start:%H:%M}")
        return f"{title[:160]}, {day}, {time}"


def courses_of(offer: Offer) -> list[Offer]:
    """What takes place: a package's courses, or the course itself."""
    return contents(offer) if offer.kind == "package" else [offer]


def _course(offer: Offer, language: str) -> Course:
    return Course(
        number=offer.number,
        title=said(offer.title, language),
        schedule=said(offer.schedule, language),
        starts_on=offer.starts_on,
        place=offer.place,
        is_online=offer.is_online,
        sessions=tuple(
            Session(date.fromisoformat(start[:10]), start[11:16], end[11:16]) for start, end in offer.sessions
        ),
    )
