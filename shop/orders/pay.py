"""Sending a buyer to pay: the provider is asked outside of any transaction, with the attempt's own key."""

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from shop import clock
from shop.db import db, transaction
from shop.orders import keep, tender
from shop.orders.attempts import BY_REFERENCE, announce_received, latest_payment, money_here, new_payment
from shop.orders.models import Order, OrderLine
from shop.payments.gateway import FRESH, Begun, Bill, BillLine
from shop.payments.methods import gateway
from shop.payments.models import Payment


def begin(order: Order, payment: Payment, *, return_url: str, cancel_url: str) -> str | None:
    """Ask the provider where the buyer pays; None when there is no page to visit (bank transfer).

    Asking twice gives the same page. Raises `payments.gateway.Unreachable`; nothing is lost then.
    """
    if payment.provider_ref is not None:
        return payment.pay_url
    bill = _bill(order, payment, return_url, cancel_url)
    payment_id, method = payment.id, payment.method
    db.session.rollback()  # let the reading transaction go: the provider may take its time
    begun = gateway(method).begin(bill)
    _keep(payment_id, begun)
    return begun.pay_url


def again(order: Order, method: str) -> Payment:
    """The attempt to continue, or a new one when the last can no longer be paid or is by another method.

    A new attempt keeps the order's seats and vouchers anew. Runs in the caller's transaction; two
    clicks make one attempt, because the order's row is locked. Raises `core.goods.Gone` or
    `tender.Lost` when what was kept for the order has gone to somebody else meanwhile.
    """
    db.session.execute(select(Order.id).where(Order.id == order.id).with_for_update())
    last = latest_payment(order.id)
    if last is None:
        raise ValueError(f"nothing is due for order {order.number}")
    if paid := money_here(order.id):
        return paid  # nobody pays twice for what has come too late
    # Money on its way is waited for, whatever is chosen now: a second attempt would be paid twice.
    if last.state == "waiting" or (last.state == "begun" and last.method == method and not _is_over(last)):
        return last
    keep.keep_until(order, tender.deadline(method))
    payment = new_payment(order, method, attempt=last.attempt + 1)
    if method in BY_REFERENCE:
        announce_received(order)
    db.session.flush()
    return payment


def _is_over(payment: Payment) -> bool:
    """Whether an attempt's page has closed, or it was never answered and is too old to ask again."""
    now = clock.now()
    closed = payment.expires_at is not None and payment.expires_at <= now
    return closed or (payment.provider_ref is None and payment.begun_at + FRESH <= now)


def _lines(order: Order) -> tuple[BillLine, ...]:
    """The lines of the bill; where vouchers pay a part, the rest stands as one line."""
    rows = db.session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
    )
    if order.due_cents != order.total_cents:
        with force_locale(order.language):
            return (BillLine(_("Rest der Bestellung %(number)s", number=order.number), 1, order.due_cents),)
    return tuple(BillLine(row.title, row.quantity, row.unit_cents) for row in rows if row.unit_cents)


def _bill(order: Order, payment: Payment, return_url: str, cancel_url: str) -> Bill:
    return Bill(
        payment_id=payment.id,
        attempt=payment.attempt,
        order_id=order.id,
        order_number=order.number,
        email=order.email,
        language=order.language,
        cents=payment.cents,
        currency=payment.currency,
        lines=_lines(order),
        return_url=return_url,
        cancel_url=cancel_url,
        begun_at=payment.begun_at,
    )


def _keep(payment_id: object, begun: Begun) -> None:
    """Write down what the provider answered, once."""
    with transaction() as session:
        session.execute(
            update(Payment)
            .where(Payment.id == payment_id, Payment.provider_ref.is_(None))
            .values(provider_ref=begun.provider_ref, pay_url=begun.pay_url, expires_at=begun.expires_at)
        )
