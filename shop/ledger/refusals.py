"""Why the ledger refuses: one class for each reason, all of them `Refused`."""

from datetime import datetime
from uuid import UUID

from shop.core.money import Cents
from shop.ledger.entry import Entry

HOW = {"post": "posted", "void": "voided", "expire": "expired"}


class Refused(Exception):
    """The ledger has changed nothing; the caller's transaction may go on."""


class Overdrawn(Refused):
    """A purse has less than was asked of it, all in cents."""

    def __init__(self, account: str, cents: Cents, available: Cents) -> None:
        super().__init__(f"{account} has {available} available, {cents} were asked")
        self.account, self.cents, self.available = account, cents, available


class Contradiction(Refused):
    """The id is known with other facts: somebody uses one id for two things."""

    def __init__(self, kept: Entry, wanted: Entry) -> None:
        super().__init__(f"{kept.id} is kept as {kept.facts}, not {wanted.facts}")
        self.kept, self.wanted = kept, wanted


class NoSuchHold(Refused):
    """No hold has this id."""

    def __init__(self, hold_id: UUID) -> None:
        super().__init__(f"no hold has the id {hold_id}")
        self.hold_id = hold_id


class HoldEnded(Refused):
    """The hold is over; `how` tells which end came first: posted, voided or expired (QUALITY F8)."""

    def __init__(self, hold_id: UUID, how: str) -> None:
        super().__init__(f"hold {hold_id} was {how}")
        self.hold_id, self.how = hold_id, how


class NotOverdue(Refused):
    """A hold cannot expire before its deadline."""

    def __init__(self, hold_id: UUID, deadline: datetime) -> None:
        super().__init__(f"hold {hold_id} stands until {deadline}")
        self.hold_id, self.deadline = hold_id, deadline


class MoreThanHeld(Refused):
    """A hold was to be posted with more cents than it holds."""

    def __init__(self, hold_id: UUID, cents: Cents, held: Cents) -> None:
        super().__init__(f"hold {hold_id} holds {held}, {cents} were to be posted")
        self.hold_id, self.cents, self.held = hold_id, cents, held
