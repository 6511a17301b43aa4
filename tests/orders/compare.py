"""What the shop says beside what the auditor says, of everything in one story."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import select

from shop.bookings.models import Booking
from shop.catalogue.models import Seats
from shop.db import db
from shop.ledger import book
from shop.orders.models import Order as PlacedOrder
from shop.orders.models import Refund as KeptRefund
from shop.orders.models import Tender as KeptTender
from shop.payments.gateway import Refused, Unreachable
from shop.payments.models import Payment
from shop.vouchers.models import Voucher
from tests.orders.auditor import Auditor
from tests.shopfloor import (
    assert_sound,
)

PRICES = {"voll": (7000, 2), "klein": (3000, 6), "ohne": (5000, 9)}  # cents, seats; "ohne" takes no vouchers
TILLS = ("till:stripe", "till:bank")


@dataclass
class Provider:
    """Who sends refunds: remembers keys, and fails as told."""

    mood: str = "well"
    paid: dict[str, int] = field(default_factory=dict)

    def refund(self, source: str, cents: int, key: str) -> str:
        if self.mood == "refuses":
            raise Refused("no such charge")
        if self.mood == "is away":
            raise Unreachable
        assert self.paid.setdefault(key, cents) == cents
        if self.mood == "answers nobody":
            raise Unreachable
        return f"re_{key}"


@dataclass
class Known:
    """The real rows of one order."""

    id: UUID
    number: str
    lines: list[UUID]
    payments: list[UUID]


class Compared(RuleBasedStateMachine):
    """The real rows of one story, and the auditor's books of it."""

    story: str
    auditor: Auditor
    known: list[Known]
    before: Counter[str]

    @invariant()
    def everything_is_as_the_auditor_says(self) -> None:
        db.session.rollback()
        real, wanted = self._real(), self._wanted()
        for what, values in wanted.items():
            assert real[what] == values, f"{what}: the shop says {real[what]}, the auditor {values}"
        assert_sound()
        db.session.rollback()

    def _own(self, name: str) -> str:
        return f"{name}-{self.story}"

    def _balances(self) -> Counter[str]:
        return Counter({name: book.posted(name) for name in (*TILLS, "revenue", "suspense")})

    def _real(self) -> dict[str, Any]:
        """What the shop says of everything in this story."""
        query = select(Voucher).where(Voucher.number.in_(self.auditor.purses))
        seats = select(Seats.offer_number, Seats.taken).where(Seats.offer_number.in_(map(self._own, PRICES)))
        now = self._balances()
        return {
            "vouchers": {
                v.number: (
                    book.posted(v.account),
                    book.available(v.account),
                    v.blocked,
                    v.closed != "",
                    v.valid_until,
                )
                for v in db.session.scalars(query)
            },
            "seats": {number: taken for number, taken in db.session.execute(seats)},
            "orders": self._real_orders(),
            "owed": sum(book.posted(f"payable:{known.number}") for known in self.known),
            "accounts": {name: now[name] - self.before[name] for name in now},
        }

    def _real_orders(self) -> list[dict[str, Any]]:
        ids = [known.id for known in self.known]
        lines = [line for known in self.known for line in known.lines]
        states = select(PlacedOrder.id, PlacedOrder.state).where(PlacedOrder.id.in_(ids))
        bookings = select(Booking.order_line_id, Booking.state).where(Booking.order_line_id.in_(lines))
        settled = {row[0]: row[1] == "settled" for row in db.session.execute(states)}
        booked = {row[0]: row[1] for row in db.session.execute(bookings)}
        tenders = self._rows(KeptTender, KeptTender.position, KeptTender.cents, KeptTender.state)
        payments = self._rows(Payment, Payment.attempt, Payment.method, Payment.state)
        refunds = self._rows(KeptRefund, KeptRefund.cents, KeptRefund.cents, KeptRefund.state)
        return [
            {
                "is settled": settled[known.id],
                "bookings": [booked.get(line, "") for line in known.lines],
                "tenders": tenders[known.id],
                "payments": payments[known.id],
                "refunds": sorted(refunds[known.id]),
            }
            for known in self.known
        ]

    def _rows(self, table: Any, by: Any, *columns: Any) -> dict[UUID, list[Any]]:
        """Rows of a table by their order."""
        ids = [known.id for known in self.known]
        found: dict[UUID, list[Any]] = {id: [] for id in ids}
        for row in db.session.execute(
            select(table.order_id, *columns).where(table.order_id.in_(ids)).order_by(by)
        ):
            found[row[0]].append(tuple(row[1:]))
        return found

    def _wanted(self) -> dict[str, Any]:
        """What the auditor says of everything in this story."""
        auditor = self.auditor
        return {
            "vouchers": {
                n: (p.posted, p.available, p.blocked, p.closed, p.valid_until)
                for n, p in auditor.purses.items()
            },
            "seats": {self._own(number): each.taken for number, each in auditor.courses.items()},
            "orders": [
                {
                    "is settled": order.settled,
                    "bookings": [line.state for line in order.lines],
                    "tenders": [(tender.cents, tender.state) for tender in order.tenders],
                    "payments": [(attempt.method, attempt.state) for attempt in order.attempts],
                    "refunds": sorted((refund.cents, refund.state) for refund in order.refunds),
                }
                for order in auditor.orders
            ],
            "owed": auditor.accounts["owed"],
            "accounts": {name: auditor.accounts[name] for name in self.before},
        }
