"""Keeping one draft: a new course, a changed one, an unchanged one, or a refusal (DOMAIN A3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import select, true, update

from shop.catalogue.imports.draft import Draft, Refused
from shop.catalogue.models import Offer, Seats
from shop.core.tax import RATES
from shop.core.words import FIRST, said
from shop.db import changed, db

TEXTS = ("title", "summary", "description", "schedule")
DEFAULTS: Mapping[str, Any] = {
    "kind": "course",
    "title": {},
    "summary": {},
    "description": {},
    "schedule": {},
    "starts_on": None,
    "place": "",
    "is_online": False,
    "lecturer": "",
    "price_cents": None,
    "sessions": [],
    "weekdays": "",
    "register_until": None,
    "cancel_until": None,
    "cancel_fee_cents": 0,
    "tax_code": "exempt",
    "redeemable": True,
    "class_key": "",
    "reductions": [],
    "contains": [],
}


@dataclass(frozen=True)
class Kept:
    """What became of a draft: `outcome` is new, changed or unchanged; `fields` are what is new about it."""

    outcome: str
    fields: Sequence[str] = ()
    note: str = ""


def keep(draft: Draft, category: str) -> Kept:
    """Take a draft over, in the caller's transaction; `category` is for a new one that names none.

    What the draft does not say stays as it was. Nothing is deleted, and nothing is cancelled. Raises
    Refused with the reason; what was written until then is for the caller to roll back.
    """
    offer = db.session.get(Offer, draft.number)
    before = _values(offer)
    after = _merged(before, draft.facts)
    after.setdefault("category", category)
    after["published"] = _published(before, after, draft.facts)
    _check(after, before)
    if offer is None:
        offer = Offer(number=draft.number, **after)
        db.session.add(offer)
    else:
        for name, value in after.items():
            if before[name] != value:
                setattr(offer, name, value)
    db.session.flush()
    fields = [name for name, value in after.items() if before.get(name) != value]
    if after["kind"] == "course" and _keep_seats(draft):
        fields.append("seats")
    note = (
        "" if after["published"] else "not published" + (": no price" if after["price_cents"] is None else "")
    )
    if not before:
        return Kept("new", note=note)
    return Kept("changed", fields, note) if fields else Kept("unchanged")


def _published(before: Mapping[str, Any], after: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """As the file says, or as it was; what nobody had named a price for is published with its price."""
    if "published" in facts:
        return bool(facts["published"])
    if before and before["price_cents"] is not None:
        return bool(before["published"])
    return after["price_cents"] is not None


def _values(offer: Offer | None) -> dict[str, Any]:
    """What stands there now; nothing for a new course. Raises Refused for what is no course."""
    if offer is None:
        return {}
    if offer.kind in ("voucher", "appointment"):
        raise Refused(f"this is the number of {'a voucher' if offer.kind == 'voucher' else 'an appointment'}")
    return {name: getattr(offer, name) for name in (*DEFAULTS, "category", "published")}


def _merged(before: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    known = {**DEFAULTS, **before}
    after = dict(known) | {name: value for name, value in facts.items() if name != "capacity"}
    for name in TEXTS:
        texts = {**known[name], **facts.get(name, {})}
        after[name] = {language: text for language, text in texts.items() if text}
    if after["title"] and FIRST not in after["title"]:
        after["title"] |= {FIRST: said(after["title"], FIRST)}
    return after | _derived(after, facts)


def _derived(after: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """First day and weekdays, which follow from the sessions, or from a package's courses."""
    if after["kind"] == "package":
        rows = db.session.execute(
            select(Offer.starts_on, Offer.weekdays).where(Offer.number.in_(after["contains"]))
        ).all()
        begins = [row.starts_on for row in rows if row.starts_on]
        return {
            "starts_on": min(begins, default=None),
            "weekdays": "".join(sorted(set("".join(row.weekdays for row in rows)))),
        }
    if "starts_on" in facts and "sessions" not in facts and _first_day(after) != facts["starts_on"]:
        # A new first day without times: the old sessions are no longer true.
        return {"sessions": [], "weekdays": str(facts["starts_on"].isoweekday())}
    if first := _first_day(after):
        days = {date.fromisoformat(start[:10]) for start, _ in after["sessions"]}
        return {"starts_on": first, "weekdays": "".join(sorted({str(day.isoweekday()) for day in days}))}
    return {}


def _first_day(after: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(after["sessions"][0][0][:10]) if after["sessions"] else None


def _check(after: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Refuse what contradicts itself, or what stands there."""
    price, last = after["price_cents"], after["sessions"][-1][0][:10] if after["sessions"] else ""
    codes: Collection[str] = RATES[str(current_app.config["COUNTRY"])]
    problems = {
        "there is no title": not after["title"],
        f"it is a {before.get('kind')} already": bool(before) and before["kind"] != after["kind"],
        "it cannot be published without a price": after["published"] and price is None,
        "a reduction is higher than the price": any(
            each["cents"] > (price or 0) for each in after["reductions"]
        ),
        "the fee is higher than the price": price is not None and after["cancel_fee_cents"] > price,
        f"there is no tax code {after['tax_code'][:20]!r}, only {', '.join(codes)}": after["tax_code"]
        not in codes,
        "registration ends after the last session": bool(last) and str(after["register_until"] or "") > last,
        "only a package contains courses": after["kind"] == "course" and bool(after["contains"]),
        "a package has no sessions of its own": after["kind"] == "package" and bool(after["sessions"]),
    }
    if found := next((problem for problem, is_there in problems.items() if is_there), ""):
        raise Refused(found)
    if after["kind"] == "package":
        _check_package(after["contains"])


def _check_package(contains: Sequence[str]) -> None:
    if len(set(contains)) < 2 or len(set(contains)) < len(contains):
        raise Refused("a package contains two courses or more, each once")
    known = set(
        db.session.scalars(select(Offer.number).where(Offer.number.in_(contains), Offer.kind == "course"))
    )
    if missing := [number for number in contains if number not in known]:
        raise Refused(f"there is no course {', '.join(missing)}")


def _keep_seats(draft: Draft) -> bool:
    """Set the number of seats; whether it changed. Raises Refused when more are taken already.

    Check and change are one statement, since seats are being sold meanwhile (DOMAIN R2).
    """
    number, capacity = draft.number, draft.facts.get("capacity")
    seats = db.session.execute(select(Seats.capacity).where(Seats.offer_number == number)).one_or_none()
    if seats is None:
        db.session.add(Seats(offer_number=number, capacity=capacity))
        db.session.flush()
        return True
    if "capacity" not in draft.facts or seats.capacity == capacity:
        return False
    fits = true() if capacity is None else Seats.taken <= capacity
    resize = update(Seats).where(Seats.offer_number == number, fits).values(capacity=capacity)
    if not changed(db.session.execute(resize)):
        raise Refused(f"more than {capacity} seats are taken already")
    return True
