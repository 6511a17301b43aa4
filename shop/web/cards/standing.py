"""How a card stands now, for its owner: what is on it, what can be booked, and what is in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from shop import clock
from shop.cards import find
from shop.cards.models import Card, TopUp
from shop.core.money import Cents
from shop.db import db
from shop.orders import place
from shop.orders.models import Order, OrderLine


@dataclass(frozen=True)
class UnderWay:
    """A top-up that is ordered and not yet paid: its value in cents, how it is paid, and its order's link."""

    value: Cents
    method: str
    token: str


@dataclass(frozen=True)
class Standing:
    """A card in numbers, all in cents.

    `balance` is its credit, `bookable` what can be booked now, limits included, `held` what a checkout
    keeps; `expired` and `frozen` lie beside the credit. `expiry` is the next last day and what ends
    with it. `limit` is how far it may be overdrawn now, `limit_ordered` how far while a top-up is
    under way, when that is more.
    """

    number: str
    type_key: str
    title: Mapping[str, str]
    is_closed: bool
    balance: Cents
    bookable: Cents
    held: Cents
    expired: Cents
    frozen: Cents
    expiry: tuple[date, Cents] | None
    debt: Cents
    limit: Cents
    limit_ordered: Cents
    under_way: Sequence[UnderWay]
    can_top_up: bool


def standing(card: Card) -> Standing:
    """How a card stands; reads only."""
    kind, now, today = find.type_of(card), find.now(card), clock.today()
    when_ordered = find.may_overdraw(card, now.debt, topping_up=True)
    over = [lot for lot in now.lots if not lot.frozen and lot.valid_until and lot.valid_until < today]
    return Standing(
        number=card.number,
        type_key=card.type_key,
        title=kind.title,
        is_closed=card.state == "closed",
        balance=now.balance,
        bookable=now.bookable,
        held=now.held,
        expired=sum(lot.left_cents + lot.aside_cents for lot in over),
        frozen=sum(lot.left_cents + lot.aside_cents for lot in now.lots if lot.frozen),
        expiry=find.next_expiry(card),
        debt=now.debt,
        limit=now.may_overdraw,
        limit_ordered=when_ordered if when_ordered > now.may_overdraw else 0,
        under_way=_under_way(card),
        can_top_up=kind.published,
    )


def _under_way(card: Card) -> list[UnderWay]:
    query = (
        select(Order, OrderLine)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(TopUp, TopUp.order_line_id == OrderLine.id)
        .where(*find.awaited(card))
        .order_by(Order.placed_at)
    )
    return [
        UnderWay(int(line.facts["value"]), order.payment_method, place.token(order))
        for order, line in db.session.execute(query)
    ]
