"""Which week somebody looks at, how, and narrowed to what: read from an address, and written into one."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from shop import clock
from shop.catalogue.appointments import first_day_with_any

WEEK = timedelta(days=7)
PATH = "/termine/"
_WEEK = re.compile(r"(2[01][0-9]{2})-W([0-9]{2})", re.ASCII)


@dataclass(frozen=True)
class Wish:
    """A week by its Monday; as a grid or as a list; `class_key` and `free` narrow, empty or False do not."""

    monday: date
    is_grid: bool = False
    class_key: str = ""
    free: bool = False

    @property
    def sunday(self) -> date:
        """The week's last day."""
        return self.monday + timedelta(days=6)

    @property
    def week(self) -> str:
        """The week as an address names it: 2026-W49."""
        year, number, _day = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def number(self) -> int:
        """The week's number in its year (ISO 8601)."""
        return self.monday.isocalendar().week

    @property
    def is_narrowed(self) -> bool:
        """Whether something may be left out."""
        return bool(self.class_key or self.free)

    @property
    def address(self) -> str:
        """The address that shows the same again."""
        values = {
            "woche": self.week,
            "ansicht": "woche" if self.is_grid else "",
            "klasse": self.class_key,
            "frei": "1" if self.free else "",
        }
        return f"{PATH}?{urlencode({name: value for name, value in values.items() if value})}"

    def at(self, day: date) -> "Wish":
        """The same for the week of another day."""
        return replace(self, monday=monday_of(day))

    def turned(self, weeks: int) -> "Wish":
        """The same, so many weeks later."""
        return replace(self, monday=self.monday + weeks * WEEK)

    def seen_as(self, *, grid: bool) -> "Wish":
        """The same week, drawn in the other way."""
        return replace(self, is_grid=grid)

    def widened(self) -> "Wish":
        """The same week with nothing left out."""
        return replace(self, class_key="", free=False)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def read(asked: MultiDict[str, str], classes: Collection[str]) -> Wish:
    """The wish in an address; what makes no sense in it narrows nothing.

    Where no week is named it is the first that has anything ahead, else this one.
    """
    key = asked.get("klasse", "")
    wish = Wish(
        monday=monday_of(clock.today()),
        is_grid=asked.get("ansicht") == "woche",
        class_key=key if key in classes else "",
        free=asked.get("frei") == "1",
    )
    named = _monday(asked.get("woche", ""))
    return replace(wish, monday=named) if named else wish.at(next_day(clock.today(), wish) or clock.today())


def next_day(day: date, wish: Wish) -> date | None:
    """The first local day from this one on that has such an appointment."""
    return first_day_with_any(day, class_keys=[wish.class_key] if wish.class_key else [])


def _monday(text: str) -> date | None:
    found = _WEEK.fullmatch(text)
    if found is None:
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None
