"""Paying a card out: all that can be spent on it leaves, lot by lot (DOMAIN W7)."""

from sqlalchemy import select

from shop.cards import find as cards
from shop.cards.models import Lot
from shop.cards.tune import freshen, tune
from shop.cases.open import open_case
from shop.db import db
from shop.failpoints import reach
from shop.ledger import book
from shop.orders.card.empty import NotPaidOut, PaidOut, empty, refuse_held, tell_owner
from shop.orders.card.paid_by_hand import BY_HAND
from shop.orders.models import Order, OrderLine
from shop.people.models import User


def pay_out(number: str, *, by: str) -> PaidOut:
    """Owe the rest of a card to its owner, lot by lot, in the caller's transaction.

    What was topped up goes back to where its payment came from (P4); the rest (vouchers that were
    loaded) is for a person to transfer. `by` is who decided it. Raises NotPaidOut.
    """
    _lock_orders(number)
    card = freshen(number)
    posted = book.posted(card.account)
    if cards.debt(card) or posted < 0:
        raise NotPaidOut("its owner owes the centre: that must be settled first")
    refuse_held(card)
    if not posted:
        raise NotPaidOut("there is no credit on it that can be spent")
    done = PaidOut()
    for lot in cards.lots_of(card):
        if lot.left_cents:
            done += empty(card, lot, by, to_payer=lot.source == "top-up")
            reach("pay_out.one_lot")
    tune(card)
    if done.by_hand:
        owner = db.session.get_one(User, card.user_id)
        facts = {
            "card": card.number,
            "cents": done.by_hand,
            "owner": owner.name,
            "email": owner.email,
            "by": by,
        }
        open_case(BY_HAND, f"{card.number}:{card.last}", facts)
    tell_owner(card, "card_paid_out", done)
    return done


def _lock_orders(number: str) -> None:
    """Orders before cards, as a cancellation locks them; those that the card was topped up with."""
    bought = select(OrderLine.order_id).join(Lot, Lot.order_line_id == OrderLine.id)
    bought = bought.where(Lot.number == number, Lot.source == "top-up")
    db.session.execute(select(Order.id).where(Order.id.in_(bought)).order_by(Order.id).with_for_update())
