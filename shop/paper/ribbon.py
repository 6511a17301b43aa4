"""The picture of a voucher without a motif: paper, tied with the centre's ribbon."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

Point = tuple[float, float]

_PAPER = "#F3ECDF"
_SIZE = 1800
_FINE = 2  # drawn larger and scaled down, so that edges are smooth
_UNIT = 250 * _FINE
_LOOP: list[tuple[Point, Point, Point, Point]] = [
    ((0.0, -0.06), (0.3, -0.66), (1.32, -0.86), (1.36, -0.22)),
    ((1.36, -0.22), (1.38, 0.2), (0.5, 0.22), (0.0, 0.08)),
]
_EYE: list[tuple[Point, Point, Point, Point]] = [
    ((0.2, -0.04), (0.45, -0.36), (1.1, -0.58), (1.12, -0.24)),
    ((1.12, -0.24), (1.12, 0.02), (0.6, 0.06), (0.2, 0.0)),
]
_TAIL: list[Point] = [(0.02, 0.04), (0.3, 0.08), (0.98, 0.92), (0.7, 0.86), (0.6, 1.12)]
_KNOT = 0.17


@lru_cache(maxsize=8)
def tied(colour: str, shape: float) -> bytes:
    """A JPEG of a shape (width ÷ height) in a ribbon colour `#RRGGBB`; kept ready for the next voucher."""
    width, height = _SIZE * _FINE, round(_SIZE / shape) * _FINE
    picture = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(picture)
    middle = (width * 0.5, height * 0.47)
    band = 0.15 * _UNIT
    shade = _darker(colour, 0.78)
    draw.rectangle((0, middle[1] - band, width, middle[1] + band), fill=colour)
    draw.rectangle((middle[0] - band, 0, middle[0] + band, height), fill=colour)
    for side in (-1, 1):
        draw.polygon(_placed(_TAIL, middle, side), fill=_darker(colour, 0.88))
    for side in (-1, 1):
        draw.polygon(_placed(_curve(_LOOP), middle, side), fill=colour, outline=shade, width=2 * _FINE)
        draw.polygon(_placed(_curve(_EYE), middle, side), fill=shade)
    knot = _KNOT * _UNIT
    box = (middle[0] - knot, middle[1] - knot, middle[0] + knot, middle[1] + knot)
    draw.rounded_rectangle(box, radius=knot * 0.5, fill=colour, outline=shade, width=2 * _FINE)
    out = BytesIO()
    smooth = picture.resize((width // _FINE, height // _FINE), Image.Resampling.LANCZOS)
    smooth.save(out, "JPEG", quality=90, subsampling=0, optimize=True)
    return out.getvalue()


def _curve(parts: list[tuple[Point, Point, Point, Point]]) -> list[Point]:
    """The points of some cubic Bézier curves, one after the other."""
    return [_on(part, step / 24) for part in parts for step in range(25)]


def _on(part: tuple[Point, Point, Point, Point], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    return (
        sum(weight * point[0] for weight, point in zip(weights, part, strict=True)),
        sum(weight * point[1] for weight, point in zip(weights, part, strict=True)),
    )


def _placed(points: list[Point], middle: Point, side: int) -> list[Point]:
    return [(middle[0] + side * x * _UNIT, middle[1] + y * _UNIT) for x, y in points]


def _darker(colour: str, share: float) -> tuple[int, ...]:
    return tuple(round(int(colour[i : i + 2], 16) * share) for i in (1, 3, 5))
