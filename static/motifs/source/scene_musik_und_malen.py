"""Musik und Malen: a brush paints the ribbon, and the ribbon becomes a tune for the guitar."""

from forms import blob, disc, dots, lens, sheet_of, strip
from plants import frond
from scissors import Shape, drawn, paper, put, put_all, through
from sheet import BLUE, BLUSH, CREAM, GREEN, INK, MAROON, NIGHT, OCHRE, PAPER, RED, SAGE, Sheet


def _ground(sheet: Sheet) -> None:
    sheet.paste(BLUSH, sheet_of(180, 150, 700, 760, 18), grain="across")
    sheet.paste(SAGE, sheet_of(540, 90, 1080, 480, -14), grain="along")
    sheet.paste(BLUE, sheet_of(980, 150, 1660, 900, 20), grain="across")
    sheet.paste(
        CREAM,
        sheet_of(430, 520, 1090, 980, -16),
        grain="along",
        on=[(OCHRE, dots((430, 520, 1090, 980), 58, 6))],
    )


def _guitar(sheet: Sheet) -> None:
    def there(shape: Shape) -> Shape:
        return put(shape, 1290 + 690j, 21, 0.86)

    body = (
        "M-150 -220 C-80 -262 80 -262 150 -220 C200 -180 190 -110 150 -60 "
        "C130 -30 140 0 180 40 C260 130 230 290 100 320 C40 332 -40 332 -100 320 "
        "C-230 290 -260 130 -180 40 C-140 0 -130 -30 -150 -60 "
        "C-190 -110 -200 -180 -150 -220 Z"
    )
    peg = [[-16 - 9j, 16 - 9j, 16 + 9j, -16 + 9j]]
    pegs = [there(put(peg, complex(x, y))) for x in (-58, 58) for y in (-640, -606, -572)]
    sheet.paste(PAPER, *pegs)
    sheet.paste(MAROON, there(paper("M-34 -520 L-54 -664 C-24 -690 24 -690 54 -666 L34 -518 Z")))
    sheet.paste(INK, there(put(disc(112), 10j)))
    rays = [there(put([lens(100 + 0j, 132 + 0j, 17)], 10j, 20 * k)) for k in range(18)]
    sheet.paste(OCHRE, [*there(paper(body)), *there(put(disc(86), 10j))], on=[(PAPER, rays)], grain="across")
    sheet.paste(
        INK, there(paper("M-30 -98 L-28 -530 L28 -530 L32 -98 C10 -80 -10 -80 -30 -98 Z")), grain="along"
    )
    sheet.paste(
        PAPER,
        *[there(strip([complex(-29, y), complex(29, y)], [5])) for y in range(-500, -110, 56)],
        hand=0.5,
    )
    sheet.paste(INK, there(paper("M-96 196 L96 190 L100 222 L-98 226 Z")))
    for x in (-20, -7, 7, 20):
        sheet.paste(PAPER, there(strip([complex(x * 0.8, -600), complex(x, 206)], [3.6, 3.6])), hand=0.3)


def _daub(sheet: Sheet, at: complex, size: float, colour: str, light: str) -> None:
    """A heap of colour with the trace of the brush in it."""
    trace = [
        strip(
            [at - size * 0.5, at + size * (-0.1 - 0.4j), at + size * 0.5],
            [2, size * 0.22, 2],
            start="point",
            end="point",
        )
    ]
    sheet.paste(colour, put(blob(sheet.rng, size, 7, 0.1), at), on=[(light, trace)], grain="along")


def _palette(sheet: Sheet) -> None:
    edge = (
        "M120 400 C100 260 200 150 360 140 C520 132 650 200 652 320 "
        "C652 420 560 400 520 440 C470 490 560 560 490 640 C420 716 280 700 206 620 "
        "C150 560 128 480 120 400 Z"
    )
    sheet.paste("#E2C79E", [drawn(edge), *put(disc(44, 0.8), 420 + 590j, -30)], grain="along")
    for colour, at, size, light in (
        (GREEN, 232 + 420j, 68, SAGE),
        (OCHRE, 322 + 258j, 60, PAPER),
        (NIGHT, 490 + 232j, 62, BLUE),
        (PAPER, 276 + 566j, 50, BLUSH),
        (BLUE, 392 + 396j, 52, PAPER),
    ):
        _daub(sheet, at, size, colour, light)
    for colour, at, size in (
        (GREEN, 330 + 480j, 13),
        (OCHRE, 414 + 300j, 14),
        (NIGHT, 566 + 330j, 16),
        (RED, 440 + 480j, 15),
        (BLUE, 200 + 300j, 15),
    ):
        sheet.paste(colour, put(disc(size), at))


def _stroke(sheet: Sheet) -> None:
    spine = [
        548 + 600j,
        610 + 500j,
        730 + 440j,
        850 + 480j,
        960 + 530j,
        1080 + 460j,
        1190 + 330j,
        1330 + 260j,
        1470 + 300j,
        1580 + 380j,
        1700 + 350j,
    ]
    widths = [40, 104, 128, 122, 116, 110, 100, 88, 78, 72, 66]
    middle = through(spine)
    marks = []
    for k in range(36, len(middle) - 8, 9):
        way = (middle[k + 1] - middle[k - 1]) / abs(middle[k + 1] - middle[k - 1])
        marks.append([lens(middle[k] - way * 13, middle[k] + way * 13, 15)])
    sheet.paste(RED, strip(spine, widths, start="round", end="fork"), on=[(BLUSH, marks)], grain="along")


def _brush(sheet: Sheet) -> None:
    at, turn = 566 + 590j, 128
    sheet.paste(
        OCHRE,
        put(
            paper("M150 -34 C300 -40 420 -22 620 -10 C636 -6 636 8 620 12 C420 24 300 40 150 34 Z"),
            at,
            turn,
        ),
        on=[(PAPER, [put([[420 - 60j, 470 - 60j, 470 + 60j, 420 + 60j]], at, turn)])],
        grain="along",
    )
    sheet.paste(
        BLUE,
        put(paper("M60 -52 L166 -40 L166 40 L60 52 Z"), at, turn),
        on=[(NIGHT, [put([[x - 60j, x + 12 - 60j, x + 12 + 60j, x + 60j]], at, turn) for x in (86, 128)])],
    )
    sheet.paste(
        MAROON,
        put(paper("M70 -50 C10 -70 -60 -60 -120 6 C-60 8 -40 20 -30 30 C0 56 40 60 70 50 Z"), at, turn),
        on=[(RED, [put([lens(50 + y * 1j, complex(-50, y * 1.2 + 6), 9)], at, turn) for y in (-30, -4, 24)])],
    )


def _note(sheet: Sheet, at: complex, size: float, turn: float, colour: str, flag: bool = True) -> None:
    head = put(disc(34, 0.74), 0, -22)
    stem = strip([28 - 6j, 28 - 170j], [11, 11])
    pieces = [head, stem]
    if flag:
        pieces.append(paper("M23 -176 C40 -130 96 -120 92 -52 C88 -70 60 -100 23 -112 Z"))
    sheet.paste(colour, *put_all(pieces, at, turn, size))


def _notes(sheet: Sheet) -> None:
    _note(sheet, 770 + 320j, 1.15, -10, INK)
    _note(sheet, 960 + 350j, 0.85, 8, PAPER)
    head = put(disc(34, 0.74), 0, -22)
    beam = paper("M22 -178 L184 -202 L184 -158 L22 -134 Z")
    stems = [strip([28 - 6j, 28 - 160j], [11, 11]), strip([178 - 30j, 178 - 180j], [11, 11])]
    sheet.paste(INK, *put_all([head, put(head, 150 - 24j), *stems, beam], 720 + 860j, -4, 1.2))


def picture() -> Sheet:
    """The sheet, finished."""
    sheet = Sheet("musik", "#F5E8D6")
    _ground(sheet)
    _palette(sheet)
    sheet.paste(GREEN, *put_all(frond(420, 110, 6, 40, 0.1), 1600 + 930j, -96), grain="across")
    _stroke(sheet)
    _guitar(sheet)
    _brush(sheet)
    _notes(sheet)
    return sheet
