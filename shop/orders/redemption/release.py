"""Releasing: a voucher is taken out of a checkout, and everything it held is free again."""

from sqlalchemy import delete

from shop.db import db
from shop.failpoints import reach
from shop.orders import basket
from shop.orders.models import Claim
from shop.orders.purses import lock
from shop.orders.redemption.hold import let_go, rehold
from shop.orders.redemption.plan import redeemed


def release_strangers(visitor: str | None, user_id: int | None) -> None:
    """Take out cards of whoever was signed in here before, in the caller's transaction."""
    for number in strangers(visitor, user_id):
        release(visitor, number)


def strangers(visitor: str | None, user_id: int | None) -> list[str]:
    """The cards entered in this checkout that are not this person's, by number."""
    return [each.number for each in redeemed(visitor) if each.is_card and each.owner != user_id]


def release(visitor: str | None, number: str) -> bool:
    """Take one voucher out and plan anew; False when this visitor has not redeemed it.

    Runs in the caller's transaction.
    """
    if visitor is None:
        return False
    basket.take_turn(visitor)
    claims = sorted(redeemed(visitor), key=lambda claim: claim.account)
    found = [claim for claim in claims if claim.number == number]
    for claim in claims if found else ():  # what is planned anew below, before a purse is touched
        lock(claim.account)
    for claim in found:
        let_go(claim)
        db.session.execute(delete(Claim).where(Claim.id == claim.id))
    reach("release.let_go")
    if found:
        rehold(visitor)
    return bool(found)
