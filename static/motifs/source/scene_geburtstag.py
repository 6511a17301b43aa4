"""Geburtstag: a leaning cake with candles, garlands and pleated paper rosettes."""

import math

from forms import bow, disc, dots, leaf, lens, petal, polar, sheet_of, star, strip, stripes
from scissors import Shape, drawn, put, through
from sheet import BLUE, BLUSH, CREAM, GREEN, INK, MAROON, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet


def _ground(sheet: Sheet) -> None:
    sheet.paste("#EFC9B4", [drawn("M-20 -20 L760 -20 C700 240 690 420 560 640 C430 760 200 720 -20 780 Z")], grain="across")
    sheet.paste(SAGE, [drawn("M-20 868 C300 842 700 880 1040 852 C1320 830 1600 862 1830 840 L1830 1130 L-20 1130 Z")], grain="along")
    hem = []
    for k in range(13):
        hem.append(put(disc(74, 0.9), complex(10 + 150 * k, 862 + 8 * math.sin(k))))
    sheet.paste(PAPER, *hem, [drawn("M-20 826 L1830 806 L1830 868 L-20 880 Z")], grain="along")
    sheet.scatter(RED, [put(disc(15), complex(10 + 150 * k, 888 + 8 * math.sin(k)))[0] for k in range(13)])


def _garland(sheet: Sheet, spine: list[complex], flags: list[tuple[str, str]]) -> None:
    line = through(spine, steps=30)
    sheet.paste(INK, strip(spine, [5, 5]))
    gap = len(line) / len(flags)
    for k, (colour, tint) in enumerate(flags):
        at = line[int((k + 0.5) * gap)]
        ahead = line[min(int((k + 0.5) * gap) + 4, len(line) - 1)]
        way = (ahead - at) / abs(ahead - at)
        turn = math.degrees(math.atan2(way.imag, way.real))
        if k % 3 == 2:
            shape = [drawn("M-58 -6 L58 -4 C60 60 30 92 0 96 C-34 92 -60 60 -58 -6 Z")]
        else:
            shape = [drawn("M-62 -8 L62 -6 L52 60 L4 132 L-50 62 Z")] if k % 3 else [drawn("M-60 -6 L60 -4 L2 128 Z")]
        marks = stripes((-70, -10, 70, 140), 34, 11, 90 if k % 2 else 0) if k % 4 == 1 else dots((-66, 8, 66, 130), 34, 6)
        sheet.paste(colour, put(shape, at, turn), on=[(tint, [put(m, at, turn) for m in marks])])


def _rosette(sheet: Sheet, at: complex, radius: float, colours: tuple[str, str, str]) -> None:
    outer, inner, heart = colours
    sheet.paste(INK, strip([complex(at.real + 6, -20), at], [4, 4]))
    for colour, size, folds in ((outer, radius, 26), (inner, radius * 0.62, 20)):
        creases = [[[at, at + polar(size * 1.1, 360 * k / folds), at + polar(size * 1.1, 360 * (k + 0.5) / folds)]] for k in range(folds)]
        shade = MAROON if colour == RED else {BLUE: "#6D8BA0", OCHRE: "#C48F39", PAPER: "#E9DDC9", GREEN: "#264C40", BLUSH: "#DAA08B", NIGHT: "#2C4559", SAGE: "#8A9E7B"}[colour]
        sheet.paste(colour, put(star(folds, size, size * 0.94), at), on=[(shade, creases)], grain="fine")
    sheet.paste(heart, put(disc(radius * 0.2), at))


def _tier(sheet: Sheet, area, colour: str, marks, lean: float) -> None:
    left, top, right, bottom = area
    sheet.paste(colour, sheet_of(left, top, right, bottom, lean), on=marks, grain="along")


def _icing(sheet: Sheet, left: float, right: float, y: float, colour: str, drops: list[float], slope: float = 0) -> None:
    line = [complex(left - 16, y - 26), complex(left - 16, y - 26), complex(right + 16, y - 26 + slope), complex(right + 16, y - 26 + slope)]
    wide = (right - left + 32) / len(drops)
    for k, drop in enumerate(reversed(drops)):
        x = right + 16 - wide * (k + 0.5)
        line += [complex(x + wide * 0.38, y + drop * 0.6), complex(x, y + drop), complex(x - wide * 0.38, y + drop * 0.6), complex(x - wide * 0.5, y + 6)]
    sheet.paste(colour, [through(line[:-1], closed=True)], grain="dabbed")


def _cake(sheet: Sheet) -> None:
    sheet.paste(NIGHT, [drawn("M236 880 C420 862 900 858 1098 872 C1110 896 1080 918 1040 922 C840 936 460 936 292 924 C250 920 232 900 236 880 Z")])
    leaves = [put(leaf(76, 34), complex(330 + 82 * k, 842 if k % 2 else 828), -62 + (k % 2) * 20) for k in range(9)]
    _tier(sheet, (324, 690, 1010, 886), GREEN, [(CREAM, leaves), (OCHRE, [put(disc(9), complex(350 + 82 * k, 790)) for k in range(9)])], -8)
    _icing(sheet, 330, 1004, 690, PAPER, [52, 84, 44, 70, 96, 50, 74, 46])
    bars = stripes((400, 500, 930, 720), 44, 20, 88)
    _tier(sheet, (428, 520, 900, 680), BLUSH, [(RED, bars)], 7)
    _icing(sheet, 432, 900, 520, OCHRE, [40, 70, 46, 82, 44, 60], -6)
    _tier(sheet, (520, 378, 806, 508), BLUE, [(PAPER, dots((500, 360, 830, 520), 40, 7))], -6)
    _icing(sheet, 524, 802, 378, PAPER, [34, 62, 40, 54], 4)


def _candle(sheet: Sheet, foot: complex, height: float, lean: float, colour: str, tint: str) -> None:
    shape = sheet_of(-15, -height, 15, 6, 2)
    marks = stripes((-40, -height - 40, 40, 30), 36, 13, -28)
    sheet.paste(colour, put(shape, foot, lean), on=[(tint, [put(m, foot, lean) for m in marks])], grain="fine")
    top = foot + polar(height + 2, lean - 90)
    sheet.paste(INK, strip([top + 4j, top - 14j], [5, 4]), hand=0.4)
    flame = [drawn("M0 6 C-34 -2 -32 -40 -10 -66 C-4 -78 0 -92 2 -104 C16 -84 36 -54 32 -26 C28 -6 14 6 0 6 Z")]
    sheet.paste(OCHRE, put(flame, top - 8j, lean * 0.6))
    sheet.paste(PAPER, put(flame, top - 10j, lean * 0.6, 0.5))


def _candles(sheet: Sheet) -> None:
    for foot, height, lean, colour, tint in (
        (560 + 356j, 120, -7, PAPER, GREEN),
        (612 + 352j, 158, -2, RED, BLUSH),
        (664 + 352j, 104, 2, PAPER, NIGHT),
        (716 + 354j, 146, 3, NIGHT, BLUE),
        (768 + 358j, 112, 8, PAPER, RED),
    ):
        _candle(sheet, foot, height, lean, colour, tint)


def _ribbon(sheet: Sheet) -> None:
    knot = 872 + 824j
    sheet.paste(RED, strip([322 + 838j, 500 + 846j, 760 + 842j, 1010 + 826j], [44, 48, 44]), grain="along")
    sheet.paste(RED, strip([knot, 960 + 900j, 1120 + 890j, 1260 + 960j], [36, 54, 50, 50], end="fork"), grain="along")
    sheet.paste(RED, strip([knot, 820 + 900j, 740 + 960j], [36, 50, 48], end="fork"), grain="along")
    for side, shape in bow(330):
        sheet.paste(RED if side == "front" else MAROON, put(shape, knot, -6), grain="dabbed")


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("geburtstag", "#F6DDCF")
    _ground(sheet)
    flags = [(RED, BLUSH), (OCHRE, PAPER), (NIGHT, BLUE), (PAPER, RED), (SAGE, GREEN), (BLUSH, RED), (GREEN, SAGE), (OCHRE, PAPER), (BLUE, NIGHT), (RED, BLUSH), (PAPER, GREEN), (NIGHT, BLUE)]
    _garland(sheet, [-30 + 250j, 260 + 330j, 620 + 250j, 980 + 130j, 1300 + 150j, 1840 + 40j], flags)
    _rosette(sheet, 1250 + 400j, 190, (BLUE, PAPER, RED))
    _rosette(sheet, 1530 + 560j, 150, (OCHRE, BLUSH, GREEN))
    _rosette(sheet, 1236 + 690j, 108, (GREEN, SAGE, OCHRE))
    _cake(sheet)
    _candles(sheet)
    _ribbon(sheet)
    return sheet
