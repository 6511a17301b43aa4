"""Forgetting claims of checkouts that were left: the ledger has long released what they held."""

from datetime import timedelta

from sqlalchemy import delete, func, select

from shop import clock
from shop.db import changed, db
from shop.orders.models import Claim

LEFT = timedelta(days=1)  # who comes back the same day finds the vouchers still entered


def forget_left(limit: int = 200) -> int:
    """Delete claims that nobody has touched for a day, in the caller's transaction; how many."""
    before = clock.of_database() - LEFT
    is_left = (Claim.claimed_at < before) & (func.coalesce(Claim.held_until, Claim.claimed_at) < before)
    old = select(Claim.id).where(is_left).limit(limit)
    return changed(db.session.execute(delete(Claim).where(Claim.id.in_(old))))
