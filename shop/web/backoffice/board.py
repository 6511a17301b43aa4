"""The price matrix as its page lays it out: rows as lines of words, where they overlap, what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select

from shop.catalogue.models import ContractKind, PriceClass, PriceRow
from shop.catalogue.prices import reading
from shop.catalogue.prices.rows import ticked_in
from shop.core.matrix import DIMENSIONS, Overlap, Row, Ticked, holes, overlaps
from shop.db import db
from shop.web.frame.show import said_here

MOST_HOLES = 12


class Cell(NamedTuple):
    """What a line has ticked in one dimension: titles, and whether these are all that there are."""

    dimension: str
    titles: list[str]
    is_all: bool


@dataclass(frozen=True)
class Line:
    """One row of the matrix in words; `place` is what the page calls it by."""

    place: int
    id: str
    cents: int
    requires: str
    cells: list[Cell]
    made_by: str = ""


@dataclass(frozen=True)
class Meeting:
    """Two lines that overlap, and what they share in words."""

    first: Line
    second: Line
    shared: str


@dataclass
class Board:
    """The whole matrix: its classes and kinds with their words, and its lines."""

    classes: Mapping[str, list[PriceClass]]
    kinds: list[ContractKind]
    rows: list[Row]
    lines: list[Line] = field(default_factory=list)

    @property
    def used(self) -> list[str]:
        """The dimensions that have classes: the others decide nothing."""
        return [each for each in DIMENSIONS if self.classes[each]]

    def kind(self, key: str) -> str:
        """What a base card or contract is called."""
        return next((said_here(each.title) for each in self.kinds if each.key == key), key)

    def title(self, dimension: str, key: str) -> str:
        """What a class is called."""
        return next((said_here(each.title) for each in self.classes[dimension] if each.key == key), key)

    def cells(self, ticked: Mapping[str, Iterable[str]]) -> list[Cell]:
        """What is ticked, in words, in the order of the classes."""
        found = []
        for dimension in self.used:
            there = self.classes[dimension]
            mine = [said_here(each.title) for each in there if each.key in ticked[dimension]]
            found.append(Cell(dimension, mine, len(mine) == len(there)))
        return found

    def line(self, row_id: str) -> Line | None:
        """The line of a row, if there is one."""
        return next((each for each in self.lines if each.id == row_id), None)

    def meetings(self) -> list[Meeting]:
        """Which lines overlap, and where."""
        of = {each.id: each for each in self.lines}
        found = overlaps(self.rows)
        met = [self._meeting(each, of) for each in found]
        return sorted(met, key=lambda each: (each.first.place, each.second.place))

    def _meeting(self, overlap: Overlap, of: Mapping[str, Line]) -> Meeting:
        first, second = sorted((of[overlap.first.id], of[overlap.second.id]), key=lambda each: each.place)
        return Meeting(first, second, self.words(overlap.shared))

    def missing(self) -> list[str]:
        """The combinations that have no price for whoever holds nothing, in words."""
        values = reading.values(self.classes)
        needed = {each: len(values[each]) for each in self.used}
        found = holes(self.rows, values)
        return [self.words(each, needed) for each in sorted(found, key=self.order)]

    def words(self, ticked: Ticked, most: Mapping[str, int] | None = None) -> str:
        """A block of combinations in words: what is ticked as a whole is not named; empty means all."""
        said = []
        for cell in self.cells(ticked):
            is_all = cell.is_all if most is None else len(cell.titles) == most[cell.dimension]
            if not is_all:
                said.append(", ".join(cell.titles))
        return " · ".join(said)

    def order(self, ticked: Ticked) -> list[list[int]]:
        """Where a block stands: appointment classes first, each in the order of its classes."""
        return [
            [place for place, each in enumerate(self.classes[dimension]) if each.key in ticked[dimension]]
            for dimension in ("appointment", "user", "resource", "member")
        ]


def board() -> Board:
    """The matrix as it stands: lines in the order of their appointment classes, each with the rows for holders last."""
    classes = reading.classes()
    used = [each for each in DIMENSIONS if classes[each]]
    found = Board(classes, reading.kinds(), reading.rows(used))
    rows = sorted(db.session.scalars(select(PriceRow)), key=lambda row: _place_of(found, row))
    for place, row in enumerate(rows, 1):
        found.lines.append(
            Line(
                place,
                str(row.id),
                row.cents,
                found.kind(row.requires) if row.requires else "",
                found.cells(ticked_in(row)),
                row.made_by,
            )
        )
    return found


def _place_of(found: Board, row: PriceRow) -> tuple[object, ...]:
    ticked = ticked_in(row)
    ticked_sets = {each: frozenset(keys) for each, keys in ticked.items()}
    appointment, user, *rest = found.order(ticked_sets)
    return (appointment, user, row.requires or "", rest, row.cents, str(row.id))
