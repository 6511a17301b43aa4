"""What every way to pay has in common: a bill goes in, a page to pay on comes out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

SESSION = timedelta(minutes=60)
"""How long a provider's page stays open, reckoned from when the attempt began."""

FRESH = timedelta(minutes=29)
"""How long an attempt that the provider has not answered may be begun again under its own key.

Stripe wants a page to stay open for 30 minutes at least, so the same request, word for word, is
acceptable only in the first half of `SESSION`. After that a new attempt (new payment id) is safe:
nobody has seen the page of the old one. That is long before Stripe forgets a key (QUALITY F2).
"""


class GatewayError(Exception):
    """A payment could not be begun or refunded; nothing was charged."""


class Unreachable(GatewayError):
    """The provider does not answer, or not now: try the same again in a moment."""


class Lapsed(GatewayError):
    """The attempt is older than `FRESH`: begin a new one."""


class NotOffered(GatewayError):
    """This way to pay is not configured, or must not run here."""


class Refused(GatewayError):
    """The provider understood and said no: a setting or a value is wrong. `param` names the value."""

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


@dataclass(frozen=True)
class BillLine:
    """One line of a bill, priced in cents per piece."""

    title: str
    quantity: int
    unit_cents: int


@dataclass(frozen=True)
class Bill:
    """All that a provider is told about one attempt to pay one order.

    The same attempt always gives the same bill, `begun_at` (UTC) included: a retry under the same
    key must be the same request. Raises ValueError when the lines do not add up to `cents`.
    """

    payment_id: UUID
    attempt: int
    order_id: UUID
    order_number: str
    email: str
    language: str
    cents: int
    currency: str
    lines: tuple[BillLine, ...]
    return_url: str
    cancel_url: str
    begun_at: datetime

    def __post_init__(self) -> None:
        if sum(line.quantity * line.unit_cents for line in self.lines) != self.cents:
            raise ValueError(f"the lines of order {self.order_number} do not add up to its total")


@dataclass(frozen=True)
class Begun:
    """What the provider answered: its own reference, and where and until when the buyer can pay."""

    provider_ref: str
    pay_url: str | None
    expires_at: datetime | None


class Gateway(Protocol):
    """One way to pay."""

    @property
    def method(self) -> str:
        """Its name, as payments keep it."""

    def begin(self, bill: Bill) -> Begun:
        """Ask the provider to collect a bill. The same bill twice gives the same answer.

        Call it outside of any transaction: the provider may take its time.
        Raises Unreachable, Lapsed or Refused.
        """

    def refund(self, payment_source_ref: str, cents: int, key: str) -> str:
        """Send `cents` back to where they came from; the same `key` twice refunds once (DOMAIN P4).

        Returns the provider's reference of the refund. Raises Unreachable or Refused.
        """
