"""A plain-Python ledger without a database: what the real one must answer and hold."""

from dataclasses import dataclass, field
from datetime import datetime

Said = tuple[str, str, str, int]  # kind, debit, credit, cents


def is_purse(account: str) -> bool:
    return account.startswith(("voucher:", "card:"))


@dataclass
class Hold:
    """One hold, and how it ended."""

    debit: str
    credit: str
    cents: int
    deadline: datetime
    how: str | None = None
    posted: int = 0


@dataclass
class Auditor:
    """Balances in dictionaries, rules in sentences."""

    balance: dict[str, int] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)

    def posted(self, account: str) -> int:
        return self.balance.get(account, 0)

    def available(self, purse: str) -> int:
        held = sum(hold.cents for hold in self.holds.values() if hold.debit == purse and hold.how is None)
        return self.posted(purse) - held

    def enter(self, name: str, said: Said, deadline: datetime | None) -> str:
        """What the ledger must answer to a transfer or hold, and do."""
        if name in self.said:
            return "ok" if self.said[name] == said else "contradiction"
        _, debit, credit, cents = said
        if is_purse(debit) and self.available(debit) < cents:
            return "overdrawn"
        self.said[name] = said
        if deadline is None:
            self._move(debit, credit, cents)
        else:
            self.holds[name] = Hold(debit, credit, cents, deadline)
        return "ok"

    def end(self, name: str, how: str, cents: int, now: datetime) -> str:
        """What the ledger must answer to the end of a hold, and do."""
        hold = self.holds[name]
        if how == "posted" and cents > hold.cents:
            return "more_than_held"
        if hold.how == how:
            return "ok" if hold.posted == cents else "contradiction"
        if hold.how is not None:
            return f"already_{hold.how}"
        if how == "posted" and now >= hold.deadline:
            return "already_expired"
        if how == "expired" and now < hold.deadline:
            return "not_overdue"
        hold.how, hold.posted = how, cents
        if cents:
            self._move(hold.debit, hold.credit, cents)
        return "ok"

    def sweep(self, now: datetime) -> int:
        """How many holds the sweeper must expire."""
        overdue = [hold for hold in self.holds.values() if hold.how is None and now >= hold.deadline]
        for hold in overdue:
            hold.how = "expired"
        return len(overdue)

    def _move(self, debit: str, credit: str, cents: int) -> None:
        for account, change in ((debit, -cents), (credit, cents)):
            self.balance[account] = self.posted(account) + change
