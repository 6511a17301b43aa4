"""Finding cards: a person's own, one to change, and what is on them now."""

from collections.abc import Sequence
from datetime import date
from typing import NoReturn

from sqlalchemy import select

from shop import clock
from shop.cards.models import Card, CardType, Lot, TopUp
from shop.core.lots import is_usable
from shop.core.money import Cents
from shop.db import db
from shop.ledger import book
from shop.ledger.book import Standing


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


def expired(card: Card, today: date, lots: Sequence[Lot] | None = None) -> Cents:
    """What still counts in the purse and can no longer be spent, because nobody has swept it yet.

    Whoever has the card's lots already gives them, here and below.
    """
    found = lots_of(card) if lots is None else lots
    return sum(lot.left_cents for lot in found if lot.frozen or not is_usable(lot.valid_until, today))


def balance(card: Card, lots: Sequence[Lot] | None = None) -> Cents:
    """A card's credit now, held parts included: what has expired counts no more, swept or not."""
    stands = book.standing(card.account)
    return stands.posted - _over(card, stands, lots)


def bookable(card: Card, lots: Sequence[Lot] | None = None) -> Cents:
    """What can be booked with a card now, limits included (W3, W4)."""
    stands = book.standing(card.account)
    return stands.free + stands.overdraft - _over(card, stands, lots)


def _over(card: Card, stands: Standing, lots: Sequence[Lot] | None) -> Cents:
    return min(expired(card, clock.today(), lots), max(stands.free, 0))


def next_expiry(card: Card, lots: Sequence[Lot] | None = None) -> tuple[date, Cents] | None:
    """The next last day of any credit, and how much ends with it; None when nothing does."""
    found, today = lots_of(card) if lots is None else lots, clock.today()
    ends = [
        (lot.valid_until, lot.left_cents)
        for lot in found
        if lot.left_cents and not lot.frozen and lot.valid_until and lot.valid_until >= today
    ]
    if not ends:
        return None
    first = min(day for day, _cents in ends)
    return first, sum(cents for day, cents in ends if day == first)


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
