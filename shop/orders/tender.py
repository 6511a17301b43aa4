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
from shop.orders.purses import kind_name, kind_of, lock, number_of, void
from shop.orders.redemption.hold import let_go
from shop.orders.redemption.plan import Plan

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
_shares = cast(Table, Share.__table__)
_SHARE = insert(_shares)
_PAID_OF = select(_shares.c.line_id, _shares.c.cents).where(
    _shares.c.account == bindparam("account"), _shares.c.line_id.in_(bindparam("lines", expanding=True))
)
_CLAIM_ENDS = delete(_claims).where(_claims.c.id == bindparam("claim"))

# How long purses and seats wait for a payment; longer than the provider's page stays open (R4).
WAITS = {"bank": timedelta(days=14), "counter": timedelta(days=14), "delayed": timedelta(days=21)}
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
    for claim in sorted(wanted.claims, key=lambda claim: claim.account):
        let_go(claim)
        connection.execute(_CLAIM_ENDS, {"claim": claim.id})
    for position, proposal in sorted(enumerate(wanted.tenders), key=lambda each: each[1].account):
        _promise(order, proposal, position, until)
        reach("place.promised")
    if shares := list(_split(order, wanted)):
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


def _split(order: Order, wanted: Plan) -> Iterator[dict[str, object]]:
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
    kind_of(gives.account).ready(number_of(gives.account))
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
        lock(promise.account)
        try:
            book.post(promise.hold_id)
        except HoldEnded as ended:
            if ended.how != "posted":
                _pay_late(promise, order)
        _note_paid(promise, order)
        connection.execute(_POSTED, {"tender": promise.id})


def _note_paid(promise: Promise, order: AnyOrder) -> None:
    """Tell the purse's room for which lines it has paid, which a voucher need not know."""
    kind = kind_of(promise.account)
    if kind.paid is None:
        return
    asked = {"account": promise.account, "lines": [line.id for line in order.lines]}
    cents = {line_id: part for line_id, part in db.session.connection().execute(_PAID_OF, asked)}
    paid = [(line, cents[line.id]) for line in order.lines if line.id in cents]
    what = " · ".join(dict.fromkeys(line.title for line, _cents in paid))
    kind.paid(number_of(promise.account), [(line.id, part) for line, part in paid], what, order.number)


def _pay_late(tender: Promise, order: AnyOrder) -> None:
    # Until it is swept, a hold that has lapsed still counts against its purse.
    void(tender.account, tender.hold_id)
    _require(tender)
    try:
        book.transfer(
            book.transfer_id("tender", tender.id, "late"),
            debit=tender.account,
            credit="revenue",
            cents=tender.cents,
            reason=f"{kind_name(tender.account)} redeemed late",
            reference=order.number,
            currency=order.currency,
        )
    except Overdrawn:
        raise Lost(tender.account) from None


def release(order_id: UUID) -> None:
    """Give back what an unpaid order's purses still hold; quiet when repeated."""
    for tender in sorted(of_order(order_id), key=lambda tender: tender.account):
        if tender.state == "held":
            void(tender.account, tender.hold_id)
            tender.state = "released"


def hold_again(order: Order, until: datetime) -> None:
    """Hold every promise until a new deadline: a new try to pay, or money on its way. Raises Lost."""
    for tender in sorted(of_order(order.id), key=lambda tender: tender.account):
        void(tender.account, tender.hold_id)
        _require(tender)
        tender.round += 1
        tender.hold_id = _hold(order, tender.id, tender.round, tender, until)
        tender.state = "held"


def _require(tender: Tender | Promise) -> None:
    """Raise Lost for a purse that may not pay any more."""
    if not kind_of(tender.account).can_pay(number_of(tender.account), tender.cents):
        raise Lost(tender.account)
