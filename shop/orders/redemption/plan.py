"""The spending plan: which voucher or card pays what, and what stays on it (DOMAIN R3). Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, func, select

from shop import clock
from shop.cards import find as cards
from shop.cards.models import Card, CardType
from shop.core.money import Cents
from shop.core.tenders import Purse, Tender, propose, spending_order
from shop.db import db
from shop.ledger import book
from shop.orders.basket import BasketEntry
from shop.orders.models import Claim
from shop.orders.purses import account_of
from shop.vouchers.find import Refusal, refusal
from shop.vouchers.models import Voucher, VoucherProduct

_claims, _vouchers, _products, _cards, _types = (
    cast(Table, model.__table__) for model in (Claim, Voucher, VoucherProduct, Card, CardType)
)
_c, _v, _p, _k, _t = _claims.c, _vouchers.c, _products.c, _cards.c, _types.c
_REDEEMED = (
    select(
        _c.id, _c.number, _c.round, _c.hold_id, _c.cents, _c.held_until,
        func.coalesce(_v.closed, "").label("closed"),
        func.coalesce(_v.blocked, False).label("blocked"),
        _v.valid_until, _p.valid_for, _k.state, _k.user_id, _t.title, _t.classes,
    )
    .outerjoin_from(_claims, _vouchers, _v.number == _c.number)
    .outerjoin(_products, _p.slug == _v.product_slug)
    .outerjoin(_cards, _k.number == _c.number)
    .outerjoin(_types, _t.key == _k.type_key)
    .where(_c.visitor == bindparam("visitor"))
    .order_by(_c.claimed_at, _c.number)
)  # fmt: skip


class Redeemed(NamedTuple):
    """A visitor's claim with what decides whether and for what its purse may pay, as the columns say.

    `id`, `round`, `hold_id`, `cents` and `held_until` are the claim's. Of a voucher follow its own
    columns and its product's `valid_for`; of a card its `state` and `owner`, its type's `title` and `classes`.
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
    valid_for: Sequence[str] | None
    state: str | None
    owner: int | None
    title: Mapping[str, str] | None
    classes: Sequence[str] | None

    @property
    def account(self) -> str:
        """Its purse in the ledger."""
        return account_of(self.number)

    @property
    def is_card(self) -> bool:
        """Whether this is a person's card and no bearer's voucher."""
        return self.classes is not None


@dataclass(frozen=True)
class Step:
    """One redeemed voucher or card: what it pays and what remains on it, in cents; `refusal` when it cannot.

    `card` is a card's title by language, and None for a voucher.
    """

    number: str
    pays: Cents
    remains: Cents
    valid_until: date | None
    refusal: Refusal | None
    card: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Plan:
    """How a basket gets paid: the steps in spending order, and what is left to pay, in cents.

    `bookings` is what its courses cost, `redeemable` the part of that which vouchers may pay for.
    `claims` are the vouchers and cards entered, in the order entered.
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
    """How this visitor's vouchers and cards pay for these lines, by what is on them now."""
    total = sum(entry.cents for entry in entries)
    redeemable = sum(entry.cents for entry in entries if entry.takes_vouchers)
    bookings = sum(entry.cents for entry in entries if entry.kind == "booking")
    claims = redeemed(visitor)
    if not claims:
        return Plan(total, redeemable, bookings)
    due = {place: entry.cents for place, entry in enumerate(entries) if entry.kind == "booking"}
    found = {claim.number: _look(claim, place, entries) for place, claim in enumerate(claims)}
    purses = spending_order([purse for purse, _ in found.values()])
    tenders = propose(due, purses)
    pays = {tender.account: tender.cents for tender in tenders}
    refusals = {purse.account: why for purse, why in found.values()}
    by_account = {claim.account: claim for claim in claims}
    steps = tuple(
        Step(
            number=by_account[purse.account].number,
            card=by_account[purse.account].title,
            pays=pays[purse.account],
            remains=purse.available - pays[purse.account],
            valid_until=purse.valid_until,
            refusal=refusals[purse.account],
        )
        for purse in purses
    )
    needed = tuple(tender for tender in tenders if tender.cents)
    return Plan(total, redeemable, bookings, steps, needed, tuple(claims))


def payable_lines(claim: Redeemed, entries: Sequence[BasketEntry]) -> frozenset[int]:
    """The places of the lines that a voucher or a card may pay for.

    A narrow voucher pays for its categories only, a card for the classes that its type names (W1).
    """
    return frozenset(place for place, entry in enumerate(entries) if _may_pay(claim, entry))


def _may_pay(claim: Redeemed, entry: BasketEntry) -> bool:
    if claim.classes is not None:
        return entry.kind == "booking" and entry.class_key in claim.classes
    return entry.takes_vouchers and (not claim.valid_for or entry.category in claim.valid_for)


def _look(claim: Redeemed, entered: int, entries: Sequence[BasketEntry]) -> tuple[Purse, Refusal | None]:
    """A claim's purse: what its own hold keeps aside is its to give."""
    if claim.is_card:
        return _look_at_card(claim, entered, entries)
    available = book.available(claim.account, besides=claim.hold_id)
    why = refusal(claim, available=available, today=clock.today())
    lines = frozenset() if why else payable_lines(claim, entries)
    return Purse(claim.account, available, claim.valid_until, lines, entered), why


def _look_at_card(
    claim: Redeemed, entered: int, entries: Sequence[BasketEntry]
) -> tuple[Purse, Refusal | None]:
    """A card as a purse, with the next day on which a part of its credit ends."""
    card = db.session.get_one(Card, claim.number)
    available = cards.bookable(card, besides=claim.hold_id)
    why = Refusal.CLOSED if claim.state == "closed" else Refusal.SPENT if available <= 0 else None
    ends = cards.next_expiry(card)
    lines = frozenset() if why else payable_lines(claim, entries)
    return Purse(claim.account, available, ends[0] if ends else None, lines, entered), why
