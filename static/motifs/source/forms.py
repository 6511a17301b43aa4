"""The shapes this hand likes: strips, leaves, blossoms, ribbons, and patterns to paint on papers."""

import cmath
import math
from collections.abc import Sequence
from random import Random

from scissors import Line, Shape, drawn, put, through


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


def leaf(length: float, width: float, bend: float = 0, slits: int = 0, fat: float = 0.42) -> Shape:
    """A leaf from the origin to the right; `slits` pairs of veins are cut out of it."""

    def spine(t: float) -> complex:
        return complex(length * t, -bend * length * math.sin(math.pi * t) * 0.6)

    def half(t: float) -> float:
        rise = t ** (math.log(0.5) / math.log(fat))
        return width / 2 * math.sin(math.pi * rise) ** 0.9

    steps = [k / 40 for k in range(41)]
    edge = [spine(t) - half(t) * 1j for t in steps] + [spine(t) + half(t) * 1j for t in steps[-2:0:-1]]
    shape = [edge]
    for k in range(slits):
        t = 0.12 + 0.66 * k / max(slits - 1, 1)
        for side in (-1, 1):
            a = spine(t) + side * 1j * width * 0.055
            far = min(t + 0.07 + 0.3 * half(t) / length * 2, 0.92)
            b = spine(far) + side * 1j * half(far) * 0.8
            shape.append(lens(a, b, max(length * 0.036, 5)))
    return shape


def frond(length: float, reach: float, pairs: int, finger: float, bend: float = 0.1) -> list[Shape]:
    """An alga as the old master cut them: round fingers on both sides of a stem."""

    def spine(t: float) -> complex:
        return complex(length * t, -bend * length * math.sin(math.pi * t))

    shapes = [
        strip([spine(k / 5) for k in range(6)], [finger * 0.55, finger * 0.75, finger * 0.6], end="round")
    ]
    for k in range(pairs):
        t = 0.14 + 0.78 * k / pairs
        long = reach * math.sin(math.pi * (0.28 + 0.62 * (k + 0.5) / pairs))
        for side in (-1, 1):
            root = spine(t + (0.03 if side > 0 else 0))
            tip = root + complex(long * 0.62, side * long)
            waist = root + complex(long * 0.12, side * long * 0.52)
            shapes.append(strip([root, waist, tip], [finger * 0.7, finger, finger * 0.85], end="round"))
    top = spine(1)
    shapes.append(
        strip(
            [spine(0.86), top, top + length * 0.1], [finger * 0.6, finger * 1.05, finger * 0.7], end="round"
        )
    )
    return shapes


def sprig(length: float, pairs: int, size: float, bend: float = 0.1, stem: float = 7, slim: float = 0.42):
    """A twig with a leaf at each side and one at the top; returns its shapes."""

    def spine(t: float) -> complex:
        return complex(length * t, -bend * length * math.sin(math.pi * t))

    shapes = [strip([spine(k / 6) for k in range(7)], [stem, stem * 0.5], end="round")]
    for k in range(pairs):
        t = 0.22 + 0.7 * k / pairs
        long = size * (1.08 - 0.45 * k / pairs)
        for side in (-1, 1):
            root = spine(t + (0.045 if side > 0 else 0))
            shapes.append(put(leaf(long, long * slim, 0.1 * side), root, side * 48 - 8))
    shapes.append(put(leaf(size * 0.7, size * 0.7 * slim), spine(1) - size * 0.08, 2))
    return shapes


def berries(length: float, count: int, radius: float, bend: float = 0.15) -> tuple[list[Shape], list[Shape]]:
    """A spray: its stalks, and its round berries."""

    def spine(t: float) -> complex:
        return complex(length * t, -bend * length * math.sin(math.pi * t))

    stalks = [strip([spine(k / 6) for k in range(7)], [7, 4])]
    fruit = [put(disc(radius), spine(1) + radius * 0.5)]
    for k in range(count - 1):
        t = 0.38 + 0.56 * k / (count - 1)
        side = -1 if k % 2 else 1
        far = length * (0.24 - 0.1 * t)
        tip = spine(t) + complex(far * 0.75, side * far)
        stalks.append(strip([spine(t), spine(t) + complex(far * 0.2, side * far * 0.6), tip], [4, 4]))
        fruit.append(put(disc(radius * (1.1 - 0.25 * t)), tip))
    return stalks, fruit


def petal(length: float, width: float, notch: float = 0) -> Shape:
    """A petal from the origin to the right, round or notched at its end."""
    w = width / 2
    return [
        drawn(
            f"M0 0 C{length * 0.2} {-w * 0.5} {length * 0.45} {-w * 1.1} {length * 0.8} {-w * 0.9} "
            f"C{length * 1.06} {-w * 0.7} {length * 1.04} {-w * 0.2} {length * (1 - notch)} 0 "
            f"C{length * 1.04} {w * 0.2} {length * 1.06} {w * 0.7} {length * 0.8} {w * 0.9} "
            f"C{length * 0.45} {w * 1.1} {length * 0.2} {w * 0.5} 0 0 Z"
        )
    ]


def rosette(petals: int, inner: float, outer: float) -> Shape:
    """A whole blossom cut from one paper: round petals, narrow gaps."""
    line: Line = []
    for k in range(petals):
        a = 360 / petals
        line += [
            polar(inner, a * k),
            polar(inner, a * k),
            polar(outer * 0.86, a * (k + 0.17)),
            polar(outer, a * (k + 0.5)),
            polar(outer * 0.86, a * (k + 0.83)),
        ]
    return [through(line, closed=True)]


def star(points: int, outer: float, inner: float) -> Shape:
    """A star with straight sides."""
    return [[polar(inner if k % 2 else outer, 180 * k / points - 90) for k in range(2 * points)]]


def fir(spine: Sequence[complex], needle: float, gap: float, thick: float = 9) -> list[Shape]:
    """A fir twig: a stem and snipped needles that lean forward and shorten to the tip."""
    middle = through(list(spine), steps=40)
    shapes = [strip(spine, [thick, thick * 0.45], end="point")]
    walked, due = 0.0, gap * 0.6
    total = sum(abs(b - a) for a, b in zip(middle, middle[1:], strict=False))
    for a, b in zip(middle, middle[1:], strict=False):
        walked += abs(b - a)
        if walked < due:
            continue
        due += gap
        way, t = (b - a) / abs(b - a), walked / total
        long = needle * min(1, 0.55 + 2.2 * t) * (1 - 0.55 * t**2.2)
        for side in (-1, 1):
            tip = b + way * cmath.rect(long, side * math.radians(46 - 14 * t))
            shapes.append([lens(b - way * gap * 0.2, tip, needle * 0.17)])
    return shapes


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
            ("back", put([drawn(fold)], 0, turn, 1, flip)),
            ("front", put([drawn(left), drawn(window)], 0, turn, 1, flip)),
        ]
    knot = (
        "M-38 -36 C-16 -50 18 -48 38 -34 C50 -10 48 20 36 40 C12 52 -18 50 -38 38 C-50 12 -50 -12 -38 -36 Z"
    )
    return [(side, put(shape, 0, 0, size / 560)) for side, shape in [*sides, ("front", [drawn(knot)])]]
