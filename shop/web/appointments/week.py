"""A week as days: what is shown of each appointment, and where it stands in the grid.

All is reckoned on the wall clock. On the days when the clock changes an hour is missing or comes
twice; half past six in the evening stands where it stands on every other day (QUALITY F12).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shop import clock
from shop.catalogue.appointments import Appointment
from shop.core.money import Cents

DAY_BEGINS, DAY_ENDS = 9, 18  # hours that the grid shows at least
SHORTEST = timedelta(minutes=30)  # what is shorter is drawn so tall
MOST_LANES = 4  # side by side; what does not fit stands below


@dataclass(frozen=True)
class Shown:
    """An appointment as one person sees it; `price` in cents, None when they cannot book it."""

    row: Appointment
    price: Cents | None
    is_booked: bool


@dataclass(frozen=True)
class Slot:
    """Where an appointment stands in a column: from, until (hour 24 is midnight), in which lane of how many."""

    shown: Shown
    hour: int
    minute: int
    until_hour: int
    until_minute: int
    lane: int
    lanes: int


@dataclass(frozen=True)
class Day:
    """One local day: what is on, and its column; `changes` tells that the clock is put on (1) or back (-1)."""

    date: date
    shown: Sequence[Shown]
    slots: Sequence[Slot]
    below: Sequence[Shown]
    is_today: bool
    changes: int


@dataclass(frozen=True)
class Week:
    """Seven days, and the hours that their columns show."""

    days: Sequence[Day]
    first_hour: int
    last_hour: int

    @property
    def hours(self) -> Iterable[int]:
        """The hours at the left."""
        return range(self.first_hour, self.last_hour)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on."""
        return not any(day.shown for day in self.days)


def week(
    monday: date,
    rows: Sequence[Appointment],
    price: Callable[[Appointment], Cents | None],
    booked: Collection[str],
) -> Week:
    """Seven days from a Monday on with these appointments, in the order of time."""
    by_day: dict[date, list[Shown]] = {}
    for row in rows:
        by_day.setdefault(row.starts_on, []).append(Shown(row, price(row), row.number in booked))
    days = [_day(each, by_day.get(each, [])) for each in _seven(monday)]
    slots = [slot for day in days for slot in day.slots]
    return Week(
        days,
        min([DAY_BEGINS, *(slot.hour for slot in slots)]),
        max([DAY_ENDS, *(slot.until_hour + (slot.until_minute > 0) for slot in slots)]),
    )


def _seven(monday: date) -> list[date]:
    return [monday + timedelta(days=place) for place in range(7)]


def _day(day: date, shown: list[Shown]) -> Day:
    spans = [(each.row.start, drawn_end(each.row.start, each.row.end)) for each in shown]
    slots, below = [], []
    for each, (start, end), (lane, of) in zip(shown, spans, lanes(spans), strict=True):
        if lane > MOST_LANES:
            below.append(each)
            continue
        until_hour = 24 if end.date() > day else end.hour
        minute = 0 if until_hour == 24 else end.minute
        slots.append(Slot(each, start.hour, start.minute, until_hour, minute, lane, min(of, MOST_LANES)))
    return Day(day, shown, slots, below, day == clock.today(), clock_change(day))


def drawn_end(start: datetime, end: datetime) -> datetime:
    """Where a block ends in its day's column: tall enough to read, and at midnight at the latest."""
    midnight = datetime.combine(start.date() + timedelta(days=1), time())
    return min(max(end, start + SHORTEST), midnight)


def lanes(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[int, int]]:
    """For spans in the order of their starts: the lane of each, from 1 on, and how many stand side by side.

    All that overlap, even by way of others, share the width in as many parts as they need.
    """
    found: list[int] = []
    widths: list[int] = []
    group: list[int] = []
    ends: list[datetime] = []
    for place, (start, end) in enumerate(spans):
        if ends and start >= max(ends):
            group, ends = [], []
        free = next((lane for lane, last in enumerate(ends) if last <= start), len(ends))
        ends[free : free + 1] = [end]
        found.append(free + 1)
        group = [*group, place]
        widths.append(0)
        for other in group:
            widths[other] = len(ends)
    return list(zip(found, widths, strict=True))


def clock_change(day: date) -> int:
    """1 when the clock is put on during a local day, -1 when it is put back, else 0."""
    zone = clock.zone()
    before, after = (
        datetime.combine(each, time(), zone).utcoffset() or timedelta()
        for each in (day, day + timedelta(days=1))
    )
    return (after > before) - (after < before)
