"""Holding what the plan says, so that two checkouts never spend the same euro (DOMAIN R4)."""

from datetime import timedelta
from typing import cast

from sqlalchemy import Table, bindparam, update

from shop import clock
from shop.core.money import Cents
from shop.db import db
from shop.failpoints import reach
from shop.ledger import book
from shop.ledger.book import Entry, Overdrawn
from shop.orders import basket
from shop.orders.models import Claim
from shop.orders.purses import kind_of, void
from shop.orders.redemption.plan import Plan, Redeemed, plan

SHOPPING = timedelta(minutes=45)
TRIES = 3  # a balance may shrink between reading and holding; then the plan is made anew

_claims = cast(Table, Claim.__table__)
_KEEP = (
    update(_claims)
    .where(_claims.c.id == bindparam("claim"))
    .values({name: bindparam(f"now_{name}") for name in ("round", "hold_id", "cents", "held_until")})
)


def rehold(visitor: str, wanted: Plan | None = None) -> Plan:
    """Hold what each of a visitor's vouchers pays by a plan just made, or by one made now.

    Runs in the caller's transaction, in the visitor's turn. Raises Overdrawn when others spend the
    same vouchers faster than we can plan.
    """
    wanted = wanted or plan(visitor, basket.lines(visitor))
    for _ in range(TRIES - 1):
        try:
            return _hold_all(wanted)
        except Overdrawn:
            wanted = plan(visitor, basket.lines(visitor))
    return _hold_all(wanted)


def let_go(claim: Redeemed) -> None:
    """Give back what a claim holds; a hold that has ended by itself is no news."""
    if claim.hold_id is not None:
        void(claim.account, claim.hold_id)


def _hold_all(wanted: Plan) -> Plan:
    pays = {step.number: step.pays for step in wanted.steps}
    # In the order of their names, so that two checkouts never wait for each other.
    for claim in sorted(wanted.claims, key=lambda claim: claim.account):
        _hold(claim, pays[claim.number])
    return wanted


def _hold(claim: Redeemed, cents: Cents) -> None:
    is_kept = claim.hold_id is not None and book.ending(claim.hold_id) is None
    if is_kept and claim.cents == cents and claim.held_until and claim.held_until > clock.of_database():
        return
    let_go(claim)
    reach("hold.let_go")
    try:
        held = _held(claim, cents) if cents else None
    except Overdrawn:
        _keep(claim, None)
        raise
    _keep(claim, held)


def _held(claim: Redeemed, cents: Cents) -> Entry:
    kind_of(claim.account).ready(claim.number)
    return book.hold(
        book.transfer_id("claim", claim.id, claim.round + 1),
        debit=claim.account,
        credit="revenue",
        cents=cents,
        deadline=clock.of_database() + SHOPPING,
        reason="held at checkout",
        reference=str(claim.id),
    )


def _keep(claim: Redeemed, held: Entry | None) -> None:
    """Write down what a claim holds now, if that has changed."""
    if held is None and claim.hold_id is None:
        return
    row = {
        "claim": claim.id,
        "now_round": claim.round + 1 if held else claim.round,
        "now_hold_id": held.id if held else None,
        "now_cents": held.cents if held else 0,
        "now_held_until": held.deadline if held else None,
    }
    db.session.connection().execute(_KEEP, row)
