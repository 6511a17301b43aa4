"""Weihnachten: a fir branch with baubles over a snowed-in wood, and a paper star."""

import math

from forms import bow, disc, dots, lens, polar, star, strip, stripes
from plants import fir, leaf
from scissors import Shape, drawn, paper, put, put_all
from sheet import BLUE, BLUSH, GREEN, INK, MAROON, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet

FROST = "#D9E0DE"


def _flake(radius: float) -> list[Shape]:
    shapes = []
    for k in range(6):
        turn = 60 * k + 8
        shapes.append(put([lens(0, radius + 0j, radius * 0.16)], 0, turn))
        for at, long in ((0.42, 0.34), (0.66, 0.26)):
            for side in (-1, 1):
                tip = radius * at + polar(radius * long, side * 52)
                shapes.append(put([lens(complex(radius * at), tip, radius * 0.11)], 0, turn))
    return shapes


def _snow(sheet: Sheet) -> None:
    rng, spots = sheet.rng, []
    while len(spots) < 70:
        p = complex(rng.uniform(20, 1790), rng.uniform(20, 800))
        if all(abs(p - q) > 105 for q in spots):
            spots.append(p)
    sheet.scatter(PAPER, [put(disc(rng.choice((5, 7, 7, 10, 13))), p)[0] for p in spots])
    for at, radius in (
        (836 + 150j, 60),
        (190 + 170j, 52),
        (1110 + 812j, 46),
        (800 + 640j, 52),
        (430 + 120j, 34),
    ):
        sheet.paste(PAPER, *put_all(_flake(radius), at, radius))


def _tree(sheet: Sheet, foot: complex, height: float, colour: str, tint: str, lean: float = 0) -> None:
    """A fir of three papers, the upper over the lower, with rows of slits."""
    sheet.paste(INK, put(paper("M-14 6 L-12 -60 L14 -60 L16 6 Z"), foot, lean))
    for low, high, wide in ((0.06, 0.52, 0.29), (0.3, 0.76, 0.23), (0.55, 1.02, 0.165)):
        a, b, w = -low * height, -high * height, wide * height
        mid, over, under = (a + b) / 2, a - 0.05 * height, a + 0.05 * height
        edge = drawn(
            f"M{-w} {a} C{-w * 0.6} {over} {-w * 0.2} {mid} 4 {b} "
            f"C{w * 0.24} {mid} {w * 0.62} {over} {w} {a + 4} C{w * 0.5} {under} {-w * 0.5} {under} {-w} {a} Z"
        )
        slits = []
        for k in range(-2, 3):
            top = complex(k * w * 0.2, a + (b - a) * (0.42 - 0.07 * abs(k)))
            slits.append(lens(top, complex(k * w * 0.33, a + (b - a) * 0.06), height * 0.026))
        sheet.paste(colour, put([edge], foot, lean), on=[(tint, [put([s], foot, lean) for s in slits])])


def _wood(sheet: Sheet) -> None:
    far = (
        "M-20 850 C200 760 420 800 640 850 C900 900 1200 800 1500 840 "
        "C1640 850 1740 800 1830 790 L1830 1130 L-20 1130 Z"
    )
    sheet.paste(FROST, paper(far), grain="along")
    for foot, height, colour, tint, lean in (
        (520 + 852j, 300, SAGE, GREEN, 2),
        (130 + 836j, 400, SAGE, GREEN, -2),
        (1520 + 900j, 250, SAGE, GREEN, 1),
        (1680 + 905j, 330, GREEN, SAGE, -1),
        (320 + 930j, 560, GREEN, SAGE, 1),
    ):
        _tree(sheet, foot, height, colour, tint, lean)
    near = "M-20 950 C240 880 460 900 700 944 C980 1000 1240 910 1830 924 L1830 1130 L-20 1130 Z"
    stitch = [lens(-13 + 0j, 13 + 0j, 8)]
    stitches = [
        put(stitch, complex(40 + 70 * k + 35 * (r % 2), 985 + 34 * r + 12 * math.sin(k / 3)), -8)
        for r in range(4)
        for k in range(26)
    ]
    sheet.paste(PAPER, paper(near), on=[(FROST, stitches)], grain="along")
    _cottage(sheet, 870 + 985j)
    _tree(sheet, 640 + 1000j, 290, NIGHT, BLUE, -2)


def _cottage(sheet: Sheet, foot: complex) -> None:
    """A small red house with light in its windows and snow on its roof."""
    pane = [[0j, 36 + 0j, 36 + 48j, 48j]]
    panes = [put(pane, foot + complex(x, -96)) for x in (-76, 40)]
    door = put([[-16 + 4j, -16 - 88j, 18 - 88j, 18 + 4j]], foot)
    wall = "M-104 6 L-100 -128 L0 -196 L102 -126 L106 4 Z"
    roof = (
        "M-136 -116 L-6 -222 C0 -226 6 -226 12 -222 L138 -112 C128 -94 112 -96 102 -108 "
        "L4 -184 L-104 -108 C-112 -94 -130 -98 -136 -116 Z"
    )
    sheet.paste(MAROON, put(paper("M52 -150 L54 -236 L86 -236 L88 -140 Z"), foot))
    sheet.paste(RED, put(paper(wall), foot), on=[(OCHRE, panes), (PAPER, [door])], grain="across")
    sheet.paste(PAPER, put(paper(roof), foot))
    sheet.paste(PAPER, put(paper("M46 -232 C52 -250 86 -250 94 -234 L90 -224 L50 -224 Z"), foot))


def _star(sheet: Sheet, at: complex) -> None:
    sheet.paste(OCHRE, put(star(8, 182, 92), at, 6), grain="fine")
    sheet.paste(PAPER, put(star(8, 122, 54), at, 28.5), grain="fine")
    sheet.paste(RED, put(star(8, 66, 32), at, 6), grain="fine")
    sheet.paste(OCHRE, put(disc(15), at))


def _branch(sheet: Sheet) -> None:
    twigs = (
        ([1840 - 30j, 1640 + 110j, 1500 + 260j, 1440 + 420j], 120, SAGE),
        ([1500 - 60j, 1350 + 60j, 1120 + 120j, 880 + 110j], 120, SAGE),
        ([1860 + 60j, 1600 + 150j, 1250 + 210j, 930 + 330j], 140, GREEN),
        ([1860 + 160j, 1730 + 270j, 1640 + 420j, 1620 + 560j], 120, GREEN),
        ([1600 + 140j, 1400 + 120j, 1220 + 40j, 1080 - 10j], 120, GREEN),
    )
    for spine, needle, colour in twigs:
        sheet.paste(colour, *fir(spine, needle, 24, 13), grain="fine")


def _bauble(sheet: Sheet, hook: complex, drop: float, radius: float, colour: str, marks) -> None:
    at = hook + complex(0, drop)
    sheet.paste(INK, strip([hook, at - 1j * radius], [4, 4]))
    sheet.paste(OCHRE, put(paper("M-17 -12 L17 -12 L20 14 L-20 14 Z"), at - 1j * (radius + 4)), hand=0.6)
    sheet.paste(
        colour,
        put(disc(radius, 1.03), at),
        on=[(tint, [put(s, at) for s in shapes]) for tint, shapes in marks],
        grain="dabbed",
    )


def _baubles(sheet: Sheet) -> None:
    r = 150
    bands = [
        [[complex(-r, y), complex(r, y), complex(r, y + h), complex(-r, y + h)]]
        for y, h in ((-96, 13), (-26, 13), (84, 13))
    ]
    teeth = [
        [[complex(-180 + 48 * k, -30), complex(-132 + 48 * k, -30), complex(-156 + 48 * k, -78)]]
        for k in range(8)
    ]
    leaves = [put(leaf(74, 34), complex(-120 + 48 * k, 72), -90) for k in range(6)]
    buds = [put(disc(8), complex(-96 + 48 * k, 14)) for k in range(5)]
    marks = [
        (BLUSH, teeth),
        (OCHRE, bands),
        (PAPER, leaves),
        (OCHRE, buds),
        (BLUSH, dots((-r, 104, r, 150), 36, 7)),
    ]
    _bauble(sheet, 1120 + 270j, 330, r, RED, marks)
    rays = [put([lens(20 + 0j, 92 + 0j, 17)], 0, 30 * k) for k in range(12)]
    _bauble(sheet, 1392 + 330j, 290, 104, OCHRE, [(PAPER, rays), (RED, [disc(17)])])
    area = (-122, -122, 122, 122)
    _bauble(
        sheet,
        1610 + 470j,
        170,
        122,
        NIGHT,
        [(BLUE, stripes(area, 62, 24, -14)), (PAPER, dots(area, 62, 7, -14))],
    )
    _bauble(sheet, 930 + 320j, 140, 70, BLUSH, [(RED, stripes((-70, -70, 70, 70), 34, 9, 90))])


def _ribbon(sheet: Sheet) -> None:
    knot = 1426 + 222j
    sheet.paste(
        RED, strip([knot, knot - 60 + 90j, knot - 40 + 190j, knot - 100 + 270j], [34, 52, 46, 48], end="fork")
    )
    sheet.paste(
        RED, strip([knot, knot + 70 + 80j, knot + 60 + 180j, knot + 120 + 230j], [34, 52, 46, 48], end="fork")
    )
    for side, shape in bow(370):
        sheet.paste(RED if side == "front" else MAROON, put(shape, knot, -14), grain="dabbed")


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("weihnachten", "#A9BBC3")
    _snow(sheet)
    _wood(sheet)
    _star(sheet, 640 + 300j)
    _branch(sheet)
    _baubles(sheet)
    _ribbon(sheet)
    return sheet
