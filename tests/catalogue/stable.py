"""A riding school's classes and lessons, for tests of prices."""

from datetime import date
from types import SimpleNamespace

import pytest

from shop.catalogue.prices import Refused
from shop.db import transaction

MONDAY, LAST, AFTER = date(2026, 12, 7), date(2026, 12, 31), date(2027, 1, 1)
TITLES = {
    "user": ("Erwachsen", "Jugendlich"),
    "appointment": ("Longe", "Gruppe"),
    "resource": ("Schulpferd", "Privatpferd"),
    "member": ("Gast", "Mitglied"),
}
EVERY = {each: [title.lower() for title in titles] for each, titles in TITLES.items()}


def lesson(
    appointment: str = "gruppe", resource: str = "schulpferd", day: date = MONDAY, **facts: object
) -> SimpleNamespace:
    """An appointment as pricing sees it."""
    sessions = [[f"{day}T18:00", f"{day}T19:00"]]
    return SimpleNamespace(
        **{"class_key": appointment, "resource_key": resource, "sessions": sessions, "starts_on": day} | facts
    )


def some(**ticked: str) -> dict[str, list[str]]:
    """Ticks: all of a dimension that is not named."""
    return EVERY | {each: keys.split() for each, keys in ticked.items()}


def refusal(work: object, *arguments: object, **named: object) -> Refused:
    """Why a change is refused; nothing of it is kept."""
    with pytest.raises(Refused) as refused, transaction():
        work(*arguments, **named)  # type: ignore[operator]
    return refused.value
