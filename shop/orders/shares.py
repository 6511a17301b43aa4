"""Who has paid how much of an order's lines, and what of it has gone back (DOMAIN R8)."""

from collections.abc import Sequence
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import BindParameter, Table, bindparam, select, update

from shop.core.money import Cents
from shop.db import changed, db
from shop.orders.models import Share, Tender
from shop.orders.tender import PAYMENT

__all__ = ["PAYMENT", "MoreThanPaid", "give_back", "paid_by_payment", "shares_of"]

_LINES: BindParameter[UUID] = bindparam("lines", expanding=True)
_shares, _tenders = cast(Table, Share.__table__), cast(Table, Tender.__table__)
_s, _t = _shares.c, _tenders.c
_SHARES = (
    select(_s.account, _s.cents, _s.given_back)
    .outerjoin_from(_shares, _tenders, (_t.order_id == bindparam("order")) & (_t.account == _s.account))
    .where(_s.line_id.in_(_LINES))
    .order_by(_s.account == PAYMENT, _t.position)
)
_PAID = select(_s.line_id, _s.cents).where(_s.account == PAYMENT, _s.line_id.in_(_LINES))


class MoreThanPaid(ValueError):
    """More should go back than was paid (QUALITY I15)."""


class Part(NamedTuple):
    """A share as it stands now; its columns of the same names."""

    account: str
    cents: Cents
    given_back: Cents


def shares_of(order_id: UUID, line_ids: Sequence[UUID]) -> list[Part]:
    """The shares of some lines of an order: purses in the order of its tenders, then the payment."""
    rows = db.session.connection().execute(_SHARES, {"order": order_id, "lines": line_ids})
    return [Part(*row) for row in rows]


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
