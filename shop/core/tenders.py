"""How purses share a price: pure proposals, the caller acts (DOMAIN R3, R8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shop.core.money import Cents


@dataclass(frozen=True)
class Purse:
    """Something that can pay: its ledger account, what it may give in cents, its last local day.

    `lines` are the positions of the order lines that it may pay for; a narrow purse pays for few.
    `entered` is its place in the order of entry.
    """

    account: str
    available: Cents
    valid_until: date | None
    lines: frozenset[int]
    entered: int


@dataclass(frozen=True)
class Tender:
    """A purse's share of a price: cents by line position, and in all."""

    account: str
    by_line: Mapping[int, Cents]

    @property
    def cents(self) -> Cents:
        """What the purse gives in all."""
        return sum(self.by_line.values())


def spending_order(purses: Sequence[Purse]) -> list[Purse]:
    """Soonest expiry first, then the narrowest restriction, then the order entered (DOMAIN R3)."""
    return sorted(purses, key=lambda p: (p.valid_until or date.max, len(p.lines), p.entered))


def propose(due: Mapping[int, Cents], purses: Sequence[Purse]) -> list[Tender]:
    """Each purse gives what it can to the lines it may pay for, until nothing is due.

    `due` is each line's price in cents by position. The answer follows the spending order; a purse
    that is not needed gives nothing and stands in it with 0 cents.
    """
    left = dict(due)
    tenders = []
    for purse in spending_order(purses):
        available, by_line = purse.available, {}
        for position in sorted(purse.lines & left.keys()):
            cents = min(available, left[position])
            if cents:
                by_line[position] = cents
                left[position] -= cents
                available -= cents
        tenders.append(Tender(purse.account, by_line))
    return tenders


def give_back(cents: Cents, shares: Sequence[tuple[str, Cents]]) -> list[tuple[str, Cents]]:
    """Split what goes back of a line: first to each purse what it had paid, then to the payment (R8).

    `shares` are (account, cents that may still go back) in the order to fill. Raises ValueError when
    more should go back than was paid.
    """
    parts = []
    for account, most in shares:
        part = min(cents, most)
        cents -= part
        if part:
            parts.append((account, part))
    if cents:
        raise ValueError(f"{cents} cents more should go back than were paid")
    return parts
