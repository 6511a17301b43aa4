"""Issuing: a paid order line becomes vouchers with value on them (DOMAIN G6, QUALITY I6)."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from flask import current_app
from sqlalchemy import Table, insert

from shop import clock
from shop.core import codes
from shop.core.money import Cents
from shop.core.validity import Policy, valid_until
from shop.db import db
from shop.ledger import book
from shop.vouchers.models import Voucher

_ISSUE = insert(cast(Table, Voucher.__table__))


def fulfil(
    line_id: UUID,
    *,
    quantity: int,
    unit_cents: Cents,
    currency: str,
    facts: Mapping[str, Any],
    giver: str,
    language: str,
    till: str,
    reference: str,
) -> list[str]:
    """Issue a paid line's vouchers and move its price from the till onto them; their numbers.

    Runs in the settling transaction. The ledger ids are made of line and copy, and so is a unique
    index: the same line can never be fulfilled twice.
    """
    today, now = clock.today(), clock.now()
    last_day = valid_until(Policy.read(current_app.config["VALIDITY"]), today)
    alike = {
        "serial": 0,
        "product_slug": facts["product"],
        "order_line_id": line_id,
        "face_cents": unit_cents,
        "paid_cents": unit_cents,
        "currency": currency,
        "language": language,
        "giver": giver,
        "recipient": facts["recipient"],
        "dedication": facts["dedication"],
        "motif": facts["motif"],
        "channel": "shop",
        "issued_on": today,
        "issued_at": now,
        "valid_until": last_day,
    }
    copies = {copy: codes.new_number("G") for copy in range(1, quantity + 1)}
    rows = [alike | {"number": number, "copy": copy} for copy, number in copies.items()]
    db.session.connection().execute(_ISSUE, rows)
    for copy, number in copies.items():
        book.transfer(
            book.transfer_id("issue", line_id, copy),
            debit=till,
            credit=Voucher(number=number).account,
            cents=unit_cents,
            reason="voucher sold",
            reference=reference,
            currency=currency,
        )
    return list(copies.values())
