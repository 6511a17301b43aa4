"""An order's tenders: what purses have promised is held, then posted or released (DOMAIN R4)."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, insert, select, update

from shop import clock
from shop.core.money import Cents
from shop.core.tenders import Tender as Proposal
from shop.db import db
from shop.failpoints import reach
from shop.ledger import book
from shop.ledger.book import HoldEnded, Overdrawn
from shop.orders.models import Claim, Order, Share, Tender
from shop.orders.placed import AnyOrder
from shop.orders.redemption.hold import let_go
from shop.orders.redemption.plan import Plan
from shop.vouchers.find import refusal
from shop.vouchers.models import Voucher

PAYMENT = "payment"  # the account of a share that the order's payment pays

_tenders, _claims = cast(Table, Tender.__table__), cast(Table, Claim.__table__)
_OF_ORDER = select(Tender).where(Tender.order_id == bindparam("order")).order_by(Tender.position)
_PROMISED = (
    select(_tenders.c.id, _tenders.c.account, _tenders.c.cents, _tenders.c.hold_id)
    .where(_tenders.c.order_id == bindparam("order"))
    .order_by(_tenders.c.account)
)
_PROMISE = insert(_tenders)
_POSTED = update(_tenders).where(_tenders.c.id == bindparam("tender")).values(state="posted")
_SHARE = insert(cast(Table, Share.__table__))
_CLAIM_ENDS = delete(_claims).where(_claims.c.id == bindparam("claim"))

# How long vouchers and seats wait for a payment; longer than the provider's page stays open (R4).
WAITS = {"bank": timedelta(days=14), "delayed": timedelta(days=21)}
SHORT = timedelta(minutes=90)


class Promise(NamedTuple):
    """What a purse has promised to an order; a tender's columns of the same names."""

    id: UUID
    account: str
    cents: Cents
    hold_id: UUID


class Lost(Exception):
    """A purse can no longer give what it had promised: blocked, expired or spent meanwhile."""

    def __init__(self, account: str) -> None:
        super().__init__(f"{account} can no longer pay its share")
        self.account = account


def deadline(method: str) -> datetime:
    """Until when an order keeps its vouchers and seats, by the database's clock."""
    return clock.of_database() + WAITS.get(method, SHORT)


def of_order(order_id: UUID) -> list[Tender]:
    """An order's tenders in the order that they were planned."""
    return list(db.session.scalars(_OF_ORDER, {"order": order_id}))


def take(order: Order, wanted: Plan, until: datetime) -> None:
    """Turn a visitor's claims into the order's tenders, and freeze who pays how much of each line.

    Raises Lost when a purse has less than the plan says.
    """
    connection = db.session.connection()
    positions = {proposal.account: position for position, proposal in enumerate(wanted.tenders)}
    for claim in sorted(wanted.claims, key=lambda claim: claim.number):
        let_go(claim)
        connection.execute(_CLAIM_ENDS, {"claim": claim.id})
        if (position := positions.get(claim.account)) is not None:
            _promise(order, wanted.tenders[position], position, until)
            reach("place.promised")
    if shares := list(_shares(order, wanted)):
        connection.execute(_SHARE, shares)


def _promise(order: Order, proposal: Proposal, position: int, until: datetime) -> None:
    tender_id = uuid.uuid5(order.id, f"tender:{proposal.account}")
    row = {
        "id": tender_id,
        "order_id": order.id,
        "position": position,
        "account": proposal.account,
        "cents": proposal.cents,
        "hold_id": _hold(order, tender_id, 1, proposal, until),
    }
    db.session.connection().execute(_PROMISE, row)


def _shares(order: Order, wanted: Plan) -> Iterator[dict[str, object]]:
    """Who pays how much of each line: the purses by the plan, the payment what they leave."""
    for place, line in enumerate(order.lines):
        left = line.cents
        for proposal in wanted.tenders:
            if cents := proposal.by_line.get(place, 0):
                yield {"line_id": line.id, "account": proposal.account, "cents": cents}
                left -= cents
        if left:
            yield {"line_id": line.id, "account": PAYMENT, "cents": left}


def _hold(order: Order, tender_id: UUID, turn: int, gives: Proposal | Tender, until: datetime) -> UUID:
    """Hold what a purse gives for the n-th time; the hold's id. Raises Lost."""
    kept_id = book.transfer_id("tender", tender_id, turn)
    try:
        book.hold(
            kept_id,
            debit=gives.account,
            credit="revenue",
            cents=gives.cents,
            deadline=until,
            reason="held for an order",
            reference=order.number,
            currency=order.currency,
        )
    except Overdrawn:
        raise Lost(gives.account) from None
    return kept_id


def post_all(order: AnyOrder) -> None:
    """Make every promise final, in the settling transaction.

    A hold that has lapsed is taken anew if the purse still can (R4). Raises Lost.
    """
    connection = db.session.connection()
    for promise in [Promise(*row) for row in connection.execute(_PROMISED, {"order": order.id})]:
        try:
            book.post(promise.hold_id)
        except HoldEnded as ended:
            if ended.how != "posted":
                _pay_late(promise, order)
        connection.execute(_POSTED, {"tender": promise.id})


def _pay_late(tender: Promise, order: AnyOrder) -> None:
    _void(tender)  # until it is swept, a hold that has lapsed still counts against its purse
    _require(tender)
    try:
        book.transfer(
            book.transfer_id("tender", tender.id, "late"),
            debit=tender.account,
            credit="revenue",
            cents=tender.cents,
            reason="voucher redeemed late",
            reference=order.number,
            currency=order.currency,
        )
    except Overdrawn:
        raise Lost(tender.account) from None


def release(order_id: UUID) -> None:
    """Give back what an unpaid order's purses still hold; quiet when repeated."""
    for tender in sorted(of_order(order_id), key=lambda tender: tender.account):
        if tender.state == "held":
            _void(tender)
            tender.state = "released"


def hold_again(order: Order, until: datetime) -> None:
    """Hold every promise until a new deadline: a new try to pay, or money on its way. Raises Lost."""
    for tender in sorted(of_order(order.id), key=lambda tender: tender.account):
        _void(tender)
        _require(tender)
        tender.round += 1
        tender.hold_id = _hold(order, tender.id, tender.round, tender, until)
        tender.state = "held"


def _void(tender: Tender | Promise) -> None:
    """Let a hold go; one that has lapsed by itself is no news."""
    try:
        book.void(tender.hold_id)
    except HoldEnded as ended:
        if ended.how == "posted":
            raise


def _require(tender: Tender | Promise) -> None:
    """Raise Lost for a purse that may not pay any more."""
    voucher = db.session.get_one(Voucher, tender.account.removeprefix("voucher:"))
    available = book.available(tender.account)
    if refusal(voucher, available=available, today=clock.today()) or available < tender.cents:
        raise Lost(tender.account)
