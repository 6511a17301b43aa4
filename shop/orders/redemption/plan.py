"""The spending plan: which voucher pays what, and what stays on it (DOMAIN R3). Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select

from shop import clock
from shop.core.money import Cents
from shop.core.tenders import Purse, Tender, propose, spending_order
from shop.db import db
from shop.ledger import book
from shop.orders.basket import BasketEntry
from shop.orders.models import Claim
from shop.vouchers.find import Refusal, refusal
from shop.vouchers.models import Voucher, VoucherProduct

_claims, _vouchers, _products = (cast(Table, model.__table__) for model in (Claim, Voucher, VoucherProduct))
_c, _v, _p = _claims.c, _vouchers.c, _products.c
_REDEEMED = (
    select(
        _c.id, _c.number, _c.round, _c.hold_id, _c.cents, _c.held_until,
        _v.closed, _v.blocked, _v.valid_until, _p.valid_for,
    )
    .join_from(_claims, _vouchers, _v.number == _c.number)
    .join(_products, _p.slug == _v.product_slug)
    .where(_c.visitor == bindparam("visitor"))
    .order_by(_c.claimed_at, _c.number)
)  # fmt: skip


class Redeemed(NamedTuple):
    """A visitor's claim with what decides whether and for what its voucher may pay, as the columns say.

    `id`, `round`, `hold_id`, `cents` and `held_until` are the claim's; `valid_for` is the product's.
    """

    id: UUID
    number: str
    round: int
    hold_id: UUID | None
    cents: Cents
    held_until: datetime | None
    closed: str
    blocked: bool
    valid_until: date | None
    valid_for: Sequence[str]

    @property
    def account(self) -> str:
        """Its voucher's purse in the ledger."""
        return f"voucher:{self.number}"


@dataclass(frozen=True)
class Step:
    """One redeemed voucher: what it pays and what remains on it, in cents; `refusal` when it cannot."""

    number: str
    pays: Cents
    remains: Cents
    valid_until: date | None
    refusal: Refusal | None


@dataclass(frozen=True)
class Plan:
    """How a basket gets paid: the steps in spending order, and what is left to pay, in cents.

    `bookings` is what its courses cost, `redeemable` the part of that which vouchers may pay for.
    `claims` are the vouchers redeemed, in the order entered.
    """

    total: Cents
    redeemable: Cents
    bookings: Cents
    steps: tuple[Step, ...] = ()
    tenders: tuple[Tender, ...] = ()
    claims: tuple[Redeemed, ...] = ()

    @property
    def due(self) -> Cents:
        """What is left for the payment."""
        return self.total - sum(tender.cents for tender in self.tenders)

    @property
    def mark(self) -> str:
        """What the buyer saw of it: part of the mark that an order is checked against."""
        return "|".join(f"{step.number}:{step.pays}" for step in self.steps)


def redeemed(visitor: str | None) -> list[Redeemed]:
    """What a visitor has redeemed, in the order entered."""
    if visitor is None:
        return []
    rows = db.session.connection().execute(_REDEEMED, {"visitor": visitor})
    return [Redeemed._make(row) for row in rows]


def plan(visitor: str | None, entries: Sequence[BasketEntry]) -> Plan:
    """How this visitor's vouchers pay for these lines, by what is on them now."""
    total = sum(entry.cents for entry in entries)
    due = {place: entry.cents for place, entry in enumerate(entries) if entry.takes_vouchers}
    bookings = sum(entry.cents for entry in entries if entry.kind == "booking")
    claims = redeemed(visitor)
    if not claims:
        return Plan(total, sum(due.values()), bookings)
    found = {claim.number: _look(claim, place, entries) for place, claim in enumerate(claims)}
    purses = spending_order([purse for purse, _ in found.values()])
    tenders = propose(due, purses)
    pays = {tender.account: tender.cents for tender in tenders}
    refusals = {purse.account: why for purse, why in found.values()}
    steps = tuple(
        Step(
            number=purse.account.removeprefix("voucher:"),
            pays=pays[purse.account],
            remains=purse.available - pays[purse.account],
            valid_until=purse.valid_until,
            refusal=refusals[purse.account],
        )
        for purse in purses
    )
    needed = tuple(tender for tender in tenders if tender.cents)
    return Plan(total, sum(due.values()), bookings, steps, needed, tuple(claims))


def payable_lines(claim: Redeemed, entries: Sequence[BasketEntry]) -> frozenset[int]:
    """The places of the lines that a voucher may pay for; a narrow one pays for its categories only."""
    return frozenset(
        place
        for place, entry in enumerate(entries)
        if entry.takes_vouchers and (not claim.valid_for or entry.category in claim.valid_for)
    )


def _look(claim: Redeemed, entered: int, entries: Sequence[BasketEntry]) -> tuple[Purse, Refusal | None]:
    """A claim's voucher as a purse: what its own hold keeps aside is its to give."""
    available = book.available(claim.account, besides=claim.hold_id)
    why = refusal(claim, available=available, today=clock.today())
    lines = frozenset() if why else payable_lines(claim, entries)
    return Purse(claim.account, available, claim.valid_until, lines, entered), why
