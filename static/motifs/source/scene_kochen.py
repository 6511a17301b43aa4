"""Kochen: a big pot from which it smells of herbs, and a table full of vegetables."""

from forms import berries, blob, bow, disc, dots, frond, leaf, lens, petal, polar, rosette, sheet_of, sprig, star, strip, stripes
from scissors import drawn, put, put_all, through
from sheet import BLUE, BLUSH, CREAM, GREEN, INK, MAROON, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet


def _ground(sheet: Sheet) -> None:
    sheet.paste("#E3C9A0", [drawn("M820 -20 L1830 -20 L1830 880 L900 880 C760 640 720 260 820 -20 Z")], grain="across")
    cloth = [drawn("M-20 812 C400 790 900 830 1300 806 C1500 796 1700 806 1830 796 L1830 1130 L-20 1130 Z")]
    area = (-20, 760, 1830, 1130)
    sheet.paste(PAPER, cloth, on=[(BLUSH, stripes(area, 76, 34, 0)), (BLUSH, stripes(area, 76, 34, 90))], grain="fine")


def _steam(sheet: Sheet) -> None:
    for x, top, width, swing in ((900, 120, 60, 70), (1060, 150, 74, -80), (1240, 130, 56, 64)):
        spine = [complex(x, 520), complex(x + swing, 420), complex(x - swing, 300), complex(x + swing * 0.6, 200), complex(x - swing * 0.2, top)]
        sheet.paste(PAPER, strip(spine, [width * 0.4, width, width * 0.9, width * 0.75, width * 0.2], end="point"), grain="across")
    sheet.paste(GREEN, put(leaf(150, 62, 0.1, 3), 960 + 330j, -40))
    sheet.paste(SAGE, put(leaf(120, 54, -0.1, 3), 1150 + 300j, -110))
    sheet.paste(GREEN, *put_all(sprig(180, 4, 50, 0.1, 6), 1290 + 340j, -58))
    sheet.paste(RED, put(disc(22), 1130 + 180j))
    sheet.paste(OCHRE, put(star(5, 44, 20), 1010 + 190j, 10), put(star(6, 36, 15), 1310 + 200j))


def _pot(sheet: Sheet) -> None:
    sheet.paste(INK, strip([800 + 600j, 720 + 590j, 706 + 650j, 724 + 700j, 800 + 706j], [30, 34, 30]))
    sheet.paste(INK, strip([1366 + 590j, 1446 + 584j, 1464 + 640j, 1446 + 692j, 1370 + 700j], [30, 34, 30]))
    sheet.paste(INK, [drawn("M790 520 C900 470 1280 466 1380 514 C1400 560 1300 590 1080 592 C880 592 776 566 790 520 Z")])
    sheet.paste(OCHRE, [drawn("M824 530 C920 500 1260 498 1348 526 C1340 560 1240 570 1080 570 C920 570 830 560 824 530 Z")], grain="dabbed")
    for at, size, turn in ((900 + 520j, 60, -60), (1240 + 512j, 70, -120), (1060 + 512j, 54, -84)):
        sheet.paste(GREEN, put(leaf(size * 2, size * 0.9, 0.1, 3), at, turn))
    body = [drawn("M782 530 C860 590 1310 588 1388 524 L1376 800 C1366 880 1330 900 1260 906 C1140 916 1020 916 910 908 C840 900 804 880 796 800 Z")]
    drops = [put(petal(92, 62), complex(830 + 76 * k, 812), -90) for k in range(8)]
    slim = [put(petal(56, 26), complex(830 + 76 * k, 806), -90) for k in range(8)]
    band = [[drawn("M770 636 C900 668 1280 666 1400 630 L1400 650 C1280 688 900 690 770 656 Z")], [drawn("M770 842 C900 866 1280 866 1400 838 L1400 856 C1280 886 900 886 770 860 Z")]]
    sheet.paste(NIGHT, body, on=[(BLUE, drops), (PAPER, [*slim, *band])], grain="along")
    sheet.paste(OCHRE, put(strip([0j, -200 - 330j], [24, 30], end="round"), 1330 + 560j, 86), grain="across")
    sheet.paste(NIGHT, [drawn("M776 522 C786 506 800 516 812 528 C920 574 1260 572 1358 522 C1370 508 1392 506 1394 524 C1390 570 1240 604 1084 604 C920 604 780 574 776 522 Z")], grain="along", dye=0.08)


def _herbs(sheet: Sheet) -> None:
    knot = 330 + 170j
    sheet.paste(INK, strip([knot, knot - 10 - 200j], [5, 5]))
    sheet.paste(SAGE, *put_all(sprig(360, 6, 120, 0.1, 9, 0.5), knot, 118), grain="along")
    sheet.paste(GREEN, *put_all(frond(330, 90, 6, 28, 0.1), knot, 62), grain="across")
    sheet.paste(GREEN, *put_all(sprig(420, 8, 92, -0.06, 9, 0.36), knot, 90), grain="along")
    for turn in (-104, -90, -74):
        sheet.paste(GREEN, put(strip([0j, 50 + 4j, 100 + 0j], [12, 11]), knot, turn))
    sheet.paste(RED, strip([knot, knot + 70 + 70j, knot + 160 + 60j, knot + 230 + 120j], [30, 44, 42, 44], end="fork"))
    for side, shape in bow(260):
        sheet.paste(RED if side == "front" else MAROON, put(shape, knot, 8), grain="dabbed")


def _aubergine(sheet: Sheet) -> None:
    at, turn = 470 + 770j, -24
    body = [drawn("M-230 10 C-250 -70 -190 -124 -100 -116 C-10 -108 50 -66 150 -58 C196 -54 210 -10 196 20 C180 60 120 70 40 90 C-40 116 -200 130 -230 10 Z")]
    sheet.paste("#4B3148", put(body, at, turn), on=[(BLUSH, [put([lens(-190 - 30j, -40 - 84j, 20)], at, turn)])], grain="along")
    cap = [drawn("M120 -76 C160 -84 200 -74 222 -40 C250 -36 280 -50 300 -70 L318 -48 C300 -20 268 -4 234 -2 C232 40 190 74 130 84 C150 60 150 44 140 34 C120 44 100 46 84 40 C110 20 114 0 100 -14 C90 -26 80 -34 70 -36 C96 -44 120 -52 120 -76 Z")]
    sheet.paste(GREEN, put(cap, at, turn))


def _carrots(sheet: Sheet) -> None:
    for at, turn, long in ((120 + 900j, -12, 330), (150 + 985j, 3, 350)):
        body = strip([0j, long * 0.5 + 6j, long + 0j], [20, 62, 78], start="point", end="round")
        marks = [put([lens(complex(long * t, -36), complex(long * t + 6, -8), 8)], at, turn) for t in (0.45, 0.7, 0.9)]
        sheet.paste(SAGE, *put_all(sprig(190, 6, 60, 0.1, 10), at + polar(long + 20, turn), turn - 16))
        sheet.paste(OCHRE, put(body, at, turn), on=[("#B9822F", marks)], grain="along")


def _tomato(sheet: Sheet, at: complex, size: float, turn: float) -> None:
    sheet.paste(RED, put(disc(size, 0.95), at, turn))
    for k in range(5):
        room = [drawn("M26 -14 C50 -44 84 -40 88 0 C84 40 50 44 26 14 C20 6 20 -6 26 -14 Z")]
        spot = put(room, at, turn + 72 * k, size / 118)
        seeds = [put([lens(complex(48, y), complex(64, y * 1.3), 7)], at, turn + 72 * k, size / 118) for y in (-18, 0, 18)]
        sheet.paste(BLUSH, spot, on=[(PAPER, seeds)])


def _more(sheet: Sheet) -> None:
    onion = [drawn("M0 -130 C10 -90 30 -74 70 -50 C118 -16 112 70 50 92 C20 102 -20 102 -50 92 C-112 70 -118 -16 -70 -50 C-30 -74 -10 -90 0 -130 Z")]
    rings = [[lens(-84 + 40j, -10 - 96j, 12)], [lens(-40 + 82j, -2 - 90j, 12)], [lens(30 + 86j, 6 - 88j, 12)], [lens(84 + 40j, 14 - 90j, 12)]]
    at = 1540 + 850j
    sheet.paste(BLUSH, put(onion, at, 10, 1.15), on=[(RED, [put(r, at, 10, 1.15) for r in rings])], grain="across")
    mushroom = 1660 + 900j
    sheet.paste(CREAM, put([drawn("M-30 -20 L32 -20 C26 20 40 60 44 80 C20 92 -24 92 -44 80 C-36 50 -28 20 -30 -20 Z")], mushroom, -8))
    sheet.paste(PAPER, put([drawn("M-120 -6 C-116 -90 -50 -128 4 -126 C70 -122 120 -76 116 -4 C60 14 -60 14 -120 -6 Z")], mushroom, -8), on=[(OCHRE, [put(disc(11), mushroom + p) for p in (-60 - 50j, -10 - 90j, 50 - 60j, 10 - 40j)])])


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("kochen", "#F4E3C9")
    _ground(sheet)
    _steam(sheet)
    _pot(sheet)
    _herbs(sheet)
    _aubergine(sheet)
    _tomato(sheet, 690 + 880j, 96, 8)
    _tomato(sheet, 560 + 930j, 74, 40)
    _carrots(sheet)
    _more(sheet)
    return sheet
