"""Standard: an open envelope from which a garden grows, tied with the ribbon."""

from forms import bow, disc, dots, lens, polar, strip
from plants import berries, frond, leaf, rosette, sprig
from scissors import paper, put, put_all
from sheet import BLUE, BLUSH, CREAM, GREEN, INK, MAROON, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet

LEAN = -7
MIDDLE = complex(660, 760)


def _on_letter(shape, scale=0.9):
    return put(shape, MIDDLE, LEAN, scale)


def _ground(sheet: Sheet) -> None:
    wall = (
        "M930 120 C1090 60 1420 70 1590 130 C1690 200 1680 480 1650 640 "
        "C1640 760 1600 900 1560 960 L900 960 C870 700 850 300 930 120 Z"
    )
    sheet.paste(BLUSH, paper(wall), grain="across")
    sheet.paste(OCHRE, put(disc(285), 1265 + 420j), grain="dabbed")
    sheet.paste(
        SAGE,
        paper("M-20 890 C260 850 520 905 860 868 C1200 830 1500 900 1830 850 L1830 1130 L-20 1130 Z"),
        on=[(CREAM, dots((-20, 840, 1830, 1110), 64, 5))],
        grain="along",
    )


def _envelope_back(sheet: Sheet) -> None:
    back = paper("M-432 -232 L-40 -528 C-18 -546 16 -546 38 -530 L432 -228 L430 270 L-430 272 Z")
    lining = paper("M-392 -226 L-26 -492 C-10 -504 10 -504 24 -494 L394 -222 L330 100 L-330 100 Z")
    sheet.paste(BLUE, _on_letter(back), grain="along")
    sheet.paste(
        NIGHT,
        _on_letter(lining),
        grain="across",
        on=[(CREAM, [_on_letter(d) for d in dots((-400, -500, 400, 100), 46, 6.5)])],
    )


def _leaves_behind(sheet: Sheet) -> None:
    sheet.paste(PAPER, put(leaf(560, 170, 0.1, 6), MIDDLE + 120 + 60j, 3), grain="along")
    sheet.paste(OCHRE, put(leaf(640, 200, 0.14, 7), MIDDLE + 60, -19, flip=True), grain="along")


def _garden(sheet: Sheet) -> None:
    root = MIDDLE + 20j
    sheet.paste(SAGE, *put_all(frond(600, 150, 5, 54, 0.06), root - 40, -122), grain="across")
    sheet.paste(GREEN, *put_all(frond(800, 215, 6, 66, -0.08), root + polar(100, -38), -40), grain="across")
    stalks, fruit = berries(560, 8, 23)
    sheet.paste(INK, *put_all(stalks, root, -98))
    sheet.paste(RED, *put_all(fruit, root, -98))
    sheet.paste(GREEN, *put_all(sprig(420, 5, 120, 0.12), root + 60, -72))
    sheet.paste(BLUSH, put(leaf(430, 170, -0.1, 5), root, -150))


def _flower(sheet: Sheet, at: complex, size: float) -> None:
    sheet.paste(PAPER, put(rosette(9, size * 0.42, size), at, 12))
    sheet.paste(
        RED,
        put(rosette(7, size * 0.3, size * 0.6), at, 30),
        on=[(MAROON, [put([lens(size * 0.2, size * 0.5, 5)], at, 30 + 360 * k / 7 + 26) for k in range(7)])],
    )
    sheet.paste(
        OCHRE,
        put(disc(size * 0.2), at),
        on=[(INK, [put(disc(3.4), at + polar(size * 0.1, 60 * k)) for k in range(6)])],
    )


def _envelope_front(sheet: Sheet) -> None:
    pocket = paper("M-432 -232 L-30 62 C-8 76 14 76 34 60 L432 -228 L430 270 L-430 272 Z")
    flap = paper("M-430 272 L-40 6 C-16 -8 16 -8 38 8 L430 270 Z")
    sheet.paste(BLUE, _on_letter(pocket), grain="dabbed")
    sheet.paste(BLUE, _on_letter(flap), grain="along", dye=0.08)


def _ribbon(sheet: Sheet) -> None:
    band = strip([-436 + 96j, -200 + 110j, 0 + 104j, 200 + 108j, 436 + 92j], [58, 62, 56])
    sheet.paste(RED, _on_letter(band), grain="along")
    knot = MIDDLE + polar(104, 90 + LEAN)
    tail = [knot, knot + 150 + 70j, knot + 330 + 20j, knot + 520 + 85j, knot + 690 + 10j]
    sheet.paste(RED, strip(tail, [44, 60, 52, 62, 54], end="fork"), grain="along")
    sheet.paste(
        RED, strip([knot, knot - 60 + 80j, knot - 170 + 120j], [44, 58, 56], end="fork"), grain="along"
    )
    for side, shape in bow(520):
        sheet.paste(RED if side == "front" else MAROON, put(shape, knot, LEAN - 2), grain="dabbed")


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("standard", "#F4E7D2")
    _ground(sheet)
    _leaves_behind(sheet)
    _envelope_back(sheet)
    _garden(sheet)
    _flower(sheet, 850 + 345j, 168)
    _flower(sheet, 470 + 300j, 92)
    _envelope_front(sheet)
    _ribbon(sheet)
    return sheet
