"""Times of appointments as the shop's wall clock shows them; the clock itself may change (QUALITY F12)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from shop import clock
from shop.catalogue.appointments.refused import Reason, Refused

DAY = timedelta(days=1)


def span(sessions: Sequence[Sequence[str]]) -> tuple[datetime, datetime]:
    """Start and end of an appointment, local and without zone."""
    ((start, end),) = sessions
    return datetime.fromisoformat(start), datetime.fromisoformat(end)


def written(start: datetime, end: datetime) -> list[list[str]]:
    """The sessions of an appointment as its offer keeps them."""
    return [[moment.isoformat(timespec="minutes") for moment in (start, end)]]


def instant(local: datetime) -> datetime:
    """The moment in UTC at which the wall clock shows a time; the first of two, where it shows it twice."""
    return local.replace(tzinfo=clock.zone(), fold=0).astimezone(UTC)


def is_skipped(local: datetime) -> bool:
    """Whether the wall clock never shows this time, because it is put forward over it."""
    return instant(local).astimezone(clock.zone()).replace(tzinfo=None) != local


def checked(start: datetime, end: datetime) -> None:
    """Refuse what is no time to meet. Raises Refused: the first reason that applies."""
    if end <= start:
        raise Refused(Reason.ENDS_EARLY, f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}")
    if end - start > DAY:
        raise Refused(Reason.TOO_LONG, f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}")
    for moment in (start, end):
        if is_skipped(moment):
            raise Refused(Reason.SKIPPED, f"{moment:%Y-%m-%d %H:%M}")
    if has_begun(start):
        raise Refused(Reason.PAST, f"{start:%Y-%m-%d %H:%M}")


def has_begun(start: datetime) -> bool:
    """Whether a local time is over."""
    return instant(start) <= clock.now()


def day_before(start: datetime) -> date:
    """The usual last local day to cancel with credit."""
    return start.date() - DAY
