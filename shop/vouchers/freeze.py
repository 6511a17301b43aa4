"""Freezing what was bought with money that went back (DOMAIN P4)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update

from shop.db import db
from shop.vouchers.models import Voucher


def freeze(line_ids: Sequence[UUID]) -> None:
    """Block every voucher of these order lines; their value stays where it is until staff decide."""
    db.session.execute(update(Voucher).where(Voucher.order_line_id.in_(line_ids)).values(blocked=True))
