"""Sprachen: houses from many places talk over their roofs; a bird carries the ribbon across."""

from forms import disc, lens, polar, strip
from houses import street
from plants import leaf, rosette
from scissors import Line, Shape, drawn, paper, put
from sheet import BLUE, BLUSH, INK, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet


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
        "M640 150 C690 70 850 56 980 70 C1110 84 1170 160 1160 262 "
        "C1150 372 1060 420 920 420 L880 418 C872 470 842 520 790 550 "
        "C806 500 806 460 796 408 C690 380 590 260 640 150 Z"
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
        "M150 330 C140 200 240 120 400 118 C580 112 706 170 714 292 "
        "C722 420 630 500 490 504 C450 506 420 506 380 502 C360 560 310 610 240 640 "
        "C270 596 280 546 274 488 C200 460 154 400 150 330 Z"
    )
    sheet.paste(BLUE, [sea], on=[(PAPER, _waves((216, 226, 646, 420), 56, 17))], grain="along")
    sun = drawn(
        "M1080 340 C1080 210 1200 128 1350 136 C1520 144 1640 230 1628 356 "
        "C1622 440 1566 498 1500 524 C1508 580 1540 622 1596 652 "
        "C1520 650 1450 612 1412 548 C1380 554 1330 554 1296 550 "
        "C1160 536 1076 450 1080 340 Z"
    )
    at = 1352 + 340j
    sheet.paste(OCHRE, put(disc(178), at), grain="across")
    hole = put(rosette(12, 76, 146), at)
    leaves = [put(leaf(62, 24), at + polar(158, 30 * k), 30 * k) for k in range(12)]
    sheet.paste(PAPER, [sun, *hole], on=[(SAGE, leaves)], grain="along")
    sheet.paste(RED, put(rosette(8, 34, 54), at))
    sheet.paste(PAPER, put(disc(18), at))


def _feathers(root: complex, tips: list[complex], width: float) -> list[Line]:
    """Slits along a wing, from near its root towards each tip."""
    return [lens(root + (tip - root) * 0.3, root + (tip - root) * 0.86, width) for tip in tips]


def _bird(sheet: Sheet) -> None:
    at, turn, scale = 850 + 590j, -8, 1.12
    tail = paper("M-110 20 L-250 -30 L-226 14 L-268 40 L-220 58 L-236 96 L-96 60 Z")
    body = paper(
        "M-130 30 C-80 -34 20 -62 110 -50 C140 -84 196 -86 216 -48 L258 -32 L216 -16 "
        "C210 50 130 104 30 100 C-40 98 -100 76 -130 30 Z"
    )
    wing = paper(
        "M72 -10 C46 -120 -40 -210 -190 -240 C-168 -206 -166 -192 -168 -180 "
        "C-194 -190 -210 -190 -226 -186 C-198 -160 -192 -144 -192 -130 "
        "C-214 -132 -226 -130 -240 -122 C-176 -36 -66 44 24 42 C56 40 76 20 72 -10 Z"
    )
    far = paper(
        "M96 -20 C120 -120 70 -230 -10 -274 C-10 -248 -14 -234 -22 -224 "
        "C-36 -232 -48 -234 -62 -230 C-46 -160 -20 -60 30 -10 Z"
    )
    slits = _feathers(40 - 4j, [-168 - 216j, -200 - 168j, -214 - 112j, -150 - 52j], 17)
    spots = [put(disc(8), complex(-84 + 40 * k, 70 - 5 * abs(k - 2))) for k in range(6)]
    collar = paper("M104 -60 C130 -20 134 40 112 100 L136 100 C160 40 156 -20 130 -70 Z")

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
    street(sheet)
    _bird(sheet)
    _ribbon(sheet)
    return sheet
