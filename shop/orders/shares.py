"""Who has paid how much of an order's lines, and what of it has gone back (DOMAIN R8)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, select, update

from shop.core.money import Cents
from shop.db import changed, db
from shop.orders.models import Share, Tender
from shop.orders.tender import PAYMENT

__all__ = ["PAYMENT", "MoreThanPaid", "give_back", "paid_by_payment", "shares_of"]

_LINES: BindParameter[UUID] = bindparam("lines", expanding=True)
_SHARES = (
    select(Share)
    .outerjoin(Tender, (Tender.order_id == bindparam("order")) & (Tender.account == Share.account))
    .where(Share.line_id.in_(_LINES))
    .order_by(Share.account == PAYMENT, Tender.position)
    .execution_options(populate_existing=True)
)
_PAID = select(Share.line_id, Share.cents).where(Share.account == PAYMENT, Share.line_id.in_(_LINES))


class MoreThanPaid(ValueError):
    """More should go back than was paid (QUALITY I15)."""


def shares_of(order_id: UUID, line_ids: Sequence[UUID]) -> list[Share]:
    """The shares of some lines of an order: purses in the order of its tenders, then the payment."""
    return list(db.session.scalars(_SHARES, {"order": order_id, "lines": line_ids}))


def paid_by_payment(line_ids: Sequence[UUID]) -> dict[UUID, Cents]:
    """What an order's payment has paid of some lines, in cents, for those of which it has paid anything."""
    rows = db.session.connection().execute(_PAID, {"lines": line_ids})
    return {line_id: cents for line_id, cents in rows}


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
