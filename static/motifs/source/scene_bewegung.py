"""Bewegung: a figure in one long line between sun and waves, the ribbon in her hand."""

from forms import disc, lens, strip
from plants import frond, rosette
from scissors import paper, put, put_all, through
from sheet import BLUE, BLUSH, GREEN, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet


def _hills(sheet: Sheet) -> None:
    far = "M-20 420 C110 250 270 250 390 420 C470 540 560 700 640 900 L-20 940 Z"
    rows = [
        put([lens(-15 + 0j, 15 + 0j, 11)], complex(20 + 66 * k + 33 * (r % 2), 440 + 58 * r), -32)
        for r in range(9)
        for k in range(10)
    ]
    sheet.paste(SAGE, paper(far), on=[("#EEE6D2", rows)], grain="along")
    near = "M-20 640 C60 560 170 580 250 690 C300 760 340 830 380 920 L-20 940 Z"
    sheet.paste("#C6D0B4", paper(near), grain="along")
    sheet.paste(
        SAGE,
        paper("M1380 920 C1460 760 1560 690 1660 700 C1740 710 1800 740 1840 780 L1840 940 L1380 940 Z"),
        grain="along",
    )


def _sun(sheet: Sheet) -> None:
    at = 1170 + 440j
    rays = rosette(22, 318, 372)
    slits = [put([lens(300 + 0j, 350 + 0j, 13)], at, 360 * (k + 0.5) / 22)[0] for k in range(22)]
    sheet.paste(BLUSH, [*put(rays, at), *slits], grain="across")
    sheet.paste(OCHRE, put(disc(272), at), grain="along")


def _cloud(sheet: Sheet, at: complex, size: float) -> None:
    edge = (
        "M-120 30 C-140 -10 -90 -40 -60 -24 C-50 -70 20 -80 40 -36 "
        "C70 -60 120 -40 112 -6 C150 -4 150 34 116 36 Z"
    )
    sheet.paste(PAPER, put(paper(edge), at, 0, size), grain="along")


def _wave(sheet: Sheet, y: float, colour: str, tint: str, gap: float, high: float, shift: float) -> None:
    line = [complex(-60, 1140), complex(-60, 1140), complex(-60, y), complex(-60, y)]
    x = -60 + shift
    while x < 1900:
        line += [
            complex(x + gap * 0.28, y - high * 0.85),
            complex(x + gap * 0.5, y - high),
            complex(x + gap * 0.78, y - high * 0.5),
            complex(x + gap, y),
            complex(x + gap, y),
        ]
        x += gap
    line += [complex(1900, 1140), complex(1900, 1140)]
    slits = []
    x = -60 + shift
    while x < 1900:
        for k in range(3):
            spine = [
                complex(x + gap * (0.12 + 0.1 * k), y + 10 + 26 * k),
                complex(x + gap * 0.45, y - high * 0.6 + 34 * k),
                complex(x + gap * (0.86 - 0.1 * k), y + 16 + 24 * k),
            ]
            slits.append(strip(spine, [3, 13, 3], start="point", end="point"))
        x += gap
    sheet.paste(colour, [through(line, closed=True)], on=[(tint, slits)], grain="along")


def _figure(sheet: Sheet) -> None:
    """One dancer, each limb a paper of its own; the joints overlap as in a jumping jack."""
    far = [
        strip([812 + 574j, 690 + 612j, 590 + 566j], [128, 108, 74], start="round", end="round"),
        strip([600 + 574j, 480 + 506j, 366 + 408j], [74, 70, 32], start="round", end="round"),
        paper("M384 428 C350 404 310 384 262 380 C290 360 340 356 380 380 Z"),
        strip([884 + 332j, 800 + 280j, 716 + 276j], [54, 48, 36], start="round", end="round"),
        strip([722 + 278j, 650 + 250j, 566 + 262j], [36, 34, 20], start="round", end="round"),
        paper("M574 254 C550 246 524 252 500 268 C524 280 550 278 574 272 Z"),
    ]
    near = [
        strip([846 + 600j, 890 + 690j, 866 + 770j], [128, 106, 76], start="round", end="round"),
        strip([866 + 764j, 840 + 850j, 846 + 950j], [74, 76, 34], start="round", end="round"),
        paper("M828 940 C850 926 872 932 890 944 C914 954 940 956 962 968 C930 980 860 980 826 972 Z"),
        strip([930 + 312j, 948 + 268j, 960 + 240j], [50, 40, 40], end="round"),
        paper(
            "M776 566 C786 506 826 470 838 430 C848 390 842 344 880 312 "
            "C914 290 964 304 980 340 C988 392 944 438 930 482 C920 520 928 566 900 604 "
            "C862 632 788 622 776 566 Z"
        ),
        strip([950 + 326j, 1036 + 306j, 1110 + 248j], [56, 50, 36], start="round", end="round"),
        strip([1106 + 254j, 1164 + 206j, 1212 + 140j], [36, 34, 20], start="round", end="round"),
        paper("M1204 150 C1210 128 1216 112 1236 94 C1240 116 1236 138 1222 158 Z"),
        paper(
            "M934 232 C920 190 944 146 988 142 C1022 142 1036 170 1034 198 L1044 218 "
            "L1030 224 C1024 248 1000 262 974 258 C956 254 940 248 934 232 Z"
        ),
        put(disc(29), 926 + 150j),
    ]
    for piece in [*far, *near]:
        sheet.paste(NIGHT, piece, grain="fine", dye=0.02)


def _dress(sheet: Sheet) -> None:
    """A red band in her hair and ochre seeds on her side."""
    sheet.paste(RED, strip([940 + 176j, 962 + 164j, 978 + 142j], [15, 13]))
    seed = [lens(-13 + 0j, 13 + 0j, 11)]
    for at in (850 + 520j, 884 + 500j, 832 + 566j, 872 + 552j, 898 + 540j, 868 + 466j, 900 + 452j):
        sheet.paint(OCHRE, put(seed, at, 60))


def _ribbon(sheet: Sheet) -> None:
    first = [
        1226 + 118j,
        1290 + 84j,
        1380 + 110j,
        1450 + 190j,
        1490 + 290j,
        1470 + 390j,
        1390 + 440j,
        1310 + 400j,
        1286 + 330j,
    ]
    then = [
        1298 + 380j,
        1282 + 330j,
        1316 + 272j,
        1400 + 240j,
        1510 + 260j,
        1600 + 340j,
        1620 + 460j,
        1570 + 560j,
        1590 + 650j,
        1660 + 700j,
    ]
    sheet.paste(RED, strip(first, [8, 24, 36, 44, 48, 50, 50, 48, 46]), grain="along")
    sheet.paste(RED, strip(then, [46, 46, 48, 50, 52, 52, 50, 48, 46, 44], end="fork"), grain="along")


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("bewegung", "#F6E0CC")
    _cloud(sheet, 330 + 170j, 1.0)
    _cloud(sheet, 1640 + 190j, 0.8)
    _hills(sheet)
    sheet.shift = 46j
    _sun(sheet)
    sheet.shift = 0j
    sheet.paste(GREEN, *put_all(frond(430, 110, 6, 40, 0.1), 250 + 930j, -66), grain="across")
    sheet.paste(GREEN, *put_all(frond(300, 90, 5, 34, -0.1), 1650 + 940j, -104), grain="across")
    _wave(sheet, 880, SAGE, GREEN, 250, 56, -60)
    sheet.shift = 46j
    _figure(sheet)
    _dress(sheet)
    _ribbon(sheet)
    sheet.shift = 0j
    _wave(sheet, 965, BLUE, PAPER, 300, 60, 40)
    _wave(sheet, 1050, NIGHT, BLUE, 260, 56, -100)
    return sheet
