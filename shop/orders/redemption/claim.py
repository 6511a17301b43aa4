"""Claiming: number and code become a hold; the parent that holds all control flow (DESIGN, walk two)."""

import uuid
from collections.abc import Sequence
from enum import Enum
from typing import cast

from sqlalchemy import Table, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite

from shop import clock
from shop.db import changed, db, transaction
from shop.failpoints import reach
from shop.ledger import book
from shop.ledger.book import Overdrawn
from shop.orders import basket, throttle
from shop.orders.basket import BasketEntry
from shop.orders.models import Claim
from shop.orders.redemption.hold import rehold
from shop.orders.redemption.plan import Plan, payable_lines, plan
from shop.vouchers import find
from shop.vouchers.models import Voucher

MOST = 30  # vouchers in one checkout; more is a robot

_claims = cast(Table, Claim.__table__)
_ENTER = {
    name: insert(_claims).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_TAKE_BACK = delete(_claims).where(_claims.c.id == bindparam("claim"))


class Refused(Exception):
    """A voucher that cannot help here, told exactly because number and code are right (DOMAIN R7)."""

    def __init__(self, reason: "find.Refusal | Unfit", voucher: Voucher) -> None:
        super().__init__(reason.value)
        self.reason, self.valid_until, self.blocked = reason, voucher.valid_until, voucher.blocked


class Unknown(Exception):
    """Number and code do not belong together; one neutral answer for every reason (DOMAIN R7)."""


class Unfit(Enum):
    """Why a good voucher does not help this checkout."""

    TWICE = "twice"
    TOO_MANY = "too many"
    NOT_HERE = "not valid for these courses"
    HELD = "held elsewhere"


def claim(visitor: str, number_text: str, code_text: str, sources: Sequence[str]) -> None:
    """Redeem a voucher towards a visitor's basket: throttle, find, match, refuse, plan, hold.

    Opens its own transaction. Raises Unknown, Refused, or `throttle.Throttled`; a wrong guess is
    counted even then.
    """
    refused: Refused | None = None
    with transaction():
        throttle.admit(sources)
        voucher = find.typed(number_text, code_text)
        if voucher is None:
            throttle.note_wrong(sources)
        else:
            refused = _claim(visitor, voucher)
    reach("claim.after_commit")
    if voucher is None:
        raise Unknown
    if refused is not None:
        raise refused


def _claim(visitor: str, voucher: Voucher) -> Refused | None:
    """Hold this voucher for this visitor, or say why not; what is refused has changed nothing."""
    basket.take_turn(visitor)
    row = {"id": uuid.uuid4(), "visitor": visitor, "number": voucher.number, "claimed_at": clock.now()}
    connection = db.session.connection()
    if not changed(connection.execute(_ENTER[connection.dialect.name], row)):
        return Refused(Unfit.TWICE, voucher)
    entries = basket.lines(visitor)
    wanted = plan(visitor, entries)
    reason = _refusal(wanted, voucher.number, entries)
    try:
        if reason is None:
            rehold(visitor, wanted)
            reach("claim.held")
            return None
    except Overdrawn:
        reason = Unfit.HELD
    connection.execute(_TAKE_BACK, {"claim": row["id"]})
    return Refused(reason, voucher)


def _refusal(wanted: Plan, number: str, entries: Sequence[BasketEntry]) -> "find.Refusal | Unfit | None":
    """Why the voucher asked for cannot pay here, or None. The first match wins."""
    why = next(step.refusal for step in wanted.steps if step.number == number)
    asked = next(claim for claim in wanted.claims if claim.number == number)
    if why is find.Refusal.SPENT and book.posted(asked.account) != 0:
        return Unfit.HELD
    if why:
        return why
    if not payable_lines(asked, entries):
        return Unfit.NOT_HERE
    return Unfit.TOO_MANY if len(wanted.claims) > MOST else None
