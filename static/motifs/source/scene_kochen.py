"""Kochen: a big pot from which it smells of herbs, and a table full of vegetables."""

from forms import bow, disc, lens, polar, strip, stripes
from plants import frond, leaf, petal, sprig
from scissors import drawn, paper, put, put_all
from sheet import BLUE, BLUSH, GREEN, INK, MAROON, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet


def _ground(sheet: Sheet) -> None:
    sheet.paste(
        "#E3C9A0", paper("M820 -20 L1830 -20 L1830 880 L900 880 C760 640 720 260 820 -20 Z"), grain="across"
    )
    cloth = paper("M-20 792 C400 770 900 810 1300 786 C1500 776 1700 786 1830 776 L1830 1130 L-20 1130 Z")
    area = (-20, 760, 1830, 1130)
    sheet.paste(
        PAPER, cloth, on=[(BLUSH, stripes(area, 76, 34, 0)), (BLUSH, stripes(area, 76, 34, 90))], grain="fine"
    )


def _steam(sheet: Sheet) -> None:
    for x, top, width, swing in ((905, 150, 44, 46), (1075, 96, 60, 60), (1250, 160, 46, 50)):
        spine = [
            complex(x, 540),
            complex(x + swing, 440),
            complex(x - swing * 0.8, 330),
            complex(x + swing * 0.8, 225),
            complex(x - swing * 0.2, top),
        ]
        sheet.paste(
            PAPER,
            strip(spine, [width * 0.6, width, width, width * 0.8, width * 0.2], end="point"),
            grain="across",
        )
    sheet.paste(GREEN, put(leaf(150, 66, 0.1, 3), 960 + 380j, -62))
    sheet.paste(SAGE, put(leaf(130, 58, -0.1, 3), 1180 + 300j, -112))
    sheet.paste(GREEN, *put_all(sprig(190, 4, 54, 0.1, 6), 1330 + 400j, -72))
    sheet.paste(SAGE, *put_all(sprig(150, 3, 52, 0.1, 6), 820 + 350j, -96))
    sheet.paste(RED, put(disc(15), 1172 + 190j), put(disc(12), 974 + 230j), put(disc(11), 1000 + 200j))


def _pot(sheet: Sheet) -> None:
    sheet.paste(INK, strip([800 + 600j, 720 + 590j, 706 + 650j, 724 + 700j, 800 + 706j], [30, 34, 30]))
    sheet.paste(INK, strip([1366 + 590j, 1446 + 584j, 1464 + 640j, 1446 + 692j, 1370 + 700j], [30, 34, 30]))
    sheet.paste(
        INK,
        paper("M790 520 C900 470 1280 466 1380 514 C1400 560 1300 590 1080 592 C880 592 776 566 790 520 Z"),
    )
    sheet.paste(
        OCHRE,
        paper("M824 530 C920 500 1260 498 1348 526 C1340 560 1240 570 1080 570 C920 570 830 560 824 530 Z"),
        grain="dabbed",
    )
    for at, size, turn in ((900 + 520j, 60, -60), (1240 + 512j, 70, -120), (1060 + 512j, 54, -84)):
        sheet.paste(GREEN, put(leaf(size * 2, size * 0.9, 0.1, 3), at, turn))
    body = paper(
        "M782 530 C860 590 1310 588 1388 524 L1376 800 C1366 880 1330 900 1260 906 "
        "C1140 916 1020 916 910 908 C840 900 804 880 796 800 Z"
    )
    drops = [put(petal(92, 62), complex(830 + 76 * k, 812), -90) for k in range(8)]
    slim = [put(petal(56, 26), complex(830 + 76 * k, 806), -90) for k in range(8)]
    band = [
        paper("M770 636 C900 668 1280 666 1400 630 L1400 650 C1280 688 900 690 770 656 Z"),
        paper("M770 842 C900 866 1280 866 1400 838 L1400 856 C1280 886 900 886 770 860 Z"),
    ]
    sheet.paste(NIGHT, body, on=[(BLUE, drops), (PAPER, [*slim, *band])], grain="along")
    sheet.paste(OCHRE, put(strip([0j, -200 - 330j], [24, 30], end="round"), 1330 + 560j, 86), grain="across")
    sheet.paste(
        NIGHT,
        paper(
            "M776 522 C786 506 800 516 812 528 C920 574 1260 572 1358 522 "
            "C1370 508 1392 506 1394 524 C1390 570 1240 604 1084 604 "
            "C920 604 780 574 776 522 Z"
        ),
        grain="along",
        dye=0.08,
    )


def _herbs(sheet: Sheet) -> None:
    knot = 350 + 222j
    sheet.paste(INK, strip([knot, knot - 6 - 220j], [5, 5]))
    for turn in (-112, -94, -78, -64):
        sheet.paste(GREEN if turn % 4 else SAGE, put(strip([0j, 50 + 4j, 96 + 0j], [13, 11]), knot, turn))
    sheet.paste(SAGE, *put_all(sprig(400, 5, 120, 0.1, 9, 0.4), knot, 122), grain="along")
    sheet.paste(GREEN, *put_all(frond(350, 96, 6, 28, 0.1), knot, 56), grain="across")
    sheet.paste(GREEN, *put_all(sprig(430, 7, 96, -0.06, 9, 0.32), knot, 94), grain="along")
    sheet.paste(
        RED, strip([knot, knot + 60 + 80j, knot + 170 + 70j, knot + 240 + 140j], [30, 46, 44, 46], end="fork")
    )
    sheet.paste(RED, strip([knot, knot - 40 + 80j, knot - 110 + 130j], [30, 44, 44], end="fork"))
    for side, shape in bow(320):
        sheet.paste(RED if side == "front" else MAROON, put(shape, knot, 6), grain="along")


def _board(sheet: Sheet) -> None:
    edge = (
        "M96 812 C110 786 200 790 420 784 C560 780 660 776 690 796 "
        "C706 820 712 900 700 944 C690 966 640 968 420 972 C240 976 130 984 104 964 "
        "C92 940 96 900 96 900 C60 896 20 900 4 884 C-4 868 0 852 14 846 "
        "C40 838 70 842 94 842 Z"
    )
    sheet.paste("#D7B27C", put([drawn(edge), put(disc(15, 0.8), 36 + 868j)[0]], 60 - 6j), grain="along")


def _aubergine(sheet: Sheet) -> None:
    at, turn = 440 + 742j, -22
    body = (
        "M-240 10 C-262 -76 -196 -134 -100 -122 C-10 -112 50 -70 150 -58 "
        "C196 -54 210 -10 196 20 C180 60 120 72 40 94 C-40 120 -210 134 -240 10 Z"
    )
    sheet.paste(
        "#4B3148",
        put(paper(body), at, turn),
        on=[(BLUSH, [put([lens(-200 - 36j, -40 - 92j, 22)], at, turn)])],
        grain="along",
    )
    cap = (
        "M120 -76 C160 -84 200 -74 222 -40 C250 -36 280 -50 300 -70 L318 -48 "
        "C300 -20 268 -4 234 -2 C232 40 190 74 130 84 C150 60 150 44 140 34 "
        "C120 44 100 46 84 40 C110 20 114 0 100 -14 C90 -26 80 -34 70 -36 "
        "C96 -44 120 -52 120 -76 Z"
    )
    sheet.paste(GREEN, put(paper(cap), at, turn))


def _carrots(sheet: Sheet) -> None:
    for at, turn, long in ((96 + 852j, -2, 370), (120 + 955j, -13, 400)):
        top = at + polar(long + 6, turn)
        for lean in (-30, 4, 34):
            sheet.paste(
                GREEN if lean else SAGE, *put_all(frond(170, 44, 6, 11, 0.1), top, turn + lean), grain="fine"
            )
        body = strip([0j, long * 0.5 + 6j, long + 0j], [16, 62, 84], start="point", end="round")
        marks = [
            put([lens(complex(long * t, s * 40), complex(long * t + 5, s * 10), 8)], at, turn)
            for t, s in ((0.42, -0.8), (0.58, 0.9), (0.74, -1), (0.9, 1))
        ]
        sheet.paste("#CF8338", put(body, at, turn), on=[("#A9652A", marks)], grain="along")


def _tomato(sheet: Sheet, at: complex, size: float, turn: float) -> None:
    sheet.paste(RED, put(disc(size, 0.95), at, turn))
    for k in range(5):
        room = paper("M26 -14 C50 -44 84 -40 88 0 C84 40 50 44 26 14 C20 6 20 -6 26 -14 Z")
        spot = put(room, at, turn + 72 * k, size / 118)
        seeds = [
            put([lens(complex(48, y), complex(64, y * 1.3), 7)], at, turn + 72 * k, size / 118)
            for y in (-18, 0, 18)
        ]
        sheet.paste(BLUSH, spot, on=[(PAPER, seeds)])


def _onion(sheet: Sheet, at: complex, size: float, turn: float) -> None:
    edge = (
        "M0 -140 C8 -96 30 -78 70 -54 C122 -18 116 74 50 98 C20 108 -20 108 -50 98 "
        "C-116 74 -122 -18 -70 -54 C-30 -78 -8 -96 0 -140 Z"
    )
    sheet.paste(
        GREEN,
        *[
            put(strip([-40j, -100j, complex(x, -190)], [26, 22, 16], end="flat"), at, turn, size)
            for x in (-34, 6, 44)
        ],
    )
    for colour, part in (
        (MAROON, 1),
        (PAPER, 0.86),
        (BLUSH, 0.7),
        (PAPER, 0.58),
        (BLUSH, 0.4),
        (PAPER, 0.28),
    ):
        sheet.paste(colour, put(paper(edge), at + 26j * (1 - part) * size, turn, size * part))


def _mushroom(sheet: Sheet, at: complex, size: float, turn: float) -> None:
    whole = (
        "M-46 6 C-70 12 -124 14 -128 -14 C-120 -96 -54 -132 4 -130 "
        "C72 -126 126 -80 122 -10 C116 16 66 14 44 6 C44 36 52 62 58 84 "
        "C30 100 -32 100 -58 84 C-50 60 -46 36 -46 6 Z"
    )
    gills = [
        drawn("M-104 -12 C-84 -58 -46 -58 -38 -10 C-58 -18 -82 -18 -104 -12 Z"),
        drawn("M38 -10 C46 -56 84 -56 100 -14 C80 -20 58 -18 38 -10 Z"),
    ]
    sheet.paste(
        PAPER,
        put(paper(whole), at, turn, size),
        on=[("#C9A06A", [put([g], at, turn, size) for g in gills])],
        grain="along",
    )


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("kochen", "#F4E3C9")
    _ground(sheet)
    _steam(sheet)
    _pot(sheet)
    _herbs(sheet)
    _board(sheet)
    _aubergine(sheet)
    _carrots(sheet)
    _tomato(sheet, 720 + 812j, 92, 8)
    _tomato(sheet, 742 + 930j, 74, 40)
    _onion(sheet, 1540 + 832j, 1.0, 12)
    _mushroom(sheet, 1650 + 912j, 0.72, -14)
    _mushroom(sheet, 1420 + 940j, 0.56, 20)
    return sheet
