"""Houses from many places, for the picture of the languages."""

from forms import disc, lens, strip, stripes
from scissors import Line, drawn, paper, put
from sheet import BLUE, BLUSH, CREAM, GREEN, INK, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet


def _window(x: float, y: float, w: float, h: float, arched: bool = False) -> Line:
    left, right, foot, spring = x - w / 2, x + w / 2, y + h, y + w / 2
    if not arched:
        return [complex(left, y), complex(right, y), complex(right, foot), complex(left, foot)]
    crown = y - w * 0.16
    return drawn(
        f"M{left} {foot} L{left} {spring} C{left} {crown} {right} {crown} {right} {spring} L{right} {foot} Z"
    )


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
    onion = (
        "M392 806 C360 740 400 690 440 664 C464 648 474 620 482 574 "
        "C490 620 500 648 526 664 C566 690 606 740 574 804 Z"
    )
    cuts = [
        lens(482 + 640j, 482 + 770j, 18),
        lens(462 + 690j, 440 + 778j, 15),
        lens(502 + 690j, 526 + 778j, 15),
    ]
    sheet.paste(GREEN, paper(onion), on=[(SAGE, [[c] for c in cuts])])
    sheet.paste(OCHRE, put(disc(13), 482 + 566j))


def _steps(sheet: Sheet) -> None:
    edge = (
        "M690 1130 L690 850 L732 848 L732 796 L776 794 L776 742 L820 740 L820 690 "
        "L880 688 L882 740 L926 740 L926 792 L970 794 L970 846 L1014 848 L1016 1130 Z"
    )
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
        put(paper("M-21 0 C-21 30 21 30 21 0 Z"), complex(60 + 42 * k + 21 * (r % 2), 812 + 32 * r))
        for r in range(3)
        for k in range(11)
    ]
    sheet.paste(NIGHT, paper("M70 900 L146 790 L392 786 L466 896 Z"), on=[(BLUE, rows)], grain="fine")


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
        paper("M1284 852 C1280 740 1340 690 1416 682 C1492 688 1552 740 1546 850 Z"),
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
    sheet.paste(RED, paper("M1574 706 L1624 580 L1672 702 Z"))


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
        GREEN, paper("M1006 926 L1020 892 L1146 690 L1268 888 L1284 922 L1262 926 L1146 742 L1030 930 Z")
    )


def street(sheet: Sheet) -> None:
    """Paste the houses, the far ones first."""
    for part in (_far_houses, _onion, _gable, _steps, _tiles, _dome):
        part(sheet)
