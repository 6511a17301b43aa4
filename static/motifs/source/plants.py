"""What grows on these sheets: leaves, fronds, twigs, berries, blossoms."""

import cmath
import itertools
import math
from collections.abc import Sequence

from forms import disc, lens, polar, strip
from scissors import Line, Shape, paper, put, through


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
    return paper(
        f"M0 0 C{length * 0.2} {-w * 0.5} {length * 0.45} {-w * 1.1} {length * 0.8} {-w * 0.9} "
        f"C{length * 1.06} {-w * 0.7} {length * 1.04} {-w * 0.2} {length * (1 - notch)} 0 "
        f"C{length * 1.04} {w * 0.2} {length * 1.06} {w * 0.7} {length * 0.8} {w * 0.9} "
        f"C{length * 0.45} {w * 1.1} {length * 0.2} {w * 0.5} 0 0 Z"
    )


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


def fir(spine: Sequence[complex], needle: float, gap: float, thick: float = 9) -> list[Shape]:
    """A fir twig: a stem and snipped needles that lean forward and shorten to the tip."""
    middle = through(list(spine), steps=40)
    shapes = [strip(spine, [thick, thick * 0.45], end="point")]
    walked, due = 0.0, gap * 0.6
    total = sum(abs(b - a) for a, b in itertools.pairwise(middle))
    for a, b in itertools.pairwise(middle):
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
