"""What the auditor of a value card keeps book of: plain values, without a database."""

from dataclasses import dataclass
from datetime import date, datetime


class No(Exception):
    """What the shop must refuse, and in which word."""


@dataclass
class Lot:
    """One loading: `left` can be spent, `aside` cannot; `paid` and `aside_paid` are what was paid for those."""

    source: str
    value: int
    price: int
    since: datetime
    until: date | None
    order: int | None = None
    left: int = 0
    paid: int = 0
    aside: int = 0
    aside_paid: int = 0
    paid_out: int = 0
    frozen: bool = False

    def is_good(self, today: date) -> bool:
        return not self.frozen and (self.until is None or today <= self.until)

    def take(self, cents: int) -> int:
        """Take cents out; what was paid for them, and the last cent makes the sums meet."""
        paid = self.paid if cents == self.left else self.paid * cents // self.left
        self.left, self.paid = self.left - cents, self.paid - paid
        assert 0 <= self.paid <= self.left
        return paid


@dataclass
class Use:
    """What one lot (None is credit not bought yet) has paid of one thing."""

    thing: str
    lot: Lot | None
    cents: int
    paid: int


@dataclass
class Hold:
    """Cents set aside for a checkout; open until posted, let go or swept."""

    cents: int
    deadline: datetime
    is_open: bool = True


@dataclass
class TopUp:
    """A top-up that was ordered: open, paid or gone."""

    value: int
    price: int
    until: datetime
    state: str = "open"
    returned: bool = False
