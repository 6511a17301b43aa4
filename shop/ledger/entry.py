"""One line of the ledger as a value: what the book returns and compares."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shop.core.money import Cents


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of `transfers`, whose columns these are; `cents` is what moved, is held, or was posted."""

    id: UUID
    kind: str
    debit: str
    credit: str
    cents: Cents
    currency: str
    reason: str
    reference: str
    deadline: datetime | None
    ends: UUID | None
    made_at: datetime

    @property
    def facts(self) -> tuple[str, str, str, Cents, str, str, str, UUID | None]:
        """What a repeat must say again. Not the moments: they tell when it was asked, not what."""
        return (
            self.kind, self.debit, self.credit, self.cents,
            self.currency, self.reason, self.reference, self.ends,
        )  # fmt: skip

    @property
    def row(self) -> dict[str, object]:
        """The columns by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def check(wanted: Entry) -> None:
    """Refuse what is a mistake of the caller's, before anything is written. Raises ValueError."""
    check_cents(wanted.cents)
    if wanted.debit == wanted.credit:
        raise ValueError(f"{wanted.debit} cannot pay itself")
    if not 0 < len(wanted.reason) <= 40 or len(wanted.reference) > 80:
        raise ValueError("a reason has 1 to 40 characters, a reference up to 80")
    if wanted.deadline is not None and wanted.deadline.tzinfo is None:
        raise ValueError("a deadline needs a time zone")


def check_cents(cents: Cents) -> None:
    """Refuse what is not a positive whole number of cents. Raises ValueError."""
    if type(cents) is not int or not 0 < cents < 2**53:
        raise ValueError(f"not an amount to move: {cents!r}")
