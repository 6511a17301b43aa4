"""Claiming: number and code become a hold; the parent that holds all control flow (DESIGN, walk two)."""

import uuid
from collections.abc import Sequence
from enum import Enum

from shop import clock
from shop.db import db, transaction
from shop.failpoints import reach
from shop.ledger import book
from shop.ledger.book import Overdrawn
from shop.orders import basket, throttle
from shop.orders.models import Claim
from shop.orders.redemption.hold import rehold
from shop.orders.redemption.plan import claims_of, payable_lines
from shop.vouchers import find
from shop.vouchers.models import Voucher

MOST = 30  # vouchers in one checkout; more is a robot


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
    if reason := _refusal(visitor, voucher):
        return Refused(reason, voucher)
    db.session.add(
        Claim(
            id=uuid.uuid4(), visitor=visitor, number=voucher.number, round=0, cents=0, claimed_at=clock.now()
        )
    )
    db.session.flush()
    try:
        rehold(visitor)
    except Overdrawn:
        db.session.delete(next(c for c in claims_of(visitor) if c.number == voucher.number))
        return Refused(Unfit.HELD, voucher)
    reach("claim.held")
    return None


def _refusal(visitor: str, voucher: Voucher) -> "find.Refusal | Unfit | None":
    """Why this voucher cannot pay here, or None. The first match wins."""
    claims = claims_of(visitor)
    if any(kept.number == voucher.number for kept in claims):
        return Unfit.TWICE
    available = book.available(voucher.account)
    if why := find.refusal(voucher, available=available, today=clock.today()):
        held = why is find.Refusal.SPENT and book.posted(voucher.account) != 0
        return Unfit.HELD if held else why
    if not payable_lines(voucher, basket.lines(visitor)):
        return Unfit.NOT_HERE
    return Unfit.TOO_MANY if len(claims) >= MOST else None
