"""What codes cost an organisation right now: its wishes priced, in the order of the offers' numbers (DOMAIN C1)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from flask import current_app
from sqlalchemy import select

from shop.bookings import rules
from shop.catalogue.models import Offer
from shop.catalogue.seats import free
from shop.core.money import Cents
from shop.core.words import said
from shop.db import db


class Refusal(Enum):
    """Why codes cannot be ordered as they stand, in order of precedence."""

    EMPTY = "empty"
    QUANTITY = "quantity"
    TOO_MANY = "too many"
    GONE = "gone"
    FREE_OF_CHARGE = "free of charge"
    CHANGED = "changed"
    NO_TERMS = "no terms"


class Refused(Exception):
    """An order that cannot be placed; `reason` says why, `offer` is the number that it is about, or empty."""

    def __init__(self, reason: Refusal, offer: str = "") -> None:
        super().__init__(f"{reason.value} {offer}".strip())
        self.reason, self.offer = reason, offer


@dataclass(frozen=True)
class PricedLine:
    """So many codes for one course or package, priced now.

    `problem` is empty, or why this line cannot be ordered. `free` is how many seats are left, None
    without limit: codes do not reserve any, so it is something to warn of.
    """

    offer: str
    title: str
    quantity: int
    unit_cents: Cents
    problem: Refusal | None = None
    free: int | None = None

    @property
    def cents(self) -> Cents:
        """The price of all pieces."""
        return self.unit_cents * self.quantity


def quote_codes(wishes: Mapping[str, int], language: str = "de") -> list[PricedLine]:
    """Price an organisation's wishes (offer number → quantity, zeros left out); reads only."""
    numbers = sorted(number for number, quantity in wishes.items() if quantity != 0)
    found = {each.number: each for each in db.session.scalars(select(Offer).where(Offer.number.in_(numbers)))}
    return [_priced(number, found.get(number), wishes[number], language) for number in numbers]


def total(lines: Sequence[PricedLine]) -> Cents:
    """The price of all lines that can be ordered."""
    return sum(line.cents for line in lines if line.problem is None)


def mark(lines: Sequence[PricedLine]) -> str:
    """What the administrator was shown, as one word: the form gives it back as `seen`."""
    shown = "\n".join(f"{line.offer} {line.title} {line.quantity} {line.unit_cents}" for line in lines)
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


def refuse(lines: Sequence[PricedLine], seen: str) -> None:
    """Raise Refused when these lines cannot be ordered, or are not what was shown."""
    if not lines:
        raise Refused(Refusal.EMPTY)
    for line in lines:
        if line.problem:
            raise Refused(line.problem, line.offer)
    if seen != mark(lines):
        raise Refused(Refusal.CHANGED)


def _priced(number: str, offer: Offer | None, quantity: int, language: str) -> PricedLine:
    cents = int(offer.price_cents or 0) if offer else 0
    return PricedLine(
        offer=number,
        title=said(offer.title, language)[:200] if offer else number,
        quantity=quantity,
        unit_cents=cents,
        problem=_problem(offer, quantity),
        free=free(number) if offer else 0,
    )


def _problem(offer: Offer | None, quantity: int) -> Refusal | None:
    if quantity < 1:
        return Refusal.QUANTITY
    if quantity > current_app.config["PURCHASE_LIMIT"]:
        return Refusal.TOO_MANY
    if offer is None or offer.kind not in ("course", "package") or rules.closed(offer):
        return Refusal.GONE
    return None if offer.price_cents else Refusal.FREE_OF_CHARGE
