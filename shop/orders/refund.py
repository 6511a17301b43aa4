"""Refunds: an unspent voucher's money leaves, and what the provider says about refunds (DOMAIN P4)."""

from sqlalchemy import select, update

from shop import clock
from shop.cases.open import open_case
from shop.core import codes
from shop.db import changed, db
from shop.ledger import book
from shop.ledger.book import Overdrawn
from shop.orders import shares
from shop.orders.credit_note import take_back_voucher
from shop.orders.match import payment_of
from shop.orders.models import Order, OrderLine, Refund
from shop.orders.owe import FAILED, call_staff, owe, payable, settled_by
from shop.orders.refund_mail import announce_voucher
from shop.payments.happening import Happening
from shop.payments.models import Payment
from shop.vouchers.models import Voucher


class NotRefundable(ValueError):
    """A voucher whose money cannot leave now; the words say why, for staff."""


def refund_voucher(number: str, *, by: str) -> Refund:
    """Close a voucher and owe its rest to whoever paid for it, in the caller's transaction (P4).

    A partly spent one refunds only the rest. `by` is who decided it. Raises NotRefundable: unknown,
    nothing left, held by a checkout, or its payment went back already.
    """
    voucher, order, line = _sold(number)
    left = book.posted(voucher.account)
    if left == 0:
        raise NotRefundable("nothing is left on it" if not voucher.closed else "it was refunded before")
    payment = settled_by(order.id)
    if payment is None or payment.returned:
        raise NotRefundable("its payment went back at the provider, or there was none")
    db.session.execute(
        update(Voucher).where(Voucher.number == voucher.number).values(closed="cancelled", blocked=True)
    )
    try:
        shares.give_back(line.id, shares.PAYMENT, left)
        refund = owe(
            order, debit=voucher.account, cents=left, cause=_cause(voucher), reason="voucher refunded"
        )
    except Overdrawn:
        raise NotRefundable("a checkout holds a part of it: wait until the order is paid or released") from None
    except shares.MoreThanPaid:
        raise NotRefundable("more is on it than was paid for it") from None
    take_back_voucher(order, voucher, payment, refund, by=by)
    announce_voucher(order, voucher, refund)
    return refund
