"""How an appointment stands for one person: its price, which cards may pay, what is in the way (DOMAIN W10)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shop import clock
from shop.bookings import quote as bookings
from shop.bookings import waiting
from shop.bookings.enrolled import booking_of
from shop.bookings.models import Waiting
from shop.cards import find as cards
from shop.cards.models import Card, CardType
from shop.catalogue.models import Offer
from shop.catalogue.prices import price_of
from shop.core.money import Cents
from shop.orders.ways_back import is_in_time
from shop.people.models import User


@dataclass(frozen=True)
class CardOffer:
    """A card of this person's that may pay: what can be booked with it, what is missing and what stays, in cents."""

    number: str
    type_key: str
    title: Mapping[str, str]
    notice: Mapping[str, str]
    bookable: Cents
    missing: Cents
    stays: Cents
    expiry: tuple[date, Cents] | None


@dataclass(frozen=True)
class Look:
    """How an appointment stands for one person now.

    `price` in cents, None when no row of the matrix names one. `problem` is empty or the first that
    applies: gone, cancelled, late (it has begun), booked, no price, full, owes (see `owing`), no card
    (none that may pay holds enough; see `cards` and `top_up`). `booking` is the person's own place.
    `turn` is theirs on the waiting list, `when` marks time, place and deadline.
    """

    price: Cents | None
    problem: str
    booking: UUID | None
    cards: tuple[CardOffer, ...]
    top_up: tuple[CardType, ...]
    owing: Card | None
    turn: Waiting | None
    when: str

    @property
    def seen(self) -> str:
        """What the form gives back, so that nobody books another price, time or deadline than was shown."""
        return f"{self.price}-{self.when}"

    def chosen(self, wanted: str | None = None) -> CardOffer | None:
        """The card with this number if it holds enough, else the first that does, else the first."""
        enough = [card for card in self.cards if not card.missing]
        mine = (card for card in enough if card.number == wanted)
        return next(mine, next(iter(enough or self.cards), None))


def look(user: User, offer: Offer) -> Look:
    """How an appointment stands for a person; reads only."""
    price, booking = price_of(user.id, offer), booking_of(user.id, offer.number)
    turn = waiting.of_account(user.email, offer.number)
    why = bookings.obstacle(offer, str(turn.id) if turn else None)
    allowed = [kind for kind in cards.types() if offer.class_key in kind.classes]
    mine = {card.type_key: card for card in cards.of_user(user.id)}
    offered = tuple(_offer_of(mine[kind.key], kind, price or 0) for kind in allowed if kind.key in mine)
    owing = next((card for card in mine.values() if cards.debt(card)), None)
    return Look(
        price=price,
        problem=_problem(why, price, booking, offered, owes=owing is not None),
        booking=booking,
        cards=offered,
        top_up=tuple(kind for kind in allowed if kind.published),
        owing=owing,
        turn=turn,
        when=_when(offer),
    )


def _problem(
    why: str, price: Cents | None, booking: UUID | None, offered: Sequence[CardOffer], *, owes: bool
) -> str:
    if why and why != "full":
        return why
    if booking is not None:
        return "booked"
    if price is None:
        return "no price"
    if why:
        return why
    if price and owes:
        return "owes"
    return "no card" if price and not any(card.missing == 0 for card in offered) else ""


def _when(offer: Offer) -> str:
    deadline = offer.cancel_until if is_in_time(offer, clock.today()) else None
    text = f"{offer.sessions}|{offer.place}|{offer.is_online}|{deadline}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _offer_of(card: Card, kind: CardType, price: Cents) -> CardOffer:
    bookable = cards.bookable(card)
    return CardOffer(
        number=card.number,
        type_key=kind.key,
        title=kind.title,
        notice=kind.notice,
        bookable=bookable,
        missing=price - min(price, bookable),
        stays=bookable - min(price, bookable),
        expiry=cards.next_expiry(card),
    )
