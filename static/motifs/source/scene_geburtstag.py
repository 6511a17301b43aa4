"""Geburtstag: a leaning cake with candles, garlands and pleated paper rosettes."""

import math

from forms import bow, disc, dots, lens, polar, sheet_of, star, strip, stripes
from plants import rosette
from scissors import paper, put, through
from sheet import BLUE, BLUSH, CREAM, GREEN, INK, MAROON, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet


def _ground(sheet: Sheet) -> None:
    wall = "M-20 -20 L760 -20 C700 240 690 420 560 640 C430 760 200 720 -20 780 Z"
    sheet.paste("#EFC9B4", paper(wall), grain="across")
    table = "M-20 880 C300 856 700 892 1040 866 C1320 846 1600 876 1830 856 L1830 1130 L-20 1130 Z"
    sheet.paste(SAGE, paper(table), grain="along")
    at = 660 + 950j
    rim = [
        at + complex(490 * math.cos(a), 84 * math.sin(a)) for a in (2 * math.pi * k / 44 for k in range(44))
    ]
    lace = [put(disc(30, 0.62), p) for p in rim]
    eyes = [[put(disc(9, 0.6), at + (p - at) * 1.015)[0]] for p in rim]
    sheet.paste(
        PAPER,
        put([[complex(p.real, p.imag * 0.172) for p in disc(492)[0]]], at),
        *lace,
        on=[(SAGE, eyes)],
        grain="along",
        hand=0.6,
    )


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
            shape = paper("M-58 -6 L58 -4 C60 60 30 92 0 96 C-34 92 -60 60 -58 -6 Z")
        else:
            shape = (
                paper("M-62 -8 L62 -6 L52 60 L4 132 L-50 62 Z") if k % 3 else paper("M-60 -6 L60 -4 L2 128 Z")
            )
        marks = (
            stripes((-70, -10, 70, 140), 34, 11, 90 if k % 2 else 0)
            if k % 4 == 1
            else dots((-66, 8, 66, 130), 34, 6)
        )
        sheet.paste(colour, put(shape, at, turn), on=[(tint, [put(m, at, turn) for m in marks])])


def _rosette(sheet: Sheet, at: complex, radius: float, colours: tuple[str, str, str]) -> None:
    outer, inner, heart = colours
    for colour, size, folds in ((outer, radius, 26), (inner, radius * 0.62, 20)):
        creases = [
            [[at, at + polar(size * 1.1, 360 * k / folds), at + polar(size * 1.1, 360 * (k + 0.5) / folds)]]
            for k in range(folds)
        ]
        shade = (
            MAROON
            if colour == RED
            else {
                BLUE: "#6D8BA0",
                OCHRE: "#C48F39",
                PAPER: "#E9DDC9",
                GREEN: "#264C40",
                BLUSH: "#DAA08B",
                NIGHT: "#2C4559",
                SAGE: "#8A9E7B",
            }[colour]
        )
        sheet.paste(colour, put(star(folds, size, size * 0.94), at), on=[(shade, creases)], grain="fine")
    sheet.paste(heart, put(disc(radius * 0.2), at))


def _tier(sheet: Sheet, area, colour: str, marks, lean: float) -> None:
    left, top, right, bottom = area
    sheet.paste(colour, sheet_of(left, top, right, bottom, lean), on=marks, grain="along")


def _icing(
    sheet: Sheet, left: float, right: float, y: float, colour: str, drops: list[float], slope: float = 0
) -> None:
    line = [
        complex(left - 16, y - 26),
        complex(left - 16, y - 26),
        complex(right + 16, y - 26 + slope),
        complex(right + 16, y - 26 + slope),
    ]
    wide = (right - left + 32) / len(drops)
    for k, drop in enumerate(reversed(drops)):
        x = right + 16 - wide * (k + 0.5)
        line += [
            complex(x + wide * 0.38, y + drop * 0.6),
            complex(x, y + drop),
            complex(x - wide * 0.38, y + drop * 0.6),
            complex(x - wide * 0.5, y + 6),
        ]
    sheet.paste(colour, [through(line[:-1], closed=True)], grain="dabbed")


def _cake(sheet: Sheet) -> None:
    sheet.paste(
        NIGHT,
        paper(
            "M236 880 C420 862 900 858 1098 872 C1110 896 1080 918 1040 922 "
            "C840 936 460 936 292 924 C250 920 232 900 236 880 Z"
        ),
    )
    stars = [put(rosette(6, 9, 22), complex(346 + 68 * k, 802 - 10 * (k % 2))) for k in range(10)]
    _tier(sheet, (324, 690, 1010, 886), GREEN, [(CREAM, stars)], -8)
    _icing(sheet, 330, 1004, 690, PAPER, [52, 84, 44, 70, 96, 50, 74, 46])
    bars = stripes((400, 500, 930, 720), 44, 20, 88)
    _tier(sheet, (428, 520, 900, 680), BLUSH, [(RED, bars)], 7)
    _icing(sheet, 432, 900, 520, OCHRE, [40, 70, 46, 82, 44, 60], -6)
    _tier(sheet, (520, 378, 806, 508), BLUE, [(PAPER, dots((500, 360, 830, 520), 40, 7))], -6)
    _icing(sheet, 524, 802, 378, PAPER, [34, 62, 40, 54], 4)


def _candle(sheet: Sheet, foot: complex, height: float, lean: float, colour: str, tint: str) -> None:
    shape = sheet_of(-15, -height, 15, 6, 2)
    marks = stripes((-40, -height - 40, 40, 30), 36, 13, -28)
    sheet.paste(
        colour, put(shape, foot, lean), on=[(tint, [put(m, foot, lean) for m in marks])], grain="fine"
    )
    top = foot + polar(height + 2, lean - 90)
    sheet.paste(INK, strip([top + 4j, top - 14j], [5, 4]), hand=0.4)
    flame = paper("M0 6 C-34 -2 -32 -40 -10 -66 C-4 -78 0 -92 2 -104 C16 -84 36 -54 32 -26 C28 -6 14 6 0 6 Z")
    sheet.paste(OCHRE, put(flame, top - 8j, lean * 0.6))
    sheet.paste(PAPER, put(flame, top - 10j, lean * 0.6, 0.5))


def _candles(sheet: Sheet) -> None:
    for foot, height, lean, colour, tint in (
        (560 + 356j, 100, -7, PAPER, GREEN),
        (612 + 352j, 136, -2, RED, BLUSH),
        (664 + 352j, 88, 2, PAPER, NIGHT),
        (716 + 354j, 124, 3, NIGHT, BLUE),
        (768 + 358j, 96, 8, PAPER, RED),
    ):
        _candle(sheet, foot, height, lean, colour, tint)


def _ribbon(sheet: Sheet) -> None:
    knot = 872 + 842j
    sheet.paste(RED, strip([318 + 852j, 500 + 856j, 760 + 852j, 1008 + 844j], [46, 48, 46]), grain="along")
    sheet.paste(
        RED, strip([knot, 960 + 904j, 1110 + 880j, 1280 + 930j], [36, 54, 50, 50], end="fork"), grain="along"
    )
    sheet.paste(RED, strip([knot, 830 + 890j, 760 + 940j], [36, 50, 48], end="fork"), grain="along")
    for side, shape in bow(330):
        sheet.paste(RED if side == "front" else MAROON, put(shape, knot, -6), grain="dabbed")


def _confetti(sheet: Sheet) -> None:
    """Small cuttings that have fallen on the table and still fall at the right."""
    spots = (
        1215 + 1010j,
        1330 + 890j,
        1420 + 965j,
        1500 + 880j,
        1600 + 940j,
        1690 + 890j,
        1040 + 330j,
        960 + 420j,
        1040 + 520j,
        1400 + 250j,
        1640 + 330j,
        1700 + 470j,
        1420 + 740j,
        1560 + 780j,
        1100 + 800j,
        90 + 930j,
        60 + 560j,
        170 + 640j,
        120 + 480j,
        260 + 560j,
    )
    forms = (
        disc(13),
        [lens(-20 + 0j, 20 + 0j, 15)],
        paper("M-18 0 C-16 -24 16 -24 18 0 Z"),
        star(4, 19, 9),
    )
    colours = (RED, OCHRE, NIGHT, PAPER, GREEN, BLUE)
    for k, at in enumerate(spots):
        sheet.paste(colours[(k * 5 + k // 6) % 6], put(forms[k % 4], at, 47 * k))


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("geburtstag", "#F6DDCF")
    _ground(sheet)
    flags = [
        (RED, BLUSH),
        (OCHRE, PAPER),
        (NIGHT, BLUE),
        (PAPER, RED),
        (SAGE, GREEN),
        (BLUSH, RED),
        (GREEN, SAGE),
        (OCHRE, PAPER),
        (BLUE, NIGHT),
        (RED, BLUSH),
        (PAPER, GREEN),
        (NIGHT, BLUE),
    ]
    _garland(sheet, [-30 + 250j, 260 + 330j, 620 + 250j, 980 + 130j, 1300 + 150j, 1840 + 40j], flags)
    for at in (1250 + 400j, 1530 + 560j, 1236 + 690j):
        sheet.paste(INK, strip([complex(at.real + 4, -20), at], [4, 4]))
    _rosette(sheet, 1236 + 690j, 108, (GREEN, SAGE, OCHRE))
    _rosette(sheet, 1250 + 400j, 190, (BLUE, PAPER, RED))
    _rosette(sheet, 1530 + 560j, 150, (OCHRE, BLUSH, GREEN))
    sheet.shift = -20 + 52j
    _cake(sheet)
    _candles(sheet)
    _ribbon(sheet)
    sheet.shift = 0j
    _confetti(sheet)
    return sheet
