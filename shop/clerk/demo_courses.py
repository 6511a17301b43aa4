"""The invented centre's programme: courses with all their dates, counted from today, and packages of them."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import tomllib

from shop.catalogue.models import Offer, Seats
from shop.core.money import Cents, euros
from shop.db import db

FOLDER = Path(__file__).parent / "demo_shop" / "programme"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# So long before the first session one may register, and cancel, unless the course says otherwise.
REGISTER, CANCEL = 3, 14
FEE = "10"

Facts = Mapping[str, Any]


def term(day: date) -> str:
    """The half-year that course numbers begin with: `27F` in spring, `27H` in autumn."""
    return f"{day:%y}{'F' if day.month < 7 else 'H'}"


def add_courses(today: date) -> None:
    """Put the whole programme into the open transaction: courses with their seats, then the packages."""
    prefix = term(today + timedelta(days=60))
    shared = _read("programme.toml")
    made: dict[str, Offer] = {}
    for path in sorted(FOLDER.glob("*/*.toml")):
        category = path.stem
        for facts in _read(path)["course"]:
            offer = _course(facts, f"{prefix}-{facts['number']}", category, today, shared["reduction"])
            made[facts["number"]] = offer
            db.session.add(offer)
            db.session.flush()
            db.session.add(Seats(offer_number=offer.number, capacity=facts.get("seats")))
    for facts in shared["package"]:
        inside = [made[number] for number in facts["contains"]]
        db.session.add(_package(facts, f"{prefix}-{facts['number']}", inside))
