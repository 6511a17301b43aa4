"""How a card stands now, for its owner: what is on it, what can be booked, and what is in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from shop import clock
from shop.cards import find
from shop.cards.models import Card, CardType, TopUp
from shop.core.money import Cents
from shop.db import db
from shop.ledger import book
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
    kind, stands, today = find.type_of(card), book.standing(card.account), clock.today()
    lots = find.lots_of(card)
    over = [lot for lot in lots if not lot.frozen and lot.valid_until and lot.valid_until < today]
    under_way = _under_way(card)
    return Standing(
        number=card.number,
        type_key=card.type_key,
        title=kind.title,
        is_closed=card.state == "closed",
        balance=find.balance(card),
        bookable=find.bookable(card),
        held=stands.held,
        expired=sum(lot.left_cents + lot.aside_cents for lot in over),
        frozen=sum(lot.left_cents + lot.aside_cents for lot in lots if lot.frozen),
        expiry=find.next_expiry(card),
        debt=find.debt(card),
        limit=_limit(kind, is_topping_up=bool(under_way)),
        limit_ordered=kind.limit_ordered if kind.limit_ordered > kind.limit_standard else 0,
        under_way=under_way,
        can_top_up=kind.published,
    )


def _limit(kind: CardType, *, is_topping_up: bool) -> Cents:
    """How far a card of this type may be overdrawn (W4)."""
    return max(kind.limit_standard, kind.limit_ordered) if is_topping_up else kind.limit_standard


def _under_way(card: Card) -> list[UnderWay]:
    query = (
        select(Order, OrderLine)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(TopUp, TopUp.order_line_id == OrderLine.id)
        .where(TopUp.number == card.number, TopUp.state == "ordered", TopUp.until > clock.of_database())
        .order_by(Order.placed_at)
    )
    return [
        UnderWay(int(line.facts["value"]), order.payment_method, place.token(order))
        for order, line in db.session.execute(query)
    ]
