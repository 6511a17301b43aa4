"""The embedded fonts: registered once, asked what they can draw and how wide a text runs."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from math import ceil

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from shop.settings import ROOT

FOLDER = ROOT / "static" / "fonts"

_SURE = 0.97  # of a column is counted on: the engine breaks lines by its own sums

# family -> the files for plain, bold, italic, bold italic
FAMILIES = {
    "display": ("fraunces-display",) * 4,
    "hand": ("fraunces-italic",) * 4,
    "hand-more": ("source-serif-4-italic",) * 4,  # Greek and Cyrillic, which Fraunces lacks
    "text": ("source-sans-3-regular", "source-sans-3-semibold") * 2,
}


@dataclass(frozen=True)
class Fit:
    """A font size in points at which a text fits, and the text as it is to be set."""

    size: float
    text: str


@cache
def families() -> frozenset[str]:
    """Register every face with ReportLab, once a process; the names that style sheets may use."""
    for family, files in FAMILIES.items():
        for place, file in enumerate(files):
            if file not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(file, str(FOLDER / f"{file}.ttf")))
            addMapping(family, place & 1, place >> 1, file)
    return frozenset(FAMILIES)


@cache
def _drawn_by(*names: str) -> frozenset[int]:
    """The code points for which at least one of some families has a glyph."""
    families()
    return frozenset().union(*(pdfmetrics.getFont(FAMILIES[name][0]).face.charToGlyph for name in names))


def unprintable(text: str) -> str:
    """The characters that no embedded font can draw, each once, in order; empty when all print.

    A name must print both by hand on a voucher and plainly on a receipt.
    """
    able = _drawn_by("hand", "hand-more") & _drawn_by("text")
    return "".join(dict.fromkeys(sign for sign in text if ord(sign) not in able and not sign.isspace()))


def hand(text: str) -> str:
    """The family in which a whole text is written by hand: one face, even when a single sign needs it."""
    return "hand" if all(ord(sign) in _drawn_by("hand") or sign.isspace() for sign in text) else "hand-more"


def set_in(text: str, *wanted: str) -> tuple[str, str]:
    """The first of some families that can draw a whole text, and the text.

    Where none can, it is the last one, and the text has a question mark for each sign that it lacks.
    """
    plain = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    for family in wanted:
        if all(ord(sign) in _drawn_by(family) or sign.isspace() for sign in plain):
            return family, plain
    able = _drawn_by(wanted[-1])
    return wanted[-1], "".join(sign if ord(sign) in able or sign.isspace() else "?" for sign in plain)


def printable(text: str, instead: str = "?") -> str:
    """A text with `instead` for each sign that would print as a box, and without signs that are unseen."""
    able = _drawn_by("text")
    return "".join(
        sign if ord(sign) in able or sign.isspace() else instead
        for sign in text
        if unicodedata.category(sign) != "Cf"
    )


def width(text: str, family: str, size: float) -> float:
    """How wide a text runs on one line, in points."""
    families()
    return float(pdfmetrics.stringWidth(text, FAMILIES[family][0], size))


def rows(text: str, family: str, size: float, measure: float) -> int:
    """How many lines a text takes at most in a column of `measure` points, long words broken."""
    return _rows(_widths(text, family), width(" ", family, 1), measure / size)


def _widths(text: str, family: str) -> list[list[float]]:
    """The width of each word of each line at a size of one point; it grows with the size."""
    return [[width(word, family, 1) for word in line.split()] for line in text.split("\n")]


def _rows(lines: list[list[float]], space: float, measure: float) -> int:
    return sum(_rows_of_line(words, space, measure) for words in lines)


def _rows_of_line(words: list[float], space: float, measure: float) -> int:
    used, taken = 0.0, 1
    for wide in words:
        if wide > measure:  # broken wherever the line ends; one line more, to be sure
            taken += ceil(wide / measure) + 1
            used = wide % measure
        elif used and used + space + wide > measure:
            taken, used = taken + 1, wide
        else:
            used += wide + (space if used else 0)
    return taken


def fit(
    text: str, family: str, sizes: tuple[float, ...], *, measure: float, height: float, lead: float
) -> Fit:
    """The largest of some sizes at which a text stands in a column of `measure` by `height` points.

    `lead` is the line height as a multiple of the size. A text of very many short lines is run on,
    its lines parted by slashes as verse is, rather than spilled over the edge.
    """
    space = width(" ", family, 1)
    for candidate in (text, " / ".join(filter(None, text.split("\n")))):
        widths = _widths(candidate, family)
        for size in sizes:
            if _rows(widths, space, measure * _SURE / size) * size * lead <= height:
                return Fit(size, candidate)
    return Fit(sizes[-1], candidate)
