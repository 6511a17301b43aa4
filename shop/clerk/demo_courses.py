"""The invented centre's programme: courses with all their dates, counted from today, and packages of them."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from shop.catalogue.models import Offer, Seats
from shop.core.money import Cents, euros
from shop.db import db

FOLDER = Path(__file__).parent / "demo_shop"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Days before the first session until which one may register, and cancel, unless a course says otherwise.
REGISTER, CANCEL = 3, 14
FEE = "10"
CLASS = "kurs"  # what a value card must allow, to pay for a course or a package

Facts = Mapping[str, Any]


def add_courses(today: date) -> None:
    """Put the whole programme into the open transaction: courses with their seats, then the packages."""
    shared = _read(FOLDER / "packages.toml")
    prefix = term(today + timedelta(days=60))
    made: dict[str, Offer] = {}
    for category, facts in _programme():
        offer = _course(facts, shared["reduction"], today)
        offer.number, offer.category = f"{prefix}-{facts['number']}", category
        made[facts["number"]] = offer
        db.session.add(offer)
        db.session.flush()
        db.session.add(Seats(offer_number=offer.number, capacity=facts.get("seats")))
    for facts in shared["package"]:
        package = _package(facts, shared["reduction"], [made[number] for number in facts["contains"]])
        package.number = f"{prefix}-{facts['number']}"
        db.session.add(package)


def term(day: date) -> str:
    """The half-year that course numbers begin with: `27F` in spring, `27H` in autumn."""
    return f"{day:%y}{'F' if day.month < 7 else 'H'}"


def _programme() -> Iterator[tuple[str, Facts]]:
    """Every course with its category, which its file is named by."""
    for path in sorted((FOLDER / "programme").glob("*.toml")):
        for facts in _read(path)["course"]:
            yield path.stem, facts


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _course(facts: Facts, reductions: Facts, today: date) -> Offer:
    days = session_days(facts, today)
    start, end = (time.fromisoformat(facts[key].zfill(5)) for key in ("start", "end"))
    return Offer(
        kind="course",
        schedule=facts["schedule"],
        place=facts["place"],
        is_online=facts.get("online", False),
        lecturer=facts["lecturer"],
        sessions=[[_moment(day, start), _moment(day, end)] for day in days],
        weekdays=_weekdays(days),
        cancelled_on=today if facts.get("cancelled") else None,
        **_texts_and_prices(facts, reductions, days[0]),
    )


def _package(facts: Facts, reductions: Facts, inside: Sequence[Offer]) -> Offer:
    first = min(each.starts_on for each in inside if each.starts_on)
    return Offer(
        kind="package",
        category=inside[0].category,
        schedule={},
        place="",
        lecturer="",
        weekdays="".join(sorted(set("".join(each.weekdays for each in inside)))),
        contains=[each.number for each in inside],
        **_texts_and_prices(facts, reductions, first),
    )


def _texts_and_prices(facts: Facts, reductions: Facts, first: date) -> dict[str, Any]:
    price = euros(facts["price"])
    return {
        "title": facts["title"],
        "summary": facts["summary"],
        "description": {language: text.strip() for language, text in facts["description"].items()},
        "starts_on": first,
        "register_until": first - timedelta(days=facts.get("register", REGISTER)),
        "cancel_until": first - timedelta(days=facts.get("cancel", CANCEL)),
        "cancel_fee_cents": euros(facts.get("fee", FEE)) if price else 0,
        "price_cents": price,
        "tax_code": facts.get("tax", "exempt"),
        "redeemable": facts.get("redeemable", True),
        "class_key": CLASS,
        "published": True,
        "reductions": [
            {"key": key, "cents": _reduced(price, amount), **reductions[key]}
            for key, amount in facts.get("reductions", {}).items()
        ],
    }


def _reduced(price: Cents, amount: str) -> Cents:
    """What is paid: `50 %` is half of the price, anything else an amount of euros."""
    if amount.endswith("%"):
        return price * (100 - int(amount.rstrip("% "))) // 100
    return euros(amount)


def session_days(facts: Facts, today: date) -> list[date]:
    """The days of all sessions: `count` of them, none on a holiday or over Christmas.

    They fall on `weekday` and the weekdays in `also`, and come round every `step` days (7 if not said).
    """
    first = WEEKDAYS.index(facts["weekday"])
    earliest = today + timedelta(days=facts["days"])
    start = earliest + timedelta(days=(first - earliest.weekday()) % 7)
    gaps = [
        timedelta(days=(WEEKDAYS.index(name) - first) % 7)
        for name in (facts["weekday"], *facts.get("also", ()))
    ]
    count, step = facts["count"], timedelta(days=facts.get("step", 7))
    if step.days < 7:  # a block stays in one piece
        while any(_is_closed(start + place * step) for place in range(count)):
            start += timedelta(days=7)
    days: list[date] = []
    while len(days) < count:
        days += [start + gap for gap in gaps if not _is_closed(start + gap)]
        start += step
    return days[:count]


def _is_closed(day: date) -> bool:
    at = (day.month, day.day)
    return at >= (12, 22) or at <= (1, 6) or at in {(5, 1), (10, 3)}


def _moment(day: date, at: time) -> str:
    return datetime.combine(day, at).isoformat(timespec="minutes")


def _weekdays(days: Sequence[date]) -> str:
    return "".join(sorted({str(day.isoweekday()) for day in days}))
