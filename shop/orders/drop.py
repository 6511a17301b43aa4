"""Giving an unpaid order up: what was kept for it is free again (DOMAIN R4, W4)."""

from sqlalchemy import select, update

from shop.core import codes
from shop.db import db
from shop.orders import keep
from shop.orders.models import Order
from shop.payments.models import Payment


class NotDropped(ValueError):
    """An order that cannot be given up; the words say why, for staff."""


def drop_order(number: str) -> Order:
    """Give up an order that nobody has paid, in the caller's transaction. Raises NotDropped.

    Money that comes after all settles it if what it was for can still be had.
    """
    try:
        read = codes.read_order_number(number)
    except codes.Malformed:
        raise NotDropped("this is no order number") from None
    # Payments before their order, as settling takes them: else the two wait for each other.
    mine = Payment.order_id.in_(select(Order.id).where(Order.number == read))
    db.session.execute(select(Payment.id).where(mine).order_by(Payment.id).with_for_update())
    order = db.session.scalar(select(Order).where(Order.number == read).with_for_update())
    if order is None:
        raise NotDropped("there is no such order")
    if order.state == "settled":
        raise NotDropped("it is paid: cancel what it is about instead")
    underway = select(Payment.id).where(Payment.order_id == order.id, Payment.state == "waiting")
    if db.session.scalar(underway.limit(1)):
        raise NotDropped("its money is on the way")
    begun = Payment.order_id == order.id, Payment.state == "begun"
    db.session.execute(update(Payment).where(*begun).values(state="failed"))
    keep.let_go(order)
    return order
