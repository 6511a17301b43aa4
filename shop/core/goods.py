"""What goods rooms and deals tell each other about a line, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shop.core.money import Cents


@dataclass(frozen=True)
class Quote:
    """A line's title and price in cents; `problem` is empty, or why it cannot be sold as it stands.

    `category` is what a restricted voucher asks for; `takes_vouchers` is whether any may pay (R6, G10);
    `class_key` is what a value card must allow, and empty where none may pay (W1).
    `source` is the goods room's own row: while a quote is at hand, its session need not read it again.
    """

    title: str
    unit_cents: Cents
    problem: str = ""
    category: str = ""
    takes_vouchers: bool = False
    class_key: str = ""
    source: object = None


@dataclass(frozen=True)
class OrderedLine:
    """One frozen line, as its goods room needs it: to set it aside, to fulfil it, to undo it.

    `till` is the account that a payment came into, empty while nothing is paid or nothing was due.
    """

    id: UUID
    quantity: int
    unit_cents: Cents
    currency: str
    facts: Mapping[str, Any]
    buyer: str
    email: str
    language: str
    reference: str
    till: str = ""


class Gone(Exception):
    """What a line is about can no longer be had: no seat is left, the course does not take place."""
