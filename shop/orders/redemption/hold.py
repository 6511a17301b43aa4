"""Holding what the plan says, so that two checkouts never spend the same euro (DOMAIN R4)."""

from datetime import timedelta

from shop import clock
from shop.core.money import Cents
from shop.db import db
from shop.failpoints import reach
from shop.ledger import book
from shop.ledger.book import HoldEnded, Overdrawn
from shop.orders import basket
from shop.orders.models import Claim
from shop.orders.redemption.plan import Plan, claims_of, plan

SHOPPING = timedelta(minutes=45)
TRIES = 3  # a balance may shrink between reading and holding; then the plan is made anew


def rehold(visitor: str) -> Plan:
    """Hold what each of a visitor's vouchers pays by the plan of now; runs in the caller's transaction.

    Raises Overdrawn when others spend the same vouchers faster than we can plan.
    """
    for turn in range(TRIES):
        wanted = plan(visitor, basket.lines(visitor))
        pays = {step.number: step.pays for step in wanted.steps}
        try:
            # In the order of their names, so that two checkouts never wait for each other.
            for claim in sorted(claims_of(visitor), key=lambda claim: claim.number):
                _hold(claim, pays[claim.number])
        except Overdrawn:
            if turn == TRIES - 1:
                raise
            continue
        break
    db.session.flush()
    return wanted


def let_go(claim: Claim) -> None:
    """Give back what a claim holds; a hold that has ended by itself is no news."""
    if claim.hold_id is None:
        return
    try:
        book.void(claim.hold_id)
    except HoldEnded as ended:
        if ended.how == "posted":
            raise
    claim.hold_id, claim.cents, claim.held_until = None, 0, None


def _hold(claim: Claim, cents: Cents) -> None:
    deadline = clock.of_database() + SHOPPING
    is_kept = claim.hold_id is not None and book.ending(claim.hold_id) is None
    if is_kept and claim.cents == cents and claim.held_until and claim.held_until > clock.of_database():
        return
    let_go(claim)
    reach("hold.let_go")
    if not cents:
        return
    claim.round += 1
    kept = book.hold(
        book.transfer_id("claim", claim.id, claim.round),
        debit=f"voucher:{claim.number}",
        credit="revenue",
        cents=cents,
        deadline=deadline,
        reason="held at checkout",
        reference=str(claim.id),
    )
    claim.hold_id, claim.cents, claim.held_until = kept.id, cents, deadline
