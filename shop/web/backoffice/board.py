"""The price matrix as its page lays it out: rows as lines of words, where they overlap, what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import select

from shop.catalogue.models import ContractKind, PriceClass, PriceRow
from shop.catalogue.prices import reading
from shop.core.matrix import DIMENSIONS, Row, Ticked, holes, overlaps
from shop.db import db
from shop.web.frame.show import said_here

MOST_HOLES = 12


class Cell(NamedTuple):
    """What a line has ticked in one dimension: titles, and whether these are all that there are."""

    dimension: str
    titles: list[str]
    is_all: bool


class Made(NamedTuple):
    """Who saved something, if a person did, and when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """One row of the matrix in words; `number` is what the page calls it by, `made` who saved it when."""

    number: int
    row: Row
    requires: str
    cells: list[Cell]
    made: Made


@dataclass(frozen=True)
class Meeting:
    """Two lines that overlap, and what they share in words."""

    first: Line
    second: Line
    shared: str


class Hole(NamedTuple):
    """Combinations that have no price, in words, and as a form for a new price is asked for them."""

    words: str
    ticks: str


@dataclass
class Board:
    """The whole matrix: its classes and kinds with their words, and its lines."""

    classes: Mapping[str, list[PriceClass]]
    kinds: list[ContractKind]
    lines: list[Line] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        """The rows behind the lines."""
        return [each.row for each in self.lines]

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
        return next((each for each in self.lines if each.row.id == row_id), None)

    def meetings(self) -> list[Meeting]:
        """Which lines overlap, and where."""
        of = {each.row.id: each for each in self.lines}
        return [
            Meeting(of[each.first.id], of[each.second.id], self.words(each.shared))
            for each in overlaps(self.rows)
        ]

    def missing(self) -> list[Hole]:
        """The combinations that have no price for whoever owns nothing."""
        values = reading.values(self.classes)
        needed = {each: len(values[each]) for each in self.used}
        found = sorted(holes(self.rows, values), key=self.order)
        return [Hole(self.words(each, needed), self._ticks(each)) for each in found]

    def _ticks(self, ticked: Ticked) -> str:
        return urlencode({each: sorted(ticked[each]) for each in self.used}, doseq=True)

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
    """The matrix as it stands: lines in the order of their appointment classes, those that ask for a contract last."""
    found = Board(reading.classes(), reading.kinds())
    kept = [(reading.row_of(each, found.used), each) for each in db.session.scalars(select(PriceRow))]
    for number, (row, each) in enumerate(sorted(kept, key=lambda one: _order(found, one[0])), 1):
        requires = found.kind(row.requires) if row.requires else ""
        made = Made(each.made_by, each.made_at)
        found.lines.append(Line(number, row, requires, found.cells(row.ticked), made))
    return found


def _order(found: Board, row: Row) -> tuple[object, ...]:
    appointment, user, *rest = found.order(row.ticked)
    return (appointment, user, row.requires, rest, row.cents, row.id)
