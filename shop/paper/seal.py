"""The seal on a certificate: a rosette cut from the centre's ribbon, with a tick."""

from functools import lru_cache
from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageDraw

Point = tuple[float, float]

_SIDE, _TALL = 600, 840
_FINE = 3  # drawn larger and scaled down, so that edges are smooth
_WAVES = 26
_PAPER = "#FFFDF9"


@lru_cache(maxsize=8)
def pressed(colour: str) -> bytes:
    """A PNG of the seal on white, 5 by 7, in a ribbon colour `#RRGGBB`; kept ready for the next certificate."""
    side, tall = _SIDE * _FINE, _TALL * _FINE
    picture = Image.new("RGB", (side, tall), "white")
    draw = ImageDraw.Draw(picture)
    middle, radius = (side / 2, side / 2), side * 0.47
    for lean in (-1, 1):
        draw.polygon(_tail(middle, radius, lean), fill=_darker(colour, 0.8))
    draw.polygon(_scallops(middle, radius), fill=colour)
    _disc(draw, middle, radius * 0.76, _PAPER)
    _disc(draw, middle, radius * 0.71, colour)
    draw.line(_tick(middle, radius), fill=_PAPER, width=round(radius * 0.13), joint="curve")
    for end in (_tick(middle, radius)[0], _tick(middle, radius)[-1]):
        _disc(draw, end, radius * 0.062, _PAPER)
    out = BytesIO()
    picture.resize((_SIDE, _TALL), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _scallops(middle: Point, radius: float) -> list[Point]:
    """A circle whose edge runs in small waves."""
    steps = _WAVES * 12
    return [
        _at(middle, radius * (0.965 + 0.035 * cos(_WAVES * 2 * pi * n / steps)), n / steps)
        for n in range(steps)
    ]


def _tail(middle: Point, radius: float, lean: int) -> list[Point]:
    """One end of the ribbon, hanging from behind the rosette, with a swallow's tail."""
    x, y = middle
    wide, low = radius * 0.42, _TALL * _FINE * 0.985
    inner, outer = x + lean * radius * 0.06, x + lean * (radius * 0.06 + wide)
    shift = lean * radius * 0.16
    return [
        (inner, y),
        (outer, y),
        (outer + shift, low),
        ((inner + outer) / 2 + shift, low - radius * 0.2),
        (inner + shift, low),
    ]


def _tick(middle: Point, radius: float) -> list[Point]:
    x, y = middle
    return [
        (x - radius * 0.32, y + radius * 0.03),
        (x - radius * 0.09, y + radius * 0.27),
        (x + radius * 0.34, y - radius * 0.25),
    ]


def _disc(draw: ImageDraw.ImageDraw, middle: Point, radius: float, colour: str) -> None:
    x, y = middle
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _at(middle: Point, radius: float, turn: float) -> Point:
    return middle[0] + radius * cos(2 * pi * turn), middle[1] + radius * sin(2 * pi * turn)


def _darker(colour: str, share: float) -> tuple[int, ...]:
    return tuple(round(int(colour[i : i + 2], 16) * share) for i in (1, 3, 5))
