"""Taking credit back whose buyer has withdrawn, or whose payment went back (DOMAIN L3, P4)."""

from collections.abc import Sequence

from sqlalchemy import select

from shop.cards import find as cards
from shop.cards.models import Card, Lot
from shop.cards.tune import tune
from shop.db import db
from shop.orders.card.empty import NotPaidOut, PaidOut, empty, refuse_held, tell_owner
from shop.orders.models import Order, OrderLine


def take_back(order_number: str, *, by: str) -> PaidOut:
    """Refund to its payer what is left on cards of an order's top-ups and loaded vouchers, frozen or not.

    In the caller's transaction. `by` is who decided it. Raises NotPaidOut.
    """
    order = db.session.scalar(select(Order).where(Order.number == order_number).with_for_update())
    if order is None:
        raise NotPaidOut("there is no such order")
    bought = Lot.order_line_id.in_(select(OrderLine.id).where(OrderLine.order_id == order.id))
    numbers = db.session.scalars(select(Lot.number).where(bought).distinct().order_by(Lot.number)).all()
    done = PaidOut()
    for card in [cards.locked(number) for number in numbers]:  # every card before any voucher
        lots = select(Lot).where(Lot.number == card.number, bought).order_by(Lot.since, Lot.id)
        fresh = lots.execution_options(populate_existing=True)  # others may have spent while we waited
        done += _from(card, db.session.scalars(fresh).all(), order, by)
    if not done.back:
        raise NotPaidOut("nothing is left on a card of what this order has bought")
    return done


def _from(card: Card, lots: Sequence[Lot], order: Order, by: str) -> PaidOut:
    for lot in lots:
        lot.frozen = False
    db.session.flush()
    tune(card)
    refuse_held(card)
    done = PaidOut()
    for lot in lots:
        if lot.left_cents:
            done += empty(card, lot, by, to_payer=True)
    tune(card)
    if done.back:
        tell_owner(card, "card_taken_back", done, order=order.number)
    return done
