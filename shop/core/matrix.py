"""The price matrix: which row names the price of an appointment for a person, and why (DOMAIN W5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, permutations

from shop.core.money import Cents

DIMENSIONS = ("user", "appointment", "resource", "member")

Ticked = Mapping[str, frozenset[str]]  # keys of classes by dimension


@dataclass(frozen=True)
class Row:
    """A price in cents for every combination of its ticked classes.

    Where a dimension has nothing ticked, the row covers nothing. `requires` is the key of a base card
    or contract that must be owned, or empty.
    """

    id: str
    cents: Cents
    ticked: Ticked
    requires: str = ""

    def covers(self, classes: Mapping[str, str]) -> bool:
        """Whether this combination, one class of each dimension, is ticked."""
        return all(classes.get(each) in self.ticked.get(each, ()) for each in DIMENSIONS)


@dataclass(frozen=True)
class Case:
    """Somebody who asks for an appointment: a class of each dimension, and what is owned on its day."""

    classes: Mapping[str, str]
    owned: frozenset[str] = frozenset()


class Why(StrEnum):
    """What made a row the one that counts."""

    OWNED = "owned"  # it asks for a base card or contract that is owned
    LOWEST = "lowest"  # of several, none of which asks for anything
    ONLY = "only"


@dataclass(frozen=True)
class Chosen:
    """The row that names the price, why it does, and the others that applied, the cheapest first."""

    row: Row
    why: Why
    others: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Overlap:
    """Two rows that ask for the same thing owned, and what both cover."""

    first: Row
    second: Row
    shared: Ticked


def choose(rows: Sequence[Row], case: Case) -> Chosen | None:
    """The row that names the price: the cheapest of those that ask for something owned, else the cheapest of the rest.

    None when no row applies: not bookable, and never free.
    """
    applied = [row for row in rows if row.covers(case.classes) and _is_open(row, case.owned)]
    if not applied:
        return None
    first, *others = sorted(applied, key=lambda row: (not row.requires, row.cents, row.id))
    others.sort(key=lambda row: (row.cents, row.id))
    why = Why.OWNED if first.requires else Why.LOWEST if others else Why.ONLY
    return Chosen(first, why, tuple(others))


def missed(rows: Sequence[Row], case: Case) -> list[Row]:
    """The rows that cover a case, but ask for something that is not owned; the cheapest first."""
    found = [row for row in rows if row.covers(case.classes) and not _is_open(row, case.owned)]
    return sorted(found, key=lambda row: (row.cents, row.id))


def _is_open(row: Row, owned: frozenset[str]) -> bool:
    return not row.requires or row.requires in owned


def overlaps(rows: Sequence[Row]) -> list[Overlap]:
    """Pairs of rows that ask for the same thing owned and cover a common combination."""
    found = []
    for first, second in combinations(rows, 2):
        if first.requires == second.requires and (shared := _shared(first.ticked, second.ticked)):
            found.append(Overlap(first, second, shared))
    return found


def _shared(one: Ticked, other: Ticked) -> Ticked | None:
    common = {each: one.get(each, frozenset()) & other.get(each, frozenset()) for each in DIMENSIONS}
    return common if all(common.values()) else None


def holes(rows: Sequence[Row], values: Mapping[str, Sequence[str]]) -> list[Ticked]:
    """The combinations of `values` that no row covers for whoever owns nothing, in few blocks.

    A block means every combination of its classes. No two blocks share one, and of all orders in
    which the dimensions can be gone through, the one that needs the fewest blocks is taken.
    """
    boxes = [row.ticked for row in rows if not row.requires and all(map(row.ticked.get, DIMENSIONS))]
    alike = {each: _alike(each, values[each], boxes) for each in DIMENSIONS}
    return min((_uncovered(order, boxes, alike) for order in permutations(DIMENSIONS)), key=len)


def _alike(dimension: str, keys: Sequence[str], boxes: Sequence[Ticked]) -> list[frozenset[str]]:
    """The classes of a dimension in groups that the same rows tick: they share their holes."""
    groups: dict[tuple[bool, ...], list[str]] = {}
    for key in keys:
        groups.setdefault(tuple(key in box[dimension] for box in boxes), []).append(key)
    return [frozenset(group) for group in groups.values()]


def _uncovered(
    order: Sequence[str], boxes: Sequence[Ticked], alike: Mapping[str, Sequence[frozenset[str]]]
) -> list[Ticked]:
    """The blocks below the first dimension of `order`; groups whose holes are the same stand in one."""
    if not order:
        return [] if boxes else [{}]
    first, rest = order[0], order[1:]
    merged: list[tuple[list[Ticked], frozenset[str]]] = []
    for group in alike[first]:
        inner = _uncovered(rest, [box for box in boxes if group <= box[first]], alike)
        place = next((at for at, (known, _) in enumerate(merged) if known == inner), None)
        if place is None:
            merged.append((inner, group))
        else:
            merged[place] = (inner, merged[place][1] | group)
    return [{first: group, **block} for inner, group in merged for block in inner]
