"""Issuing: a paid order line becomes vouchers with value on them (DOMAIN G6, QUALITY I6)."""

from datetime import datetime
from typing import cast
from uuid import UUID

from flask import current_app
from sqlalchemy import Table, insert

from shop import clock
from shop.core import codes
from shop.core.goods import OrderedLine
from shop.core.validity import Policy, valid_until
from shop.db import db
from shop.ledger import book
from shop.vouchers.models import Voucher

_ISSUE = insert(cast(Table, Voucher.__table__))


def fulfil(line: OrderedLine) -> None:
    """Issue a paid line's vouchers and move its price from the till onto them.

    Runs in the settling transaction. The ledger ids are made of line and copy, and so is a unique
    index: the same line can never be fulfilled twice.
    """
    today, now = clock.today(), clock.now()
    last_day = valid_until(Policy.read(current_app.config["VALIDITY"]), today)
    alike = {
        "serial": 0,
        "product_slug": line.facts["product"],
        "order_line_id": line.id,
        "face_cents": line.unit_cents,
        "paid_cents": line.unit_cents,
        "currency": line.currency,
        "language": line.language,
        "giver": line.buyer,
        "recipient": line.facts["recipient"],
        "dedication": line.facts["dedication"],
        "motif": line.facts["motif"],
        "channel": "shop",
        "issued_on": today,
        "issued_at": now,
        "valid_until": last_day,
    }
    copies = {copy: codes.new_number("G") for copy in range(1, line.quantity + 1)}
    rows = [alike | {"number": number, "copy": copy} for copy, number in copies.items()]
    db.session.connection().execute(_ISSUE, rows)
    for copy, number in copies.items():
        book.transfer(
            book.transfer_id("issue", line.id, copy),
            debit=line.till,
            credit=Voucher(number=number).account,
            cents=line.unit_cents,
            reason="voucher sold",
            reference=line.reference,
            currency=line.currency,
        )


def set_aside(line: OrderedLine, until: datetime) -> None:
    """Nothing to set aside: vouchers do not run out."""


def let_go(line_id: UUID) -> None:
    """Nothing to give back: a voucher is issued only when it is paid."""
