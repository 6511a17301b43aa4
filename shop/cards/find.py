"""Finding cards: a person's own, one to change, and what is on them now."""

from collections.abc import Sequence
from datetime import date
from typing import NoReturn

from sqlalchemy import func, select

from shop import clock
from shop.cards.models import Card, CardType, Lot, TopUp
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
    holds = (Lot.left_cents > 0) | (Lot.aside_cents > 0)
    query = select(Lot).where(Lot.number == card.number, holds).order_by(Lot.since, Lot.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def expired(card: Card, today: date) -> Cents:
    """What still counts in the purse and can no longer be spent, because nobody has swept it yet."""
    past = (Lot.valid_until < today) | Lot.frozen
    query = select(func.coalesce(func.sum(Lot.left_cents), 0)).where(Lot.number == card.number, past)
    return int(db.session.scalar(query) or 0)


def bookable(card: Card) -> Cents:
    """What can be booked with a card now, limits included (W3, W4)."""
    stands = book.standing(card.account)
    return stands.free + stands.overdraft - min(expired(card, clock.today()), max(stands.free, 0))


def next_expiry(card: Card) -> tuple[date, Cents] | None:
    """The next last day of any credit, and how much ends with it; None when nothing does."""
    day = func.min(Lot.valid_until)
    usable = Lot.number == card.number, Lot.left_cents > 0, Lot.valid_until >= clock.today(), ~Lot.frozen
    first = db.session.scalar(select(day).where(*usable))
    if first is None:
        return None
    query = select(func.sum(Lot.left_cents)).where(*usable, Lot.valid_until == first)
    return first, int(db.session.scalar(query) or 0)


def debt(card: Card) -> Cents:
    """What its owner owes, because a top-up was never paid (W4)."""
    return book.posted(card.debt)


def is_topping_up(card: Card) -> bool:
    """Whether a top-up of this card is ordered and not yet paid."""
    open_one = TopUp.state == "ordered", TopUp.until > clock.of_database()
    return (
        db.session.scalar(select(TopUp.number).where(TopUp.number == card.number, *open_one).limit(1))
        is not None
    )
