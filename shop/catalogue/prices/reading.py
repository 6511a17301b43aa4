"""The matrix as it stands in the database, read in few statements."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from shop.catalogue.models import ContractKind, Offer, PriceClass, PriceRow
from shop.core.matrix import DIMENSIONS, Row
from shop.db import db

Classes = Mapping[str, Sequence[PriceClass]]

COLUMNS = {"user": "users", "appointment": "appointments", "resource": "resources", "member": "members"}
UNUSED = frozenset({""})  # what stands for the classes of a dimension that a centre does not use


def classes(*, locked: bool = False) -> dict[str, list[PriceClass]]:
    """The classes of each dimension in their order; `locked` until the transaction ends."""
    query = select(PriceClass).order_by(PriceClass.position, PriceClass.key)
    found: dict[str, list[PriceClass]] = {each: [] for each in DIMENSIONS}
    for each in db.session.scalars(query.with_for_update() if locked else query):
        found[each.dimension].append(each)
    return found


def class_titles(dimension: str) -> dict[str, Mapping[str, str]]:
    """What the classes of a dimension are called, by key and in their order; each text by language."""
    query = select(PriceClass.key, PriceClass.title).where(PriceClass.dimension == dimension)
    rows = db.session.execute(query.order_by(PriceClass.position, PriceClass.key))
    return {key: title for key, title in rows}


def kinds() -> list[ContractKind]:
    """The kinds of base cards and contracts, by key."""
    return list(db.session.scalars(select(ContractKind).order_by(ContractKind.key)))


def rows(used: Collection[str]) -> list[Row]:
    """All rows of the matrix; `used` are the dimensions that have classes."""
    columns = (getattr(PriceRow, column) for column in COLUMNS.values())
    kept = db.session.execute(select(PriceRow.id, PriceRow.cents, PriceRow.requires, *columns))
    return [row_of(each, used) for each in kept]


def row_of(kept: Any, used: Collection[str]) -> Row:
    """A kept row as the matrix reads it. A dimension without any class decides nothing: it covers everybody."""
    ticked = {
        each: frozenset(getattr(kept, column)) if each in used else UNUSED for each, column in COLUMNS.items()
    }
    return Row(str(kept.id), kept.cents, ticked, kept.requires or "")


def values(of: Classes) -> Mapping[str, Sequence[str]]:
    """The keys of each dimension that need a price, "" where there is no class.

    Appointment classes that only courses have need none: courses have prices of their own.
    """
    of_courses, of_appointments = (
        set(db.session.scalars(select(Offer.class_key).where(mine).distinct()))
        for mine in (Offer.kind != "appointment", Offer.kind == "appointment")
    )
    own_price = of_courses - of_appointments
    keys = {each: [one.key for one in of[each]] or [""] for each in DIMENSIONS}
    keys["appointment"] = [key for key in keys["appointment"] if not key or key not in own_price]
    return keys
