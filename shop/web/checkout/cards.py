"""Value cards at the checkout: which may pay, whose they are, and what their types tell (DOMAIN W1, W8)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from shop.cards import find as cards
from shop.core.money import Cents
from shop.db import transaction
from shop.orders import basket
from shop.orders.basket import BasketEntry
from shop.orders.card.wish import foreign
from shop.orders.models import OrderLine
from shop.orders.redemption import release as releasing
from shop.orders.redemption.plan import Plan
from shop.web.frame import visitor
from shop.web.frame.guard import current_person


class CardChoice(NamedTuple):
    """A card that may be entered: its number, its type's title by language, and what can be booked with it."""

    number: str
    title: Mapping[str, str]
    bookable: Cents


def my_cards(entries: Sequence[BasketEntry], entered: Plan) -> list[CardChoice]:
    """The cards of whoever is signed in that may pay here and are not entered yet (DOMAIN W1)."""
    person = current_person()
    if person is None:
        return []
    known = {claim.number for claim in entered.claims}
    wanted = {entry.class_key for entry in entries if entry.class_key}
    choices = [
        CardChoice(card.number, kind.title, cards.bookable(card))
        for card in cards.of_user(person.id)
        if card.number not in known and wanted & set((kind := cards.type_of(card)).classes)
    ]
    return [choice for choice in choices if choice.bookable > 0]


def could_pay(entries: Sequence[BasketEntry]) -> bool:
    """Whether a value card could pay here, if a visitor who has one signed in."""
    if current_person() is not None:
        return False
    wanted = {entry.class_key for entry in entries if entry.class_key}
    return any(wanted & set(kind.classes) for kind in cards.types())


def notices(lines: Iterable[BasketEntry | OrderLine]) -> list[Mapping[str, str]]:
    """What the types of the cards in these lines tell at every purchase, each once (W1, W8)."""
    kinds = {
        kind.key: kind.notice
        for line in lines
        if line.kind == "card" and (kind := cards.type_of(cards.card(line.facts["card"])))
    }
    return list(kinds.values())


def let_strangers_go() -> None:
    """Take out cards of somebody who was signed in here before, and top-ups of them; asked by reading only."""
    who, person = visitor.current(), current_person()
    mine = person.id if person else None
    if releasing.strangers(who, mine):
        with transaction():
            releasing.release_strangers(who, mine)
    if mine is not None and (lines := foreign(who, mine)):
        with transaction():
            for line in lines:
                basket.remove(who, line)
