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
class Label:
    """One line of fixed words on its baseline, as on a printed form; `face` is a font file's name."""

    x: float
    y: float
    text: str
    face: str
    size: float
    colour: str


@dataclass(frozen=True)
class Layout:
    """A sheet: its fields in the order they are filled, its lines and labels, where what runs on may stand.

    `foot` stands at the bottom of every sheet, what runs on included; `counted` adds the page's number.
    """

    fields: tuple[Field, ...]
    lines: tuple[Line, ...] = ()
    labels: tuple[Label, ...] = ()
    more: Field = Field(20, 22, 170, 250)
    foot: Label | None = None
    counted: bool = False
