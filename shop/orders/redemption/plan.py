"""The spending plan: which voucher pays what, and what stays on it (DOMAIN R3). Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from shop import clock
from shop.core.money import Cents
from shop.core.tenders import Purse, Tender, propose, spending_order
from shop.db import db
from shop.ledger import book
from shop.orders.basket import BasketEntry
from shop.orders.models import Claim
from shop.vouchers.find import Refusal, refusal
from shop.vouchers.models import Voucher, VoucherProduct


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
    """

    total: Cents
    redeemable: Cents
    bookings: Cents
    steps: tuple[Step, ...] = ()
    tenders: tuple[Tender, ...] = ()

    @property
    def due(self) -> Cents:
        """What is left for the payment."""
        return self.total - sum(tender.cents for tender in self.tenders)

    @property
    def mark(self) -> str:
        """What the buyer saw of it: part of the mark that an order is checked against."""
        return "|".join(f"{step.number}:{step.pays}" for step in self.steps)


def claims_of(visitor: str | None) -> list[Claim]:
    """What a visitor has redeemed, in the order entered."""
    if visitor is None:
        return []
    query = select(Claim).where(Claim.visitor == visitor).order_by(Claim.claimed_at, Claim.number)
    return list(db.session.scalars(query))


def plan(visitor: str | None, entries: Sequence[BasketEntry]) -> Plan:
    """How this visitor's vouchers pay for these lines, by what is on them now."""
    total = sum(entry.cents for entry in entries)
    due = {place: entry.cents for place, entry in enumerate(entries) if entry.takes_vouchers}
    bookings = sum(entry.cents for entry in entries if entry.kind == "booking")
    claims = claims_of(visitor)
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
    return Plan(
        total, sum(due.values()), bookings, steps, tuple(tender for tender in tenders if tender.cents)
    )


def payable_lines(voucher: Voucher, entries: Sequence[BasketEntry]) -> frozenset[int]:
    """The places of the lines that a voucher may pay for; a narrow one pays for its categories only."""
    product = db.session.get_one(VoucherProduct, voucher.product_slug)
    return frozenset(
        place
        for place, entry in enumerate(entries)
        if entry.takes_vouchers and (not product.valid_for or entry.category in product.valid_for)
    )


def _look(claim: Claim, entered: int, entries: Sequence[BasketEntry]) -> tuple[Purse, Refusal | None]:
    """A claim's voucher as a purse: what its own hold keeps aside is its to give."""
    voucher = db.session.get_one(Voucher, claim.number)
    available = book.available(voucher.account)
    if claim.hold_id is not None and book.ending(claim.hold_id) is None:
        available += claim.cents
    why = refusal(voucher, available=available, today=clock.today())
    lines = frozenset() if why else payable_lines(voucher, entries)
    return Purse(voucher.account, available, voucher.valid_until, lines, entered), why
