"""Whether an offer can be booked now: pure rules over its dates and its free places (DOMAIN R1)."""

from collections.abc import Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Protocol

FEW = 3  # so many places or fewer are worth a word


class Standing(StrEnum):
    """How an offer stands, in order of precedence: the first that is true is what people are told."""

    CANCELLED = "cancelled"
    CLOSED = "closed"
    FULL = "full"
    FEW = "few"
    OPEN = "open"

    @property
    def is_bookable(self) -> bool:
        """Whether somebody may take a place now."""
        return self in (Standing.FEW, Standing.OPEN)


class Dated(Protocol):
    """What the rules look at: an offer, or anything with the same dates."""

    starts_on: date | None
    register_until: date | None
    sessions: Sequence[Sequence[str]]


def begins(offer: Dated) -> datetime | None:
    """The local moment (without zone) at which the first session begins; midnight when only the day is known."""
    if offer.sessions:
        return datetime.fromisoformat(offer.sessions[0][0])
    return datetime.combine(offer.starts_on, time()) if offer.starts_on else None


def is_late(offer: Dated, now: datetime) -> bool:
    """Whether registration is over at a local moment: its last day has passed, or else the course has begun."""
    if offer.register_until:
        return now.date() > offer.register_until
    start = begins(offer)
    return start is not None and now.replace(tzinfo=None) >= start


def standing(*, cancelled: bool, late: bool, free: int | None) -> Standing:
    """How an offer stands; `free` places are counted, None is without limit."""
    if cancelled:
        return Standing.CANCELLED
    if late:
        return Standing.CLOSED
    if free is None or free > FEW:
        return Standing.OPEN
    return Standing.FEW if free > 0 else Standing.FULL
