"""Danke: a bouquet as one hands it over, bound with the ribbon."""

from forms import bow, disc, lens, polar, star, strip
from plants import berries, frond, petal, rosette, sprig
from scissors import paper, put, put_all
from sheet import BLUE, BLUSH, GREEN, INK, MAROON, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet

BOUND = 590 + 760j


def _stem(sheet: Sheet, head: complex, foot: complex, colour: str = GREEN, width: float = 15) -> None:
    way = (head + BOUND) / 2 + (head - BOUND) * 0.12j
    sheet.paste(colour, strip([head, way, BOUND, foot], [width * 0.8, width, width, width]))


def _ground(sheet: Sheet) -> None:
    sheet.paste(
        BLUSH,
        paper(
            "M760 150 C980 40 1420 60 1580 230 C1740 420 1700 760 1500 900 "
            "C1280 1010 900 1000 760 860 C620 700 560 300 760 150 Z"
        ),
        grain="across",
    )


def _greens(sheet: Sheet) -> None:
    sheet.paste(SAGE, *put_all(frond(760, 190, 6, 60, -0.1), BOUND + 30, -20), grain="across")
    sheet.paste(GREEN, *put_all(frond(540, 140, 6, 44, 0.1), BOUND, -84), grain="along")
    sheet.paste(GREEN, *put_all(sprig(860, 9, 130, -0.06, 10), BOUND, -38), grain="along")
    sheet.paste(SAGE, *put_all(sprig(640, 6, 120, -0.08, 9, 0.44), BOUND, 9), grain="along")
    stalks, fruit = berries(640, 9, 24, 0.1)
    sheet.paste(INK, *put_all(stalks, BOUND, -58))
    sheet.paste(OCHRE, *put_all(fruit, BOUND, -58))
    stalks, fruit = berries(560, 8, 20, -0.1)
    sheet.paste(INK, *put_all(stalks, BOUND, -104))
    sheet.paste(RED, *put_all(fruit, BOUND, -104))


def _dahlia(sheet: Sheet, at: complex, size: float) -> None:
    for colour, radius, petals, turn in (
        (MAROON, 1, 14, 0),
        (RED, 0.86, 13, 11),
        (RED, 0.66, 11, 4),
        (BLUSH, 0.46, 9, 15),
    ):
        cuts = [
            put([lens(size * radius * 0.55, size * radius * 0.84, 6)], at, turn + 360 * (k + 0.5) / petals)
            for k in range(petals)
        ]
        tint = {MAROON: RED, RED: MAROON, BLUSH: RED}[colour]
        sheet.paste(
            colour, put(rosette(petals, size * radius * 0.6, size * radius), at, turn), on=[(tint, cuts)]
        )
    sheet.paste(
        OCHRE,
        put(disc(size * 0.2), at),
        on=[(INK, [put(disc(4), at + polar(size * 0.11, 51 * k)) for k in range(7)])],
    )


def _daisy(
    sheet: Sheet, at: complex, size: float, colour: str = PAPER, heart: str = OCHRE, petals: int = 11
) -> None:
    sheet.paste(colour, *[put(petal(size, size * 0.44), at, 360 * k / petals + 7) for k in range(0, petals)])
    sheet.paste(
        heart,
        put(disc(size * 0.3), at),
        on=[(INK, [put(disc(3.6), at + polar(size * 0.17, 45 * k)) for k in range(8)])],
    )


def _poppy(sheet: Sheet, at: complex, size: float, colour: str, tint: str) -> None:
    for turn in (200, 20, 110, 290):
        shape = put(petal(size, size * 1.25, 0.06), at, turn)
        veins = [put([lens(size * 0.25 + 0j, size * 0.7 + 0j, 7)], at, turn + d) for d in (-26, 0, 26)]
        sheet.paste(colour, shape, on=[(tint, veins)])
    sheet.paste(INK, put(rosette(12, size * 0.17, size * 0.27), at))
    sheet.paste(SAGE, put(disc(size * 0.13), at))


def _cornflower(sheet: Sheet, at: complex, size: float) -> None:
    for colour, radius, turn in ((NIGHT, 1, 0), (BLUE, 0.74, 20)):
        petals = [
            put(
                paper("M0 0 L70 -26 L100 -34 L88 -12 L106 0 L88 12 L100 34 L70 26 Z"),
                at,
                turn + 40 * k,
                size * radius / 100,
            )
            for k in range(9)
        ]
        sheet.paste(colour, *petals)
    sheet.paste(PAPER, put(star(9, size * 0.3, size * 0.13), at))


def _tulip(sheet: Sheet, at: complex, size: float, turn: float) -> None:
    back = (
        "M0 0 C-8 -62 40 -92 92 -86 C130 -82 160 -82 190 -96 C186 -62 178 -42 166 -26 "
        "L198 0 L166 26 C178 42 186 62 190 96 C160 82 130 82 92 86 C40 92 -8 62 0 0 Z"
    )
    front = "M0 0 C0 -44 40 -64 84 -56 C124 -46 150 -20 176 0 C150 20 124 46 84 56 C40 64 0 44 0 0 Z"
    veins = [
        put([lens(complex(34, y), complex(126 - abs(y), y * 0.7), 8)], at, turn, size / 100)
        for y in (-26, 0, 26)
    ]
    sheet.paste(OCHRE, put(paper(back), at, turn, size / 100))
    sheet.paste(OCHRE, put(paper(front), at, turn, size / 100), on=[(RED, veins)], dye=0.08)


def _ribbon(sheet: Sheet) -> None:
    sheet.paste(RED, put(strip([-92 - 30j, 0 - 24j, 92 - 32j], [60, 64, 60]), BOUND, 46))
    sheet.paste(
        RED,
        strip(
            [BOUND, BOUND + 60 + 110j, BOUND + 200 + 120j, BOUND + 330 + 190j], [40, 60, 54, 56], end="fork"
        ),
        grain="along",
    )
    sheet.paste(
        RED, strip([BOUND, BOUND + 10 + 120j, BOUND - 50 + 220j], [40, 58, 54], end="fork"), grain="along"
    )
    for side, shape in bow(400):
        sheet.paste(RED if side == "front" else MAROON, put(shape, BOUND, 40), grain="dabbed")


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("danke", "#DDE2CE")
    _ground(sheet)
    _greens(sheet)
    heads = (
        (1120 + 430j, 330 + 1000j),
        (1400 + 270j, 240 + 960j),
        (1400 + 620j, 200 + 900j),
        (840 + 300j, 420 + 1040j),
        (860 + 520j, 280 + 930j),
        (1100 + 740j, 180 + 830j),
        (590 + 350j, 480 + 1050j),
    )
    for k, (head, foot) in enumerate(heads):
        _stem(sheet, head, foot, SAGE if k % 3 == 1 else GREEN)
    _tulip(sheet, 830 + 340j, 100, -70)
    _daisy(sheet, 1400 + 280j, 136)
    _poppy(sheet, 1090 + 745j, 150, BLUSH, RED)
    _cornflower(sheet, 1410 + 610j, 140)
    _daisy(sheet, 590 + 350j, 96, PAPER, OCHRE, 9)
    _poppy(sheet, 846 + 545j, 124, BLUE, PAPER)
    _dahlia(sheet, 1130 + 430j, 200)
    _ribbon(sheet)
    return sheet
