"""Sprachen: houses from many places talk over their roofs; a bird carries the ribbon across."""

from forms import disc, leaf, lens, polar, rosette, strip, stripes
from scissors import Line, Shape, drawn, put
from sheet import BLUE, BLUSH, CREAM, GREEN, INK, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet


def _waves(area, gap: float, width: float) -> list[Shape]:
    left, top, right, bottom = area
    rows = []
    for k in range(int((bottom - top) / gap) + 1):
        y = top + k * gap
        spine = [complex(left + (right - left) * j / 9, y + (14 if j % 2 else -14)) for j in range(10)]
        rows.append(strip(spine, [width, width * 1.25, width], start="round", end="round"))
    return rows


def _talk(sheet: Sheet) -> None:
    """Three voices that overlap: waves, a flower, seeds."""
    seeds = drawn(
        "M640 150 C690 70 850 56 980 70 C1110 84 1170 160 1160 262 C1150 372 1060 420 920 420 L880 418 C872 470 842 520 790 550 C806 500 806 460 796 408 C690 380 590 260 640 150 Z"
    )
    marks = [
        put(
            [lens(-22 + 0j, 22 + 0j, 22)],
            complex(700 + 78 * (k % 6) + 39 * (k // 6 % 2), 142 + 62 * (k // 6)),
            40 if k % 2 else -40,
        )
        for k in range(24)
    ]
    sheet.paste(BLUSH, [seeds], on=[(RED, marks)], grain="across")
    sea = drawn(
        "M150 330 C140 200 240 120 400 118 C580 112 706 170 714 292 C722 420 630 500 490 504 C450 506 420 506 380 502 C360 560 310 610 240 640 C270 596 280 546 274 488 C200 460 154 400 150 330 Z"
    )
    sheet.paste(BLUE, [sea], on=[(PAPER, _waves((216, 226, 646, 420), 56, 17))], grain="along")
    sun = drawn(
        "M1080 340 C1080 210 1200 128 1350 136 C1520 144 1640 230 1628 356 C1622 440 1566 498 1500 524 C1508 580 1540 622 1596 652 C1520 650 1450 612 1412 548 C1380 554 1330 554 1296 550 C1160 536 1076 450 1080 340 Z"
    )
    at = 1352 + 340j
    sheet.paste(OCHRE, put(disc(178), at), grain="across")
    hole = put(rosette(12, 76, 146), at)
    leaves = [put(leaf(62, 24), at + polar(158, 30 * k), 30 * k) for k in range(12)]
    sheet.paste(PAPER, [sun, *hole], on=[(SAGE, leaves)], grain="along")
    sheet.paste(RED, put(rosette(8, 34, 54), at))
    sheet.paste(PAPER, put(disc(18), at))


def _window(x: float, y: float, w: float, h: float, arched: bool = False) -> Line:
    if arched:
        return drawn(
            f"M{x - w / 2} {y + h} L{x - w / 2} {y + w / 2} C{x - w / 2} {y - w * 0.16} {x + w / 2} {y - w * 0.16} {x + w / 2} {y + w / 2} L{x + w / 2} {y + h} Z"
        )
    return [
        complex(x - w / 2, y),
        complex(x + w / 2, y),
        complex(x + w / 2, y + h),
        complex(x - w / 2, y + h),
    ]


def _wall(sheet: Sheet, colour: str, edge: str, windows, glow: str = OCHRE, on=()) -> None:
    """A house front with its windows cut out, lit from behind."""
    panes = [_window(*w) for w in windows]
    if panes:
        sheet.paste(
            glow, *[[[p + (p - sum(pane) / len(pane)) * 0.25 for p in pane]] for pane in panes], hand=0.5
        )
    sheet.paste(colour, [drawn(edge), *panes], on=on, grain="along")


def _far_houses(sheet: Sheet) -> None:
    _wall(
        sheet,
        SAGE,
        "M80 1130 L84 780 L170 690 L262 776 L262 1130 Z",
        [(140, 800, 34, 50), (204, 800, 34, 50)],
    )
    _wall(sheet, SAGE, "M560 1130 L560 700 C560 640 690 640 692 700 L694 1130 Z", [(626, 720, 40, 70, True)])
    _wall(
        sheet,
        SAGE,
        "M1050 1130 L1050 730 L1180 640 L1310 728 L1310 1130 Z",
        [(1120, 760, 36, 54), (1190, 760, 36, 54), (1255, 760, 36, 54)],
    )
    _wall(
        sheet,
        SAGE,
        "M1560 1130 L1560 770 L1700 700 L1830 760 L1830 1130 Z",
        [(1640, 800, 36, 54), (1720, 800, 36, 54)],
    )


def _onion(sheet: Sheet) -> None:
    _wall(
        sheet,
        PAPER,
        "M398 1130 L404 800 L560 796 L566 1130 Z",
        [(482, 830, 44, 90, True)],
        on=[(RED, stripes((398, 960, 566, 1000), 90, 10))],
    )
    onion = "M392 806 C360 740 400 690 440 664 C464 648 474 620 482 574 C490 620 500 648 526 664 C566 690 606 740 574 804 Z"
    cuts = [
        lens(482 + 640j, 482 + 770j, 18),
        lens(462 + 690j, 440 + 778j, 15),
        lens(502 + 690j, 526 + 778j, 15),
    ]
    sheet.paste(GREEN, [drawn(onion)], on=[(SAGE, [[c] for c in cuts])])
    sheet.paste(OCHRE, put(disc(13), 482 + 566j))


def _steps(sheet: Sheet) -> None:
    edge = "M690 1130 L690 850 L732 848 L732 796 L776 794 L776 742 L820 740 L820 690 L880 688 L882 740 L926 740 L926 792 L970 794 L970 846 L1014 848 L1016 1130 Z"
    _wall(
        sheet,
        BLUSH,
        edge,
        [
            (850, 726, 34, 44, True),
            (800, 810, 40, 64),
            (904, 810, 40, 64),
            (760, 910, 40, 70),
            (850, 910, 40, 70),
            (944, 910, 40, 70),
        ],
        NIGHT,
        on=[(PAPER, [strip([complex(680, y), complex(1026, y)], [9]) for y in (790, 890, 1000)])],
    )


def _tiles(sheet: Sheet) -> None:
    _wall(
        sheet,
        OCHRE,
        "M110 1130 L114 888 L420 884 L424 1130 Z",
        [(180, 920, 48, 80, True), (268, 920, 48, 80, True), (354, 920, 48, 80, True)],
        NIGHT,
    )
    rows = [
        put([drawn("M-21 0 C-21 30 21 30 21 0 Z")], complex(60 + 42 * k + 21 * (r % 2), 812 + 32 * r))
        for r in range(3)
        for k in range(11)
    ]
    sheet.paste(NIGHT, [drawn("M70 900 L146 790 L392 786 L466 896 Z")], on=[(BLUE, rows)], grain="fine")


def _dome(sheet: Sheet) -> None:
    _wall(
        sheet,
        BLUE,
        "M1270 1130 L1270 850 L1560 846 L1564 1130 Z",
        [(1330, 890, 46, 100, True), (1416, 890, 46, 100, True), (1502, 890, 46, 100, True)],
        NIGHT,
    )
    sheet.paste(
        PAPER,
        [drawn("M1284 852 C1280 740 1340 690 1416 682 C1492 688 1552 740 1546 850 Z")],
        on=[(NIGHT, [[lens(1416 + 706j, complex(1296 + 60 * k, 846), 14)] for k in range(5)])],
    )
    sheet.paste(INK, strip([1416 + 690j, 1416 + 630j], [7, 4]), put(disc(11), 1416 + 640j))
    _wall(
        sheet,
        PAPER,
        "M1590 1130 L1594 700 L1650 698 L1656 1130 Z",
        [(1622, 730, 20, 52, True), (1622, 840, 20, 52, True)],
        NIGHT,
    )
    sheet.paste(RED, [drawn("M1574 706 L1624 580 L1672 702 Z")])


def _gable(sheet: Sheet) -> None:
    beams = [
        strip([complex(*a), complex(*b)], [11])
        for a, b in (
            ((1040, 920), (1250, 914)),
            ((1080, 830), (1210, 826)),
            ((1104, 920), (1104, 1130)),
            ((1186, 920), (1186, 1130)),
            ((1104, 920), (1040, 1010)),
            ((1186, 920), (1250, 1010)),
            ((1146, 740), (1146, 920)),
            ((1040, 1010), (1250, 1010)),
        )
    ]
    _wall(
        sheet,
        CREAM,
        "M1036 1130 L1040 900 L1146 730 L1250 896 L1254 1130 Z",
        [(1146, 940, 44, 56)],
        on=[(INK, beams)],
    )
    sheet.paste(
        GREEN, [drawn("M1006 926 L1020 892 L1146 690 L1268 888 L1284 922 L1262 926 L1146 742 L1030 930 Z")]
    )


def _feathers(root: complex, tips: list[complex], width: float) -> list[Line]:
    """Slits along a wing, from near its root towards each tip."""
    return [lens(root + (tip - root) * 0.3, root + (tip - root) * 0.86, width) for tip in tips]


def _bird(sheet: Sheet) -> None:
    at, turn, scale = 850 + 590j, -8, 1.12
    tail = [drawn("M-110 20 L-250 -30 L-226 14 L-268 40 L-220 58 L-236 96 L-96 60 Z")]
    body = [
        drawn(
            "M-130 30 C-80 -34 20 -62 110 -50 C140 -84 196 -86 216 -48 L258 -32 L216 -16 C210 50 130 104 30 100 C-40 98 -100 76 -130 30 Z"
        )
    ]
    wing = [
        drawn(
            "M72 -10 C46 -120 -40 -210 -190 -240 C-168 -206 -166 -192 -168 -180 C-194 -190 -210 -190 -226 -186 C-198 -160 -192 -144 -192 -130 C-214 -132 -226 -130 -240 -122 C-176 -36 -66 44 24 42 C56 40 76 20 72 -10 Z"
        )
    ]
    far = [
        drawn(
            "M96 -20 C120 -120 70 -230 -10 -274 C-10 -248 -14 -234 -22 -224 C-36 -232 -48 -234 -62 -230 C-46 -160 -20 -60 30 -10 Z"
        )
    ]
    slits = _feathers(40 - 4j, [-168 - 216j, -200 - 168j, -214 - 112j, -150 - 52j], 17)
    spots = [put(disc(8), complex(-84 + 40 * k, 70 - 5 * abs(k - 2))) for k in range(6)]
    collar = [drawn("M104 -60 C130 -20 134 40 112 100 L136 100 C160 40 156 -20 130 -70 Z")]

    def there(shape: Shape) -> Shape:
        return put(shape, at, turn, scale)

    sheet.paste(
        BLUE,
        there(far),
        on=[(NIGHT, [there([f]) for f in _feathers(50 - 20j, [-20 - 250j, -50 - 210j], 14)])],
        grain="fine",
    )
    sheet.paste(
        NIGHT,
        there(tail),
        on=[(BLUE, [there([lens(-120 + 40j, complex(-236, y), 13)]) for y in (0, 40, 76)])],
    )
    sheet.paste(
        NIGHT, there(body), on=[(OCHRE, [there(s) for s in spots]), (BLUE, [there(collar)])], grain="along"
    )
    sheet.paste(NIGHT, there(wing), on=[(PAPER, [there([s]) for s in slits])], grain="fine", dye=0.0)
    sheet.paste(PAPER, put(disc(14), at + 184 - 78j))
    sheet.paste(INK, put(disc(6.5), at + 187 - 78j))


def _ribbon(sheet: Sheet) -> None:
    beak = 1130 + 514j
    sheet.paste(
        RED,
        strip(
            [beak, beak + 60 + 70j, beak + 190 + 60j, beak + 300 + 120j, beak + 440 + 70j],
            [14, 34, 42, 40, 42],
            end="fork",
        ),
        grain="along",
    )
    sheet.paste(
        RED,
        strip([beak, beak - 30 + 70j, beak + 30 + 140j, beak - 20 + 210j], [14, 32, 36, 38], end="fork"),
        grain="along",
    )


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("sprachen", "#F3E2C2")
    sheet.shift = 40j
    _talk(sheet)
    sheet.shift = 0j
    for part in (_far_houses, _onion, _gable, _steps, _tiles, _dome, _bird, _ribbon):
        part(sheet)
    return sheet
