"""Keeping an unpaid order's vouchers and seats for it, and letting them go (DOMAIN R4)."""

from datetime import datetime

from sqlalchemy import select

from shop import clock
from shop.db import db
from shop.orders import tender
from shop.orders.goods import SERVES, as_line, place_in_turn
from shop.orders.models import Order
from shop.orders.placed import AnyOrder
from shop.payments.models import Payment


def set_aside(order: Order, until: datetime) -> None:
    """Set every line's goods aside, each in its turn.

    Raises `core.goods.Gone`.
    """
    for line in sorted(order.lines, key=place_in_turn):
        SERVES[line.kind].set_aside(as_line(order, line), until)


def keep_until(order: Order, until: datetime) -> None:
    """Keep seats and vouchers of an unpaid order until a new deadline. Raises Gone or tender.Lost."""
    set_aside(order, until)
    tender.hold_again(order, until)


def let_go(order: AnyOrder) -> None:
    """Give seats and vouchers of an unpaid order back; quiet when repeated."""
    for line in sorted(order.lines, key=place_in_turn):
        SERVES[line.kind].let_go(line.id)
    tender.release(order.id)


def is_still_wanted(order: Order) -> bool:
    """Whether another attempt may still pay this order: one that is open, or money on its way."""
    query = select(Payment).where(Payment.order_id == order.id, Payment.state.in_(("begun", "waiting")))
    now = clock.now()
    return any(
        payment.state == "waiting" or payment.expires_at is None or payment.expires_at > now
        for payment in db.session.scalars(query)
    )
