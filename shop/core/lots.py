"""Credit by where it came from: which lot pays, what was paid for it, and where it goes back (DOMAIN W3, W9, T4).

Pure proposals over plain values; the caller acts. A lot's `paid` is what its buyer has paid for what
is left in it: 200 € bought for 190 € hold 190 €, and every use takes its share of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shop.core.money import Cents


@dataclass(frozen=True)
class Rest:
    """What is left of one loading, in cents, and what was paid for that; `since` is its age.

    `held` is the part that a checkout will be paid with, if it is paid.
    """

    id: UUID
    left: Cents
    paid: Cents
    since: datetime
    held: Cents = 0


@dataclass(frozen=True)
class Draw:
    """A share of a price that a lot pays, with the part of its own price; no lot means credit not bought yet."""

    lot: UUID | None
    cents: Cents
    paid: Cents


def paid_part(cents: Cents, left: Cents, paid: Cents) -> Cents:
    """The price of a part of what is left; the last cent makes the sums meet (T4).

    Rounded down, so that what stays is never worth less than its price says. Raises ValueError for
    more than is left.
    """
    if not 0 <= cents <= left:
        raise ValueError(f"{cents} cents are no part of {left}")
    return paid if cents == left else paid * cents // left


def draw(cents: Cents, lots: Sequence[Rest]) -> list[Draw]:
    """Take so many cents of the oldest lots first; what they cannot pay is drawn without a lot (W9, W4).

    That part counts as paid in full until a lot takes it over. What checkouts hold is touched last:
    it is the oldest credit, and may have expired since.
    """
    in_turn = sorted(lots, key=lambda lot: (lot.since, lot.id))
    parts = [0] * len(in_turn)
    for kept in ([lot.held for lot in in_turn], [0] * len(in_turn)):
        for place, lot in enumerate(in_turn):
            part = min(cents, lot.left - kept[place] - parts[place])
            parts[place] += part
            cents -= part
    drawn = [(lot, part) for lot, part in zip(in_turn, parts, strict=True) if part]
    draws = [Draw(lot.id, part, paid_part(part, lot.left, lot.paid)) for lot, part in drawn]
    if cents:
        draws.append(Draw(None, cents, cents))
    return draws


def put_back(cents: Cents, draws: Sequence[Draw]) -> list[Draw]:
    """Which draws are undone when so many cents come back: those without a lot, then the youngest lot's.

    `draws` are in the order in which they were made. What a fee keeps is thus kept of the oldest
    credit. Raises ValueError for more than was drawn.
    """
    parts = []
    for each in sorted(reversed(draws), key=lambda each: each.lot is not None):
        part = min(cents, each.cents)
        if part:
            parts.append(Draw(each.lot, part, paid_part(part, each.cents, each.paid)))
            cents -= part
    if cents:
        raise ValueError(f"{cents} cents more should come back than were drawn")
    return parts


def spare(held: Cents, lefts: Sequence[Cents]) -> list[Cents]:
    """What of each lot, oldest first, no checkout holds: what is held will be the oldest lots' to pay."""
    parts = []
    for left in lefts:
        kept = min(held, left)
        held -= kept
        parts.append(left - kept)
    return parts


def is_usable(valid_until: date | None, today: date) -> bool:
    """Whether a lot can pay on a local day; its last day counts (QUALITY I11)."""
    return valid_until is None or today <= valid_until


def pay_out(left: Cents, paid: Cents, value: Cents) -> Cents:
    """What leaves in money of a lot's rest: rest × price paid ÷ value, rounded down (W7).

    `paid` and `value` are the whole lot's. A bonus is never paid out (W2).
    """
    return left * paid // value
