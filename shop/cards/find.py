"""Finding cards: a person's own, one to change, and what is on them now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from shop import clock
from shop.cards.models import LIVE, Card, CardType, Lot, TopUp
from shop.core.lots import is_usable, spare
from shop.core.money import Cents
from shop.db import db
from shop.ledger import book


class NoSuchCard(LookupError):
    """No card has this number, or it is somebody else's."""


def of_user(user_id: int) -> Sequence[Card]:
    """A person's cards, in the order of their types."""
    query = select(Card).join(CardType, CardType.key == Card.type_key).where(Card.user_id == user_id)
    return db.session.scalars(query.order_by(CardType.position, CardType.key)).all()


def of_owner(user_id: int, number: str) -> Card:
    """One card of a person; a stranger's does not exist (QUALITY A2). Raises NoSuchCard."""
    card = db.session.get(Card, number)
    if card is None or card.user_id != user_id:
        raise NoSuchCard(number)
    return card


def card(number: str) -> Card:
    """The card with this number. Raises NoSuchCard."""
    return db.session.get(Card, number) or _none(number)


def _none(number: str) -> NoReturn:
    raise NoSuchCard(number)


def type_of(card: Card) -> CardType:
    """A card's type."""
    return db.session.get_one(CardType, card.type_key)


def types() -> Sequence[CardType]:
    """All types, also those that cannot be topped up any more."""
    return db.session.scalars(select(CardType).order_by(CardType.position, CardType.key)).all()


def types_on_sale() -> Sequence[CardType]:
    """The types that can be topped up now."""
    query = select(CardType).where(CardType.published).order_by(CardType.position, CardType.key)
    return db.session.scalars(query).all()


def locked(number: str) -> Card:
    """A card whose lots, statement and limit nobody else changes until the caller's transaction ends.

    Everybody locks a card before its purse, so that two never wait for each other. Raises NoSuchCard.
    """
    query = select(Card).where(Card.number == number).with_for_update(key_share=True)
    card = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if card is None:
        raise NoSuchCard(number)
    return card


def lots_of(card: Card) -> list[Lot]:
    """A card's lots that hold anything, oldest first, as they stand now."""
    query = select(Lot).where(Lot.number == card.number, LIVE).order_by(Lot.since, Lot.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def lapsed(lots: Sequence[Lot], held: Cents, today: date) -> list[tuple[Lot, Cents]]:
    """What of a card's lots, oldest first, has expired or is frozen, and how much of each; what is held stays."""
    parts = zip(lots, spare(held, [lot.left_cents for lot in lots]), strict=True)
    return [(lot, cents) for lot, cents in parts if cents and not is_spendable(lot, today)]


def is_spendable(lot: Lot, today: date) -> bool:
    """Whether a lot can pay on a local day."""
    return not lot.frozen and is_usable(lot.valid_until, today)


@dataclass(frozen=True)
class Now:
    """How a card stands now, swept or not, in cents: what has expired counts no more.

    `balance` is its credit, held parts included, and `held` what checkouts keep of it; `debt` is what
    its owner owes. `may_overdraw` is how far below nothing it may be booked (W4), and `bookable` what
    can be booked in all (W3). `lots` hold anything, oldest first.
    """

    balance: Cents
    held: Cents
    debt: Cents
    may_overdraw: Cents
    bookable: Cents
    lots: Sequence[Lot]


def now(card: Card, besides: UUID | None = None) -> Now:
    """How a card stands now. `besides` is a hold of the asker's own: its cents can be booked too."""
    stands, lots, owed = book.standing(card.account), lots_of(card), debt(card)
    held = stands.held
    if besides is not None:
        held -= book.available(card.account, besides) - book.available(card.account)
    balance = stands.posted - sum(cents for _lot, cents in lapsed(lots, held, clock.today()))
    free = balance - held
    paid = min(owed, max(free, 0))  # credit pays a debt first
    allowed = may_overdraw(card, owed - paid, topping_up=is_topping_up(card))
    return Now(balance, held, owed, allowed, max(free - paid + allowed, 0), lots)


def bookable(card: Card, besides: UUID | None = None) -> Cents:
    """What can be booked with a card now, limits included (W3, W4); of a closed one nothing."""
    return now(card, besides).bookable


def may_overdraw(card: Card, owed: Cents, *, topping_up: bool) -> Cents:
    """The larger of the limits that apply; with an open debt, or on a closed card, none (W4)."""
    if owed or card.state != "open":
        return 0
    kind = type_of(card)
    return max(kind.limit_standard, kind.limit_ordered if topping_up else 0)


def next_expiry(card: Card) -> tuple[date, Cents] | None:
    """The next last day of any credit, and how much ends with it; None when nothing does."""
    day = func.min(Lot.valid_until)
    usable = (
        Lot.number == card.number,
        LIVE,
        Lot.left_cents > 0,
        Lot.valid_until >= clock.today(),
        ~Lot.frozen,
    )
    first = db.session.scalar(select(day).where(*usable))
    if first is None:
        return None
    query = select(func.sum(Lot.left_cents)).where(*usable, Lot.valid_until == first)
    return first, int(db.session.scalar(query) or 0)


def debt(card: Card) -> Cents:
    """What its owner owes, because a top-up was never paid (W4)."""
    return book.posted(card.debt)


def awaited(card: Card) -> tuple[ColumnElement[bool], ...]:
    """What makes a top-up one of this card's that is ordered and not yet paid."""
    return TopUp.number == card.number, TopUp.state == "ordered", TopUp.until > clock.of_database()


def is_topping_up(card: Card) -> bool:
    """Whether a top-up of this card is ordered and not yet paid."""
    return db.session.scalar(select(TopUp.number).where(*awaited(card)).limit(1)) is not None
