"""Who has paid how much of an order's lines, and what of it has gone back (DOMAIN R8)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from shop.core.money import Cents
from shop.db import changed, db
from shop.orders.models import Share, Tender
from shop.orders.tender import PAYMENT

__all__ = ["PAYMENT", "MoreThanPaid", "give_back", "shares_of"]


class MoreThanPaid(ValueError):
    """More should go back than was paid (QUALITY I15)."""


def shares_of(order_id: UUID, line_ids: Sequence[UUID]) -> list[Share]:
    """The shares of some lines of an order: purses in the order of its tenders, then the payment."""
    tenders = select(Tender.account, Tender.position).where(Tender.order_id == order_id)
    position = {account: place for account, place in db.session.execute(tenders)}
    query = select(Share).where(Share.line_id.in_(line_ids)).execution_options(populate_existing=True)
    found = db.session.scalars(query).all()
    return sorted(found, key=lambda share: (share.account == PAYMENT, position.get(share.account, 0)))


def give_back(line_id: UUID, account: str, cents: Cents) -> None:
    """Count cents of a share as given back, in one guarded statement. Raises MoreThanPaid."""
    done = db.session.execute(
        update(Share)
        .where(Share.line_id == line_id, Share.account == account, Share.given_back + cents <= Share.cents)
        .values(given_back=Share.given_back + cents)
        .execution_options(synchronize_session="fetch")
    )
    if not changed(done):
        raise MoreThanPaid(f"{cents} cents are more than {account} has left in line {line_id}")
