"""What the auditor keeps book of: plain values, without a database."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

PAGE = timedelta(minutes=60)  # how long a provider's page stays open


@dataclass
class Hold:
    """Cents set aside; open until posted, voided or swept, so a lapsed one still counts."""

    cents: int
    deadline: datetime
    is_open: bool = True


@dataclass
class Purse:
    """A sold voucher."""

    sold_in: "Order"
    posted: int
    valid_until: date
    paid: int  # what of its price could still go back
    number: str = ""
    blocked: bool = False
    closed: bool = False
    holds: list[Hold] = field(default_factory=list)

    @property
    def available(self) -> int:
        return self.posted - sum(hold.cents for hold in self.holds if hold.is_open)

    def hold(self, cents: int, deadline: datetime) -> Hold:
        assert 0 < cents <= self.available
        self.holds.append(Hold(cents, deadline))
        return self.holds[-1]

    def refusal(self, available: int, today: date) -> str:
        """Why it cannot pay, or empty."""
        reasons = {
            "closed": self.closed,
            "blocked": self.blocked,
            "expired": today > self.valid_until,
            "spent": available == 0,
        }
        return next((why for why, is_so in reasons.items() if is_so), "")


@dataclass
class Course:
    """A course: its price, its seats, its deadline."""

    cents: int
    capacity: int
    cancel_until: date
    redeemable: bool = True
    taken: int = 0
    is_off: bool = False


@dataclass
class Wish:
    """One thing in a basket: a place in a course, or a voucher (`about` is empty)."""

    about: str
    cents: int
    redeemable: bool


@dataclass
class Claim:
    """A voucher redeemed towards a basket."""

    at: datetime
    cents: int = 0
    hold: Hold | None = None


@dataclass
class Visitor:
    """Someone's basket and what they have redeemed towards it."""

    basket: list[Wish] = field(default_factory=list)
    claims: dict[str, Claim] = field(default_factory=dict)


@dataclass
class Line:
    """One ordered thing; `shares` is who pays how much and what of it went back: account → [cents, back]."""

    about: str
    cents: int
    state: str = ""
    until: datetime | None = None
    shares: dict[str, list[int]] = field(default_factory=dict)


@dataclass
class Tender:
    """What a voucher has promised to an order."""

    purse: Purse
    cents: int
    hold: Hold
    state: str = "held"


@dataclass
class Attempt:
    """One try to pay an order. Bank transfers have no page that closes."""

    method: str
    cents: int
    begun_at: datetime
    state: str = "begun"
    returned: bool = False

    def is_open(self, now: datetime) -> bool:
        is_waited_for = self.method == "bank" or self.begun_at + PAGE > now
        return self.state == "waiting" or (self.state == "begun" and is_waited_for)


@dataclass
class Refund:
    """Money that goes back to a payer."""

    attempt: Attempt
    cents: int
    state: str
    is_confirmed: bool = False


@dataclass
class Order:
    """A placed order; its vouchers are in `purses` once it is settled."""

    total: int
    due: int
    lines: list[Line]
    tenders: list[Tender]
    attempts: list[Attempt] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    purses: list[Purse] = field(default_factory=list)
    settled: bool = False
    settled_by: Attempt | None = None

    @property
    def bookings(self) -> list[Line]:
        return [line for line in self.lines if line.about]
