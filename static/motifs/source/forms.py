"""The shapes this hand likes: strips, discs, stars, ribbons, and patterns to paint on papers."""

import cmath
import math
from collections.abc import Sequence
from random import Random

from scissors import Line, Shape, drawn, paper, put, through


def polar(radius: float, degrees: float) -> complex:
    """A point at a distance and an angle (clockwise on the sheet, 0 to the right)."""
    return cmath.rect(radius, math.radians(degrees))


def disc(radius: float, squash: float = 1.0) -> Shape:
    """A round paper about the origin."""
    return [[complex(radius * math.cos(a), radius * squash * math.sin(a)) for a in _round(72)]]


def _round(steps: int) -> list[float]:
    return [2 * math.pi * k / steps for k in range(steps)]


def blob(rng: Random, radius: float, bumps: int = 7, rough: float = 0.2) -> Shape:
    """A soft irregular paper, as a drop of colour makes."""
    return [
        through(
            [
                polar(radius * rng.uniform(1 - rough, 1 + rough), 360 * (k + rng.uniform(-0.2, 0.2)) / bumps)
                for k in range(bumps)
            ],
            closed=True,
        )
    ]


def sheet_of(left: float, top: float, right: float, bottom: float, lean: float = 0) -> Shape:
    """A four-sided paper whose sides are not quite parallel; `lean` in pixels."""
    return [
        [
            complex(left, top + lean),
            complex(right - lean, top),
            complex(right, bottom - lean / 2),
            complex(left + lean, bottom),
        ]
    ]


def strip(spine: Sequence[complex], widths: Sequence[float], start: str = "flat", end: str = "flat") -> Shape:
    """A strip along a spine; ends are flat, round, point, or fork (a swallow's tail)."""
    middle = through(list(spine))
    n = len(middle)
    left, right = [], []
    for i, p in enumerate(middle):
        way = middle[min(i + 1, n - 1)] - middle[max(i - 1, 0)]
        side = way / abs(way) * 1j * _between(widths, i / (n - 1)) / 2
        left.append(p - side)
        right.append(p + side)
    tail = _end(left[-1], right[-1], middle[-1] - middle[-2], end)
    head = _end(right[0], left[0], middle[0] - middle[1], start)
    return [left + tail + right[::-1] + head]


def _between(values: Sequence[float], t: float) -> float:
    """A value at t in 0..1, eased between the given ones."""
    place = t * (len(values) - 1)
    k = min(int(place), len(values) - 2) if len(values) > 1 else 0
    if len(values) == 1:
        return values[0]
    u = place - k
    u = u * u * (3 - 2 * u)
    return values[k] * (1 - u) + values[k + 1] * u


def _end(a: complex, b: complex, way: complex, kind: str) -> Line:
    width, forward = abs(b - a), way / abs(way)
    middle = (a + b) / 2
    if kind == "round":
        spoke = (a - middle) if width else 0
        return [middle + spoke * cmath.rect(1, math.pi * k / 10) for k in range(1, 10)]
    if kind == "point":
        return [middle + forward * width * 0.8]
    if kind == "fork":
        return [a + forward * width * 0.45, middle - forward * width * 0.35, b + forward * width * 0.25]
    return []


def lens(a: complex, b: complex, width: float) -> Line:
    """A slim pointed slit from a to b."""
    side = (b - a) / abs(b - a) * 1j * width
    return through([a, a, (a + b) / 2 + side / 2, b, b, (a + b) / 2 - side / 2], closed=True)


def star(points: int, outer: float, inner: float) -> Shape:
    """A star with straight sides."""
    return [[polar(inner if k % 2 else outer, 180 * k / points - 90) for k in range(2 * points)]]


def dots(area: tuple[float, float, float, float], gap: float, radius: float, turn: float = 0) -> list[Shape]:
    """Dots in quincunx over an area (left, top, right, bottom)."""
    left, top, right, bottom = area
    middle = complex(left + right, top + bottom) / 2
    reach = int(math.hypot(right - left, bottom - top) / 2 / gap) + 1
    spots = []
    for row in range(-reach, reach + 1):
        for column in range(-reach, reach + 1):
            p = middle + complex(column + (row % 2) / 2, row * 0.82) * gap * cmath.rect(1, math.radians(turn))
            if left <= p.real <= right and top <= p.imag <= bottom:
                spots.append(put(disc(radius), p))
    return spots


def stripes(
    area: tuple[float, float, float, float], gap: float, width: float, turn: float = 0
) -> list[Shape]:
    """Parallel stripes over an area."""
    left, top, right, bottom = area
    middle = complex(left + right, top + bottom) / 2
    reach = math.hypot(right - left, bottom - top) / 2
    way = cmath.rect(1, math.radians(turn))
    bars = []
    for k in range(-int(reach / gap) - 1, int(reach / gap) + 2):
        p = middle + k * gap * way * 1j
        a, b = p - way * reach, p + way * reach
        bars.append(
            [
                [
                    a - way * 1j * width / 2,
                    b - way * 1j * width / 2,
                    b + way * 1j * width / 2,
                    a + way * 1j * width / 2,
                ]
            ]
        )
    return bars


def bow(size: float) -> list[tuple[str, Shape]]:
    """A bow about its knot, `size` wide; pairs of side ("back" or "front") and shape, back to front."""
    left = "M8 6 C-40 -92 -150 -170 -232 -150 C-296 -132 -300 10 -244 54 C-180 96 -60 58 8 6 Z"
    window = "M-62 -28 C-112 -88 -184 -130 -226 -116 C-262 -98 -262 -2 -224 20 C-184 38 -108 10 -62 -28 Z"
    fold = "M-50 -24 C-110 -96 -190 -140 -262 -130 C-282 -60 -276 -20 -262 -14 C-190 -26 -110 -22 -50 -24 Z"
    sides = []
    for turn, flip in ((0, False), (176, True)):
        sides += [
            ("back", put(paper(fold), 0, turn, 1, flip)),
            ("front", put([drawn(left), drawn(window)], 0, turn, 1, flip)),
        ]
    knot = (
        "M-38 -36 C-16 -50 18 -48 38 -34 C50 -10 48 20 36 40 C12 52 -18 50 -38 38 C-50 12 -50 -12 -38 -36 Z"
    )
    return [(side, put(shape, 0, 0, size / 560)) for side, shape in [*sides, ("front", paper(knot))]]
