"""Claiming: number and code, or one's own card, become a hold; the parent with all control flow (DESIGN, walk two)."""

import uuid
from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import cast

from sqlalchemy import Table, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite

from shop import clock
from shop.cards import find as cards
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

MOST = 30  # vouchers in one checkout; more is a robot

_claims = cast(Table, Claim.__table__)
_ENTER = {
    name: insert(_claims).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_TAKE_BACK = delete(_claims).where(_claims.c.id == bindparam("claim"))


class Refused(Exception):
    """A voucher or card that cannot help here, told exactly because number and code are right (DOMAIN R7)."""

    def __init__(self, reason: "find.Refusal | Unfit", valid_until: date | None = None) -> None:
        super().__init__(reason.value)
        self.reason, self.valid_until = reason, valid_until


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
            refused = _claim(visitor, voucher.number, voucher.valid_until)
    reach("claim.after_commit")
    if voucher is None:
        raise Unknown
    if refused is not None:
        raise refused


def claim_card(visitor: str, user_id: int, number: str) -> None:
    """Pay a visitor's basket with a card of the person who is signed in, as far as it goes (DOMAIN W1).

    Opens its own transaction. Raises `cards.find.NoSuchCard` for a stranger's, or Refused.
    """
    cards.of_owner(user_id, number)
    with transaction():
        refused = _claim(visitor, number)
    reach("claim.after_commit")
    if refused is not None:
        raise refused


def _claim(visitor: str, number: str, valid_until: date | None = None) -> Refused | None:
    """Hold this purse for this visitor, or say why not; what is refused has changed nothing."""
    basket.take_turn(visitor)
    row = {"id": uuid.uuid4(), "visitor": visitor, "number": number, "claimed_at": clock.now()}
    connection = db.session.connection()
    if not changed(connection.execute(_ENTER[connection.dialect.name], row)):
        return Refused(Unfit.TWICE, valid_until)
    entries = basket.lines(visitor)
    wanted = plan(visitor, entries)
    reason = _refusal(wanted, number, entries)
    try:
        if reason is None:
            rehold(visitor, wanted)
            reach("claim.held")
            return None
    except Overdrawn:
        reason = Unfit.HELD
    connection.execute(_TAKE_BACK, {"claim": row["id"]})
    return Refused(reason, valid_until)


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
