"""Weihnachten: a fir branch with baubles over a snowed-in wood, and a paper star."""

from forms import bow, disc, dots, fir, leaf, lens, polar, star, strip, stripes
from scissors import Shape, drawn, put, put_all
from sheet import BLUE, BLUSH, CREAM, GREEN, INK, MAROON, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet


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
    rng = sheet.rng
    spots = [complex(rng.uniform(30, 1780), rng.uniform(30, 760)) for _ in range(74)]
    sheet.scatter(PAPER, [put(disc(rng.choice((5, 7, 7, 10, 13))), p)[0] for p in spots])
    for at, radius in ((690 + 190j, 58), (190 + 600j, 48), (1120 + 770j, 44), (800 + 690j, 34), (120 + 200j, 36)):
        sheet.paste(PAPER, *put_all(_flake(radius), at, radius))


def _tree(sheet: Sheet, foot: complex, height: float, colour: str, tint: str, lean: float = 0) -> None:
    """A fir of three papers, the upper over the lower, with rows of slits."""
    sheet.paste(INK, put([drawn("M-14 6 L-12 -60 L14 -60 L16 6 Z")], foot, lean))
    for low, high, wide in ((0.06, 0.52, 0.29), (0.3, 0.76, 0.23), (0.55, 1.02, 0.165)):
        a, b, w = -low * height, -high * height, wide * height
        edge = drawn(f"M{-w} {a} C{-w * .6} {a - .04 * height} {-w * .2} {(a + b) / 2} 4 {b} C{w * .24} {(a + b) / 2} {w * .62} {a - .05 * height} {w} {a + 4} C{w * .5} {a + .05 * height} {-w * .5} {a + .05 * height} {-w} {a} Z")
        slits = []
        for k in range(-2, 3):
            top = complex(k * w * 0.2, a + (b - a) * (0.42 - 0.07 * abs(k)))
            slits.append(lens(top, complex(k * w * 0.33, a + (b - a) * 0.06), height * 0.026))
        sheet.paste(colour, put([edge], foot, lean), on=[(tint, [put([s], foot, lean) for s in slits])])


def _wood(sheet: Sheet) -> None:
    sheet.paste("#D9E0DE", [drawn("M-20 830 C200 700 420 740 640 800 C900 870 1200 760 1500 790 C1640 800 1740 760 1830 740 L1830 1130 L-20 1130 Z")])
    _tree(sheet, 520 + 812j, 300, SAGE, GREEN, 2)
    _tree(sheet, 130 + 800j, 380, SAGE, GREEN, -2)
    _tree(sheet, 1530 + 850j, 230, SAGE, GREEN, 1)
    _tree(sheet, 1660 + 860j, 300, GREEN, SAGE, -1)
    _tree(sheet, 320 + 880j, 520, GREEN, SAGE, 1)
    sheet.paste(PAPER, [drawn("M-20 900 C240 830 460 850 700 900 C980 960 1240 870 1830 880 L1830 1130 L-20 1130 Z")], grain="along")
    _tree(sheet, 610 + 968j, 270, NIGHT, BLUE, -2)
    sheet.paste(PAPER, [drawn("M-20 985 C300 935 620 960 900 985 C1250 1010 1500 950 1830 975 L1830 1130 L-20 1130 Z")], grain="along")


def _star(sheet: Sheet, at: complex) -> None:
    rays = [put([lens(30 + 0j, 120 + 0j, 15)], at, 45 * k) for k in range(8)]
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
    sheet.paste(OCHRE, put([drawn("M-17 -12 L17 -12 L20 14 L-20 14 Z")], at - 1j * (radius + 4)), hand=0.6)
    sheet.paste(colour, put(disc(radius, 1.03), at), on=[(tint, [put(s, at) for s in shapes]) for tint, shapes in marks], grain="dabbed")


def _baubles(sheet: Sheet) -> None:
    r = 150
    zigzag = [[complex(-r + 300 * k / 12, -52 + (k % 2) * 34) for k in range(13)] + [complex(r - 300 * k / 12, 12 - (k % 2) * -0 - 52 + (k % 2) * 34 + 22) for k in range(13)]]
    leaves = [put(leaf(78, 34), complex(-120 + 48 * k, 66), -90) for k in range(6)]
    _bauble(sheet, 1120 + 270j, 330, r, RED, [(BLUSH, [zigzag]), (PAPER, dots((-r, -112, r, -66), 40, 7)), (PAPER, leaves), (OCHRE, stripes((-r, 74, r, 92), 60, 12))])
    _bauble(sheet, 1392 + 330j, 290, 104, OCHRE, [(PAPER, [put([lens(20 + 0j, 96 + 0j, 16)], 0, 30 * k) for k in range(12)]), (RED, [disc(16)])])
    _bauble(sheet, 1610 + 470j, 190, 122, NIGHT, [(BLUE, stripes((-122, -122, 122, 122), 62, 24, -14)), (PAPER, dots((-122, -122, 122, 122), 62, 7, -14))])
    _bauble(sheet, 930 + 320j, 140, 70, BLUSH, [(RED, stripes((-70, -70, 70, 70), 34, 9, 90))])


def _ribbon(sheet: Sheet) -> None:
    knot = 1420 + 196j
    sheet.paste(RED, strip([knot, knot - 60 + 90j, knot - 40 + 190j, knot - 100 + 270j], [34, 52, 46, 48], end="fork"))
    sheet.paste(RED, strip([knot, knot + 70 + 80j, knot + 60 + 180j, knot + 120 + 230j], [34, 52, 46, 48], end="fork"))
    for side, shape in bow(370):
        sheet.paste(RED if side == "front" else MAROON, put(shape, knot, -14), grain="dabbed")


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("weihnachten", "#A9BBC3")
    _snow(sheet)
    _wood(sheet)
    _star(sheet, 420 + 300j)
    _branch(sheet)
    _baubles(sheet)
    _ribbon(sheet)
    return sheet
