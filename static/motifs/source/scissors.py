"""Geometry for cut paper: outlines as complex numbers, and a hand that cuts them a little unevenly."""

import cmath
import math
import re
from collections.abc import Iterable, Sequence
from random import Random

Line = list[complex]
Shape = list[Line]  # the outer edge first, then holes


def bezier(a: complex, b: complex, c: complex, d: complex, steps: int = 24) -> Line:
    """Points of a cubic Bézier curve after its start, in pixels of the sheet."""
    points = []
    for k in range(1, steps + 1):
        t = k / steps
        u = 1 - t
        points.append(u**3 * a + 3 * u * u * t * b + 3 * u * t * t * c + t**3 * d)
    return points


def drawn(path: str) -> Line:
    """Read an SVG path of absolute M, L, C, Q and Z (one subpath) as a line."""
    words = re.findall(r"[MLCQZ]|-?\d+\.?\d*", path)
    line: Line = []
    verb, at = "M", 0
    take = {"M": 1, "L": 1, "C": 3, "Q": 2}
    while at < len(words):
        if words[at] in "MLCQZ":
            verb = words[at]
            at += 1
            continue
        count = take[verb]
        p = [complex(float(words[at + 2 * k]), float(words[at + 2 * k + 1])) for k in range(count)]
        at += 2 * count
        if count == 1:
            line.append(p[0])
        elif count == 2:
            a = line[-1]
            line += bezier(a, a + (p[0] - a) * 2 / 3, p[1] + (p[0] - p[1]) * 2 / 3, p[1])
        else:
            line += bezier(line[-1], *p)
    return line


def paper(path: str) -> Shape:
    """A paper whose outer edge is that path."""
    return [drawn(path)]


def through(points: Sequence[complex], closed: bool = False, steps: int = 16) -> Line:
    """A smooth line through points (Catmull-Rom); a point given twice makes a corner."""
    n = len(points)
    line: Line = [] if closed else [points[0]]
    for i in range(n if closed else n - 1):
        if closed:
            before, a, b, after = (points[(i + k) % n] for k in (-1, 0, 1, 2))
        else:
            before, a, b, after = (points[min(max(i + k, 0), n - 1)] for k in (-1, 0, 1, 2))
        if a == b:
            continue
        line += bezier(a, a + (b - before) / 6, b - (after - a) / 6, b, steps)
    return line


def put(shape: Shape, at: complex, turn: float = 0, scale: float = 1, flip: bool = False) -> Shape:
    """The shape mirrored, scaled, turned (degrees, clockwise on the sheet) and moved."""
    factor = cmath.rect(scale, math.radians(turn))
    return [[at + factor * (p.conjugate() if flip else p) for p in line] for line in shape]


def put_all(shapes: Iterable[Shape], at: complex, turn: float = 0, scale: float = 1, flip: bool = False):
    """The same for several shapes."""
    return [put(shape, at, turn, scale, flip) for shape in shapes]


def box(lines: Iterable[Line]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of all points."""
    points = [p for line in lines for p in line]
    xs, ys = [p.real for p in points], [p.imag for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def evenly(line: Line, step: float) -> Line:
    """The closed line with points every `step` pixels."""
    points, rest = [], 0.0
    for a, b in zip(line, [*line[1:], line[0]], strict=True):
        length = abs(b - a)
        if length == 0:
            continue
        while rest < length:
            points.append(a + (b - a) * rest / length)
            rest += step
        rest -= length
    return points


def _bend(a: complex, b: complex, c: complex) -> float:
    """The angle by which a path turns at b."""
    if b in (a, c):
        return 0.0
    return abs(cmath.phase((c - b) / (b - a)))


def _corners(points: Line, reach: int = 2, sharp: float = 0.75) -> list[int]:
    """Indices where the scissors were turned: sharp local maxima of the bend."""
    n = len(points)
    bends = [_bend(points[i - reach], points[i], points[(i + reach) % n]) for i in range(n)]
    near = range(-reach, reach + 1)
    return [i for i in range(n) if bends[i] > sharp and bends[i] == max(bends[(i + k) % n] for k in near)]


def _anchors(points: Line, corners: list[int], size: float, rng: Random) -> list[int]:
    """Where the hand sets the scissors anew: corners, after some length, or after some bend."""
    n, start = len(points), corners[0] if corners else 0
    corner_set = {c % n for c in corners}
    longest = min(max(size * 0.42, 8.0), 260.0)
    chosen, length, bend = [start], 0.0, 0.0
    patience = rng.uniform(0.7, 1.3)
    for k in range(1, n):
        i = (start + k) % n
        length += abs(points[i] - points[i - 1])
        bend += _bend(points[i - 2], points[i - 1], points[i])
        if i in corner_set or length > longest * patience or bend > 0.5 * patience:
            chosen.append(i)
            length, bend, patience = 0.0, 0.0, rng.uniform(0.7, 1.3)
    return chosen


def _thickness(line: Line) -> float:
    """How wide a paper is on average: a thread is thin however long it runs."""
    pairs = list(zip(line, [*line[1:], line[0]], strict=True))
    area = abs(sum((a.conjugate() * b).imag for a, b in pairs)) / 2
    return 2 * area / (sum(abs(b - a) for a, b in pairs) or 1)


def cut(line: Line, rng: Random, hand: float = 1.0) -> str:
    """The line as SVG path data, cut by hand: few strokes, small drifts, now and then a kink."""
    left, top, right, bottom = box([line])
    size = math.hypot(right - left, bottom - top) / 1.4142
    thick = _thickness(line)
    step = min(3.0, max(min(size / 50, thick / 4), 0.25))
    points = evenly(line, step)
    n = len(points)
    corners = _corners(points)
    corner_set = set(corners)
    chosen = _anchors(points, corners, size, rng)
    drift = hand * min(max(size * 0.007, 0.2), 2.4, 0.04 * thick + 0.1)
    spots, arriving, leaving = [], [], []
    for i, then in zip(chosen, [*chosen[1:], chosen[0]], strict=True):
        gap = (then - i) % n or n
        ahead, behind = points[(i + 2) % n] - points[(i + 1) % n], points[i - 1] - points[i - 2]
        if i not in corner_set:
            mean = points[(i + 1) % n] - points[i - 1]
            kink = cmath.rect(1, rng.choice((0, 0, 1, -1)) * hand * min(0.2, 6 * drift / (gap * step)))
            ahead, behind = mean * kink, mean / kink
        side = ahead / abs(ahead) * 1j
        spots.append(points[i] + side * rng.uniform(-drift, drift) * (0.5 if i in corner_set else 1))
        arriving.append(behind / abs(behind))
        leaving.append(ahead / abs(ahead))
    text = [f"M{_n(spots[0])}"]
    for j, spot in enumerate(spots):
        k = (j + 1) % len(spots)
        third = abs(spots[k] - spot) / 3
        text.append(f"C{_n(spot + leaving[j] * third)} {_n(spots[k] - arriving[k] * third)} {_n(spots[k])}")
    return "".join(text) + "Z"


def _n(p: complex) -> str:
    return f"{p.real:.1f} {p.imag:.1f}".replace(".0 ", " ").removesuffix(".0")
