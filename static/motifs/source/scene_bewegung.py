"""Bewegung: a figure in one long line between sun and waves, the ribbon in her hand."""

from forms import disc, dots, frond, leaf, lens, petal, polar, star, strip, stripes
from scissors import drawn, put, put_all, through
from sheet import BLUE, BLUSH, CREAM, GREEN, INK, MAROON, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet


def _sun(sheet: Sheet) -> None:
    at = 1180 + 420j
    sheet.paste(BLUSH, *[put([drawn("M300 -24 C340 -30 380 -20 420 0 C380 22 340 30 300 22 Z")], at, 15 * k + 4, 1 + 0.1 * (k % 2)) for k in range(24)], grain="fine")
    sheet.paste(OCHRE, put(disc(270), at), grain="dabbed")


def _wave(sheet: Sheet, y: float, colour: str, tint: str, gap: float, high: float, shift: float) -> None:
    line = [complex(-60, 1140), complex(-60, 1140), complex(-60, y), complex(-60, y)]
    x = -60 + shift
    while x < 1900:
        line += [complex(x + gap * 0.28, y - high * 0.85), complex(x + gap * 0.5, y - high), complex(x + gap * 0.78, y - high * 0.5), complex(x + gap, y), complex(x + gap, y)]
        x += gap
    line += [complex(1900, 1140), complex(1900, 1140)]
    slits = []
    x = -60 + shift
    while x < 1900:
        for k in range(3):
            spine = [complex(x + gap * (0.12 + 0.1 * k), y + 10 + 26 * k), complex(x + gap * 0.45, y - high * 0.6 + 34 * k), complex(x + gap * (0.86 - 0.1 * k), y + 16 + 24 * k)]
            slits.append(strip(spine, [3, 13, 3], start="point", end="point"))
        x += gap
    sheet.paste(colour, [through(line, closed=True)], on=[(tint, slits)], grain="along")


def _figure(sheet: Sheet) -> None:
    colour, grain = NIGHT, "fine"
    far = [
        strip([806 + 570j, 690 + 600j, 600 + 560j], [124, 104, 76], start="round", end="round"),
        strip([584 + 546j, 480 + 486j, 380 + 400j], [74, 66, 34], start="round", end="round"),
        strip([372 + 388j, 340 + 350j, 296 + 330j], [30, 34, 12], start="round", end="point"),
        strip([870 + 330j, 790 + 270j, 720 + 262j], [50, 46, 36], start="round", end="round"),
        strip([700 + 258j, 640 + 236j, 570 + 250j], [36, 32, 22], start="round", end="round"),
    ]
    near = [
        strip([838 + 590j, 880 + 680j, 860 + 760j], [126, 104, 78], start="round", end="round"),
        strip([856 + 782j, 836 + 860j, 850 + 940j], [76, 72, 36], start="round", end="round"),
        strip([850 + 952j, 890 + 962j, 950 + 964j], [30, 32, 14], start="round", end="point"),
        [drawn("M776 560 C790 500 830 470 838 430 C846 380 846 340 884 312 C920 296 964 316 972 352 C976 400 936 440 924 480 C914 520 920 560 896 596 C860 624 790 610 776 560 Z")],
        strip([950 + 324j, 1030 + 300j, 1100 + 250j], [52, 48, 36], start="round", end="round"),
        strip([1114 + 238j, 1170 + 190j, 1216 + 134j], [36, 32, 20], start="round", end="round"),
        strip([926 + 300j, 942 + 270j, 952 + 250j], [40, 36], end="round"),
        put(disc(62, 0.8), 978 + 200j, -58),
        put(disc(30), 926 + 150j),
    ]
    for piece in [*far, *near]:
        sheet.paste(colour, piece, grain=grain, dye=0.02)


def _ribbon(sheet: Sheet) -> None:
    spine = [1214 + 140j, 1300 + 110j, 1420 + 190j, 1500 + 330j, 1400 + 430j, 1310 + 350j, 1420 + 250j, 1580 + 310j, 1620 + 470j, 1520 + 590j, 1580 + 690j]
    sheet.paste(RED, strip(spine, [8, 26, 40, 46, 40, 44, 48, 42, 46, 40, 44], end="fork"), grain="along")


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("bewegung", "#F6E0CC")
    sheet.paste(SAGE, [drawn("M-20 180 C120 120 300 200 330 380 C360 600 280 820 -20 900 Z")], grain="across")
    _sun(sheet)
    sheet.paste(GREEN, *put_all(frond(460, 120, 6, 44, 0.1), 150 + 900j, -76), grain="across")
    sheet.paste(GREEN, *put_all(frond(360, 100, 5, 40, -0.1), 1640 + 940j, -104), grain="across")
    _wave(sheet, 880, SAGE, GREEN, 250, 56, -60)
    _figure(sheet)
    _ribbon(sheet)
    _wave(sheet, 965, BLUE, PAPER, 300, 60, 40)
    _wave(sheet, 1050, NIGHT, BLUE, 260, 56, -100)
    return sheet
