"""The geometry of a sheet: where a document's parts may stand, which lines are drawn on it.

Geometry lives here, in millimetres from the top left corner, and not in `@page` rules: the engine
reads thirty of them no faster than it sets all the text of a voucher.
"""

from dataclasses import dataclass

MM = 72 / 25.4
HIGH = 297.0
PAGE = (210 * MM, HIGH * MM)  # A4 upright, in points


@dataclass(frozen=True)
class Field:
    """A rectangle that takes the next part of a document, up to `<pdf:nextframe>`."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """A line, or a frame when it has width and height; filled with its colour without `thick` (points)."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    thick: float = 0.0


@dataclass(frozen=True)
class Layout:
    """A sheet: its fields in the order they are filled, its lines, and where what runs on may stand.

    `foot` is printed small at the bottom of every sheet, with `counted` the page's number too.
    """

    fields: tuple[Field, ...]
    lines: tuple[Line, ...] = ()
    more: Field = Field(20, 22, 170, 250)
    foot: str = ""
    counted: bool = False
