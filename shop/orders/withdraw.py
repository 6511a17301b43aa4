"""Withdrawing from a contract: the declaration is kept, acknowledged, and its codes are blocked (L3)."""

import uuid

from sqlalchemy import select

from shop import clock
from shop.cases.open import open_case
from shop.core import codes
from shop.db import db
from shop.orders.fulfil import freeze_bought
from shop.orders.models import Order, OrderLine
from shop.outbox import queue
from shop.vouchers.models import Voucher


def withdraw(name: str, contract: str, email: str, language: str) -> None:
    """Take a consumer's declaration of withdrawal as made; runs in the caller's transaction.

    The codes are blocked at once when the e-mail is the order's own: an order number alone is
    public, and must not let a stranger block a gift. A person looks at every declaration.
    """
    now = clock.now()
    declaration = uuid.uuid4()
    order = _order_named(contract)
    is_theirs = order is not None and order.email.casefold() == email.casefold()
    if order is not None and is_theirs:
        lines = select(OrderLine.id).where(OrderLine.order_id == order.id)
        freeze_bought(db.session.scalars(lines).all())
    facts = {"name": name, "contract": contract, "email": email, "at": now.isoformat(), "language": language}
    open_case(
        "withdrawal",
        str(declaration),
        {**facts, "order": order.number if order else None, "codes_blocked": is_theirs},
    )
    queue.put(
        uuid.uuid5(declaration, "mail:withdrawal_received"),
        "withdrawal_received",
        recipient=email,
        facts=facts,
        reference=order.number if order and is_theirs else "withdrawal",
    )


def _order_named(contract: str) -> Order | None:
    """The order that an order's or a voucher's number stands for."""
    try:
        return db.session.scalar(select(Order).where(Order.number == codes.read_order_number(contract)))
    except codes.Malformed:
        return _order_of_voucher(contract)


def _order_of_voucher(contract: str) -> Order | None:
    try:
        number = codes.read_number(contract)
    except codes.Malformed:
        return None
    query = select(Order).join(OrderLine, OrderLine.order_id == Order.id)
    query = query.join(Voucher, Voucher.order_line_id == OrderLine.id).where(Voucher.number == number)
    return db.session.scalar(query)
