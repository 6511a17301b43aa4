"""Musik und Malen: a brush paints the ribbon, and the ribbon becomes a tune for the guitar."""

from forms import blob, disc, dots, frond, leaf, lens, polar, sheet_of, star, strip, stripes
from scissors import drawn, put, put_all, through
from sheet import BLUE, BLUSH, CREAM, GREEN, INK, MAROON, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet


def _ground(sheet: Sheet) -> None:
    sheet.paste(BLUSH, sheet_of(120, 130, 620, 720, 18), grain="across")
    sheet.paste(SAGE, sheet_of(540, 90, 1080, 480, -14), grain="along")
    sheet.paste(BLUE, sheet_of(980, 150, 1660, 900, 20), grain="across")
    sheet.paste(CREAM, sheet_of(430, 520, 1090, 980, -16), grain="along", on=[(OCHRE, dots((430, 520, 1090, 980), 58, 6))])


def _guitar(sheet: Sheet) -> None:
    at, turn = 1270 + 690j, 24
    body = [drawn("M-150 -220 C-80 -262 80 -262 150 -220 C200 -180 190 -110 150 -60 C130 -30 140 0 180 40 C260 130 230 290 100 320 C40 332 -40 332 -100 320 C-230 290 -260 130 -180 40 C-140 0 -130 -30 -150 -60 C-190 -110 -200 -180 -150 -220 Z")]
    sheet.paste(INK, put([drawn("M-34 -200 L-28 -640 L28 -640 L34 -200 Z")], at, turn), grain="along")
    sheet.paste(MAROON, put([drawn("M-34 -630 L-52 -760 C-30 -776 30 -776 52 -762 L34 -628 Z")], at, turn))
    sheet.paste(PAPER, *[put(disc(13), at + polar(1, 0) * 0, turn) for _ in ()] , *[put([[complex(s * 66, y - 9), complex(s * 42, y - 9), complex(s * 42, y + 9), complex(s * 66, y + 9)]], at, turn) for s in (-1, 1) for y in (-734, -700, -666)])
    ring = [put(petal_, at, turn) for petal_ in [put([lens(96 + 0j, 124 + 0j, 14)], 10j, 20 * k) for k in range(18)]]
    sheet.paste(INK, put(disc(110), at + polar(10, 90 + turn)))
    rim = [put(disc(330, 1.0), at, turn)]
    sheet.paste(OCHRE, [*put(body, at, turn), *put([disc(84)[0]], at + polar(10, 90 + turn))], on=[(PAPER, ring)], grain="across")
    sheet.paste(INK, put([drawn("M-96 206 L96 200 L100 232 L-98 236 Z")], at, turn))
    frets = [strip([complex(-34, y), complex(34, y)], [5]) for y in range(-600, -230, 62)]
    sheet.paste(PAPER, *put_all(frets, at, turn), hand=0.5)
    sheet.paste(PAPER, *put_all([strip([complex(x * 0.8, -700), complex(x, 216)], [3.4, 3.4]) for x in (-22, -8, 8, 22)], at, turn), hand=0.3)


def _blots(sheet: Sheet) -> None:
    for colour, at, size in ((GREEN, 250 + 300j, 110), (OCHRE, 430 + 230j, 74), (NIGHT, 300 + 520j, 86), (BLUE, 480 + 410j, 58)):
        sheet.paste(colour, put(blob(sheet.rng, size, 9, 0.26), at))
    for colour, at, size in ((GREEN, 372 + 372j, 17), (GREEN, 150 + 190j, 13), (NIGHT, 200 + 620j, 19), (NIGHT, 396 + 590j, 12), (OCHRE, 520 + 170j, 14), (RED, 180 + 420j, 16)):
        sheet.paste(colour, put(blob(sheet.rng, size, 6, 0.15), at))


def _stroke(sheet: Sheet) -> None:
    spine = [560 + 590j, 640 + 470j, 760 + 400j, 860 + 470j, 960 + 560j, 1090 + 450j, 1220 + 300j, 1400 + 280j, 1600 + 370j, 1860 + 250j]
    sheet.paste(RED, strip(spine, [30, 110, 130, 120, 124, 116, 96, 70, 52, 40], start="round"), grain="along")


def _brush(sheet: Sheet) -> None:
    at, turn = 566 + 590j, 128
    sheet.paste(OCHRE, put([drawn("M150 -34 C300 -40 420 -22 620 -10 C636 -6 636 8 620 12 C420 24 300 40 150 34 Z")], at, turn), on=[(PAPER, [put([[420 - 60j, 470 - 60j, 470 + 60j, 420 + 60j]], at, turn)])], grain="along")
    sheet.paste(BLUE, put([drawn("M60 -52 L166 -40 L166 40 L60 52 Z")], at, turn), on=[(NIGHT, [put([[x - 60j, x + 12 - 60j, x + 12 + 60j, x + 60j]], at, turn) for x in (86, 128)])])
    sheet.paste(MAROON, put([drawn("M70 -50 C10 -70 -60 -60 -120 6 C-60 8 -40 20 -30 30 C0 56 40 60 70 50 Z")], at, turn), on=[(RED, [put([lens(50 + y * 1j, complex(-50, y * 1.2 + 6), 9)], at, turn) for y in (-30, -4, 24)])])


def _note(sheet: Sheet, at: complex, size: float, turn: float, colour: str, flag: bool = True) -> None:
    head = put(disc(34, 0.74), 0, -22)
    stem = strip([28 - 6j, 28 - 170j], [11, 11])
    pieces = [head, stem]
    if flag:
        pieces.append([drawn("M23 -176 C40 -130 96 -120 92 -52 C88 -70 60 -100 23 -112 Z")])
    sheet.paste(colour, *put_all(pieces, at, turn, size))


def _notes(sheet: Sheet) -> None:
    _note(sheet, 760 + 300j, 1.0, -8, INK)
    _note(sheet, 940 + 330j, 0.8, 10, NIGHT)
    pair = [put(disc(34, 0.74), 0, -22), put(disc(34, 0.74), 150 - 24j, -22), strip([28 - 6j, 28 - 170j], [11, 11]), strip([178 - 30j, 178 - 194j], [11, 11]), [drawn("M22 -178 L184 -202 L184 -158 L22 -134 Z")]]
    sheet.paste(INK, *put_all(pair, 640 + 860j, -4, 1.15))
    _note(sheet, 930 + 830j, 1.05, 6, RED)


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("musik", "#F5E8D6")
    _ground(sheet)
    _blots(sheet)
    sheet.paste(GREEN, *put_all(frond(420, 110, 6, 40, 0.1), 1600 + 930j, -96), grain="across")
    _stroke(sheet)
    _guitar(sheet)
    _brush(sheet)
    _notes(sheet)
    return sheet
