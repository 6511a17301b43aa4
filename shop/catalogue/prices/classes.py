"""The classes of the four dimensions: add, rename, choose the default, remove (DOMAIN W5)."""

import re
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, select, update

from shop.catalogue.fold import folded
from shop.catalogue.models import Offer, PersonClasses, PriceClass, PriceRow
from shop.catalogue.prices.reading import COLUMNS, classes
from shop.catalogue.prices.refused import Reason, Refused, Uses
from shop.db import db

WITH_DEFAULT = ("user", "member")  # what somebody is; the others are what an appointment is
_OFFERS = {"appointment": Offer.class_key, "resource": Offer.resource_key}
_PEOPLE = {"user": PersonClasses.user_class, "member": PersonClasses.member_class}
_LONGEST = 36


def add_class(dimension: str, title: Mapping[str, str], *, key: str = "", like: str = "") -> str:
    """Add a class to a dimension, in the caller's transaction; its key, made from the title if not given.

    With `like`, every row that ticks that class ticks the new one too. The first class of a dimension
    changes no price, since until now the dimension decided nothing: every row ticks it, every
    appointment has it, and it is the default of `user` and `member`. Raises Refused: unnamed, taken, or
    `like` is unknown.
    """
    there = classes(locked=True)[dimension]
    checked_title(title, there)
    taken = {each.key for each in there}
    if key in taken:
        raise Refused(Reason.TAKEN, dimension=dimension)
    if like and like not in taken:
        raise Refused(Reason.UNKNOWN, dimension=dimension)
    key = key or key_for(title["de"], taken)
    db.session.add(
        PriceClass(
            dimension=dimension,
            key=key,
            title=dict(title),
            position=1 + max((each.position for each in there), default=-1),
            is_default=not there and dimension in WITH_DEFAULT,
        )
    )
    column = COLUMNS[dimension]
    for row in db.session.scalars(select(PriceRow)):
        ticked = getattr(row, column)
        if not there or like in ticked:
            setattr(row, column, [*ticked, key])
    if not there and dimension in _OFFERS:
        every = update(Offer).where(Offer.kind == "appointment")
        db.session.execute(every.values({_OFFERS[dimension]: key}))
    db.session.flush()
    return key


def rename_class(dimension: str, key: str, title: Mapping[str, str]) -> None:
    """Give a class another title; its key stays. Raises Refused: unknown, unnamed, taken."""
    there = classes(locked=True)[dimension]
    found = _found(there, dimension, key)
    checked_title(title, [each for each in there if each.key != key])
    found.title = dict(title)
    db.session.flush()


def make_default(dimension: str, key: str) -> None:
    """Make this what somebody is whom nobody has given a class. Raises Refused: unknown, no default here."""
    if dimension not in WITH_DEFAULT:
        raise Refused(Reason.NO_DEFAULT, dimension=dimension)
    there = classes(locked=True)[dimension]
    found = _found(there, dimension, key)
    for each in there:
        each.is_default = each is found
    db.session.flush()


def remove_class(dimension: str, key: str) -> None:
    """Remove a class that nothing uses, in the caller's transaction.

    Raises Refused: unknown; the default of others; used, with what uses it.
    """
    there = classes(locked=True)[dimension]
    found = _found(there, dimension, key)
    if uses := uses_of(dimension, key):
        raise Refused(Reason.USED, dimension=dimension, uses=uses)
    if found.is_default and len(there) > 1:
        raise Refused(Reason.DEFAULT, dimension=dimension)
    db.session.delete(found)
    db.session.flush()


def uses_of(dimension: str, key: str) -> Uses:
    """What uses a class: rows that tick it, people who were given it, offers that have it."""
    column = getattr(PriceRow, COLUMNS[dimension])
    ticking = sum(key in ticked for ticked in db.session.scalars(select(column)))
    people, offers = 0, tuple[str, ...]()
    if dimension in _PEOPLE:
        mine: ColumnElement[bool] = _PEOPLE[dimension] == key
        people = db.session.scalar(select(func.count()).select_from(PersonClasses).where(mine)) or 0
    if dimension in _OFFERS:
        having = select(Offer.number).where(_OFFERS[dimension] == key).order_by(Offer.number)
        offers = tuple(db.session.scalars(having))
    return Uses(ticking, people, offers)


def checked_title(title: Mapping[str, str], others: Sequence[object]) -> None:
    """Refuse a title that says nothing in German, or that another has."""
    if not title.get("de", "").strip():
        raise Refused(Reason.UNNAMED)
    known = {folded(getattr(each, "title", {}).get("de", "")) for each in others}
    if folded(title["de"]) in known:
        raise Refused(Reason.TAKEN)


def key_for(title: str, taken: Collection[str]) -> str:
    """A key that can be read: `Jugendliche (bis 17)` becomes `jugendliche-bis-17`."""
    plain = re.sub(r"[^a-z0-9]+", "-", folded(title)).strip("-")[:_LONGEST].strip("-") or "klasse"
    later = (f"{plain}-{place}" for place in range(2, len(taken) + 3))
    return plain if plain not in taken else next(each for each in later if each not in taken)


def _found(there: Sequence[PriceClass], dimension: str, key: str) -> PriceClass:
    found = next((each for each in there if each.key == key), None)
    if found is None:
        raise Refused(Reason.UNKNOWN, dimension=dimension)
    return found
