"""What an appointment costs one person, decided once and remembered (DOMAIN W5)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from sqlalchemy import select

from shop.catalogue.models import Contract, PersonClasses, PriceClass
from shop.catalogue.prices import reading
from shop.core.matrix import DIMENSIONS, Case, Chosen, Row, choose
from shop.core.money import Cents
from shop.db import db


class Bookable(Protocol):
    """What can be priced: an offer, or anything that looks like one."""

    class_key: Any
    resource_key: Any
    sessions: Any
    starts_on: Any


class Owned(NamedTuple):
    """A base card or contract, from one local day through another; None is without end."""

    kind: str
    valid_from: date
    valid_until: date | None


class Pricer:
    """The prices for one person; keeps what it has decided, so a week of appointments is priced quickly."""

    def __init__(
        self, rows: Sequence[Row], used: Collection[str], classes: dict[str, str], owned: Iterable[Owned]
    ) -> None:
        self.rows, self._used = rows, used
        self._classes, self._owned = classes, tuple(owned)
        self._owned_by_day: dict[date, frozenset[str]] = {}
        self._chosen: dict[tuple[str, str, frozenset[str]], Chosen | None] = {}

    def price(self, offer: Bookable) -> Cents | None:
        """The price in cents on the day of the first session, or None: not bookable."""
        chosen = self.explain(offer)
        return None if chosen is None else chosen.row.cents

    def explain(self, offer: Bookable) -> Chosen | None:
        """The row that names the price of an offer, and why; None when there is none."""
        key = (offer.class_key, offer.resource_key, self.owned_on(day_of(offer)))
        if key not in self._chosen:
            self._chosen[key] = self.explain_case(self._case(*key))
        return self._chosen[key]

    def explain_case(self, case: Case) -> Chosen | None:
        """The row that names the price of a case, and why; None when there is none."""
        return choose(self.rows, case)

    def case(self, appointment: str, resource: str, day: date | None) -> Case:
        """This person as the matrix sees them, asking for an appointment on a local day."""
        return self._case(appointment, resource, self.owned_on(day))

    def owned_on(self, day: date | None) -> frozenset[str]:
        """What is owned on a local day; without a day, nothing."""
        if day is None:
            return frozenset()
        if day not in self._owned_by_day:
            self._owned_by_day[day] = frozenset(
                each.kind
                for each in self._owned
                if each.valid_from <= day and (each.valid_until is None or day <= each.valid_until)
            )
        return self._owned_by_day[day]

    def _case(self, appointment: str, resource: str, owned: frozenset[str]) -> Case:
        mine = {**self._classes, "appointment": appointment, "resource": resource}
        return Case({each: mine[each] if each in self._used else "" for each in DIMENSIONS}, owned)


def pricer(user_id: int | None) -> Pricer:
    """A pricer for somebody, or for a visitor: the default classes, and nothing owned."""
    if user_id is None:
        return _for("", "", ())
    kept = db.session.execute(
        select(PersonClasses.user_class, PersonClasses.member_class).where(PersonClasses.user_id == user_id)
    ).first()
    owned = db.session.execute(
        select(Contract.kind, Contract.valid_from, Contract.valid_until).where(Contract.user_id == user_id)
    )
    return _for(*(kept or ("", "")), (Owned(*each) for each in owned))


def price_by_hand(user_class: str, member_class: str, kinds: Iterable[str] = ()) -> Pricer:
    """A pricer for whoever has these classes and owns these kinds on every day; empty is the default."""
    return _for(user_class, member_class, (Owned(kind, date.min, None) for kind in kinds))


def price_of(user_id: int | None, offer: Bookable) -> Cents | None:
    """The price of one offer for somebody, or None: not bookable. For several, keep a `pricer`."""
    return pricer(user_id).price(offer)


def _for(user_class: str, member_class: str, owned: Iterable[Owned]) -> Pricer:
    known = db.session.execute(select(PriceClass.dimension, PriceClass.key, PriceClass.is_default)).all()
    used = {each.dimension for each in known}
    default = {each.dimension: each.key for each in known if each.is_default}
    mine = {
        "user": user_class or default.get("user", ""),
        "member": member_class or default.get("member", ""),
    }
    return Pricer(reading.rows(used), used, mine, owned)


def day_of(offer: Bookable) -> date | None:
    """The local day on which an offer begins: what is owned then counts."""
    if not offer.sessions:
        return offer.starts_on  # type: ignore[no-any-return]
    return date.fromisoformat(offer.sessions[0][0][:10])
