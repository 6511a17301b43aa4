"""Rows of the price matrix: add one, change one, take one away (DOMAIN W5)."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from shop import clock
from shop.catalogue.models import ContractKind, PriceRow
from shop.catalogue.prices.reading import COLUMNS, Classes, classes
from shop.catalogue.prices.refused import Reason, Refused
from shop.core.matrix import DIMENSIONS
from shop.core.money import Cents
from shop.db import changed, db


def add_row(
    ticked: Mapping[str, Collection[str]], cents: Cents, requires: str = "", made_by: str = ""
) -> UUID:
    """Add a price for all combinations of the ticked classes, in the caller's transaction; its id.

    The same row again is the kept one. One that overlaps with another is added all the same: who adds
    it is told (`core.matrix.overlaps`). Raises Refused: nothing ticked in a dimension that has classes,
    or a class or kind that there is not.
    """
    facts = _checked(ticked, cents, requires)
    for kept in db.session.scalars(select(PriceRow)):
        if _is_the_same(kept, facts):
            return kept.id
    row = PriceRow(id=uuid.uuid4(), made_by=made_by, made_at=clock.of_database(), **facts)
    db.session.add(row)
    db.session.flush()
    return row.id


def change_row(
    row_id: UUID, ticked: Mapping[str, Collection[str]], cents: Cents, requires: str = "", made_by: str = ""
) -> UUID:
    """Let a row say something else from now on, in the caller's transaction; its id, which stays.

    What was booked keeps its price. It is noted who said so and when, unless it says the same. Raises
    LookupError when there is no such row; Refused as `add_row` does.
    """
    facts = _checked(ticked, cents, requires)
    row = db.session.get(PriceRow, row_id, with_for_update=True)
    if row is None:
        raise LookupError(row_id)
    if not _is_the_same(row, facts):
        for column, fact in facts.items():
            setattr(row, column, fact)
        row.made_by, row.made_at = made_by, clock.of_database()
        db.session.flush()
    return row_id


def unticked(ticked: Mapping[str, Collection[str]], there: Classes) -> list[str]:
    """The dimensions that have classes, but none of them is ticked: such a row would cover nothing."""
    return [dimension for dimension in DIMENSIONS if there[dimension] and not ticked.get(dimension)]


def _is_the_same(kept: PriceRow, facts: Mapping[str, object]) -> bool:
    return all(getattr(kept, column) == fact for column, fact in facts.items())


def _checked(ticked: Mapping[str, Collection[str]], cents: Cents, requires: str) -> dict[str, Any]:
    """What a row says, by column; the ticked keys in the order of the classes."""
    facts: dict[str, Any] = {"cents": cents, "requires": requires or None}
    known = classes(locked=True)
    for dimension, there in known.items():
        wanted = set(ticked.get(dimension, ()))
        if wanted - {each.key for each in there}:
            raise Refused(Reason.UNKNOWN, dimension=dimension)
        facts[COLUMNS[dimension]] = [each.key for each in there if each.key in wanted]
    for dimension in unticked(ticked, known):
        raise Refused(Reason.NOTHING_TICKED, dimension=dimension)
    if requires and db.session.get(ContractKind, requires) is None:
        raise Refused(Reason.UNKNOWN)
    return facts


def remove_row(row_id: UUID) -> bool:
    """Take a row away, in the caller's transaction; whether there was one."""
    return bool(changed(db.session.execute(delete(PriceRow).where(PriceRow.id == row_id))))


def ticked_in(row: PriceRow) -> dict[str, list[str]]:
    """The keys that a row ticks, by dimension."""
    return {each: getattr(row, COLUMNS[each]) for each in DIMENSIONS}
