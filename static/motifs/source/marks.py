"""Draw the shop's mark, its icons, and the quiet pictures for empty, waiting, done and lost pages."""

import io
import sys
from collections.abc import Iterable
from pathlib import Path
from random import Random

from draw import CHROMIUM
from forms import bow, disc, lens, strip
from PIL import Image
from plants import leaf, sprig
from playwright.sync_api import sync_playwright
from scissors import Shape, cut, paper, put, put_all
from sheet import BLUE, BLUSH, INK, MAROON, OCHRE, PAPER, RED, SAGE

MARKS = Path(__file__).parent.parent.parent / "marks"
LIGHT, DEEP = "#5C9A80", "#3E7A65"  # greens that read on paper and on ink


class Card:
    """A small flat picture without filters: each paper and a plain shadow under it."""

    def __init__(self, seed: str, width: int, height: int) -> None:
        self.rng = Random(seed)  # noqa: S311 - a hand, not a secret
        self.width, self.height = width, height
        self.pieces: list[str] = []

    def _group(self, shapes: Iterable[Shape], hand: float) -> str:
        return "".join(
            f'<path d="{"".join(cut(line, self.rng, hand) for line in shape)}"/>' for shape in shapes
        )

    def paste(self, colour: str, *shapes: Shape, hand: float = 1) -> None:
        """Glue shapes of one colour, with their shadow."""
        name = f"p{len(self.pieces)}"
        self.pieces.append(
            f'<defs><g id="{name}">{self._group(shapes, hand)}</g></defs>'
            f'<use href="#{name}" transform="translate(2 3.5)" fill="{INK}" fill-opacity=".2"/>'
            f'<use href="#{name}" fill="{colour}"/>'
        )

    def paint(self, colour: str, shapes: Iterable[Shape]) -> None:
        """Flat papers, without a shadow."""
        self.pieces.append(f'<g fill="{colour}">{self._group(shapes, 1)}</g>')

    def slits(self, colour: str, slits: Iterable[tuple[complex, complex]], width: float) -> None:
        """Many small pointed marks between two points each."""
        data = ""
        for a, b in slits:
            side, middle = (b - a) / abs(b - a) * 1j * width, (a + b) / 2
            data += f"M{_n(a)}Q{_n(middle + side)} {_n(b)}Q{_n(middle - side)} {_n(a)}Z"
        self.pieces.append(f'<path fill="{colour}" d="{data}"/>')

    def save(self, name: str) -> None:
        """Write the picture among the marks."""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" fill-rule="evenodd">'
        (MARKS / name).write_text("\n".join([head, *self.pieces, "</svg>\n"]), encoding="utf-8")


def _n(p: complex) -> str:
    return f"{p.real:.0f} {p.imag:.0f}"


def linden(veins: bool = True) -> tuple[Shape, Shape, Shape]:
    """Left page, right page and stem of the mark, 64 by 64: a linden leaf that is an open book."""
    left = paper("M30.6 20 C27 11 19 7.6 12 10.4 C3.6 14 1.6 25 5.6 34 C10 44 20 51 30.6 60 Z")
    right = paper("M33.4 20 C37 9.6 46 5.4 53.4 8.6 C62 12.6 63.4 24 59 33.6 C54.4 43.4 44 51 33.4 60 Z")
    if veins:
        for k, y in enumerate((27.5, 36, 44.5)):
            far = 15.5 - 3.6 * k
            left.append(lens(complex(28, y), complex(28 - far, y - far * 0.5), 3))
            right.append(lens(complex(36, y), complex(36 + far, y - far * 0.54), 3))
    return left, right, strip([32 + 19j, 32.6 + 11j, 37 + 3.4j], [2.6, 3, 3.8])


def _mark() -> None:
    left, right, stem = linden()
    card = Card("linden", 64, 64)
    card.paint(LIGHT, [left])
    card.paint(DEEP, [right, stem])
    card.save("logo.svg")
    card = Card("linden", 64, 64)
    card.paint("currentColor", [left, right, stem])
    card.save("logo-einfarbig.svg")
    card = Card("icon", 64, 64)
    card.paint(
        RED,
        [
            paper(
                "M9 1.4 L56 0.8 C61 1 63 4 63.2 9 L62.6 55 C62.6 60 60 63 55 63.2 L8 62.6 "
                "C3 62.4 1 60 0.8 55 L1.4 8 C1.6 4 4 1.6 9 1.4 Z"
            )
        ],
    )
    card.paint(PAPER, put_all(linden(), 5.5 + 5.5j, 0, 0.83))
    card.save("favicon.svg")


def _basket() -> None:
    card = Card("leer", 320, 240)
    card.paste(OCHRE, strip([74 + 128j, 86 + 54j, 156 + 20j, 226 + 52j, 240 + 126j], [13, 12, 13]))
    card.paste(MAROON, paper("M52 122 C110 108 206 108 262 120 C258 142 60 144 52 122 Z"))
    card.paste(OCHRE, paper("M50 120 C100 142 214 142 264 118 L240 206 C210 222 104 222 76 208 Z"))
    rows = []
    for r in range(3):
        y = 153 + 18 * r
        for k in range(7):
            x = 80 + 4 * r + 24 * k + 9 * (r % 2)
            rows.append((complex(x - 9, y), complex(x + 9, y)))
    card.slits(PAPER, rows, 8)
    knot = 226 + 56j
    card.paste(
        RED, strip([knot, knot + 22 + 20j, knot + 18 + 48j, knot + 42 + 66j], [9, 13, 12, 13], end="fork")
    )
    card.paste(RED, strip([knot, knot - 14 + 26j, knot - 8 + 48j], [9, 12, 12], end="fork"))
    for side, shape in bow(92):
        card.paste(RED if side == "front" else MAROON, put(shape, knot, -10))
    card.paste(SAGE, put(leaf(76, 32, 0.12, 3), 20 + 216j, -20))
    card.paste(DEEP, put(leaf(52, 22, 0.1), 270 + 220j, -50))
    card.save("leer.svg")


def _gap() -> None:
    """A sheet with a leaf-shaped hole; the leaf has flown off."""
    card = Card("fehler", 320, 240)
    card.paste(BLUE, paper("M30 70 L196 56 L206 222 L38 226 Z"))
    left, right, stem = linden(veins=False)
    hole = put_all((left, right, stem), 52 + 76j, -6, 2.0)
    card.paste(
        "#EAD8B8",
        [*paper("M22 46 L188 40 L196 208 L30 212 Z")[:1], *[line for shape in hole for line in shape]],
    )
    card.slits(RED, [(complex(36 + 20 * k, 62 - k), complex(49 + 20 * k, 61 - k)) for k in range(7)], 5)
    trail = [178 + 176j, 204 + 160j, 222 + 134j, 224 + 108j]
    card.paint(RED, [put(disc(3.4 - 0.4 * k), p) for k, p in enumerate(trail)])
    whole = linden()
    card.paste(LIGHT, put(whole[0], 214 + 14j, 16, 1.45))
    card.paste(DEEP, *put_all(whole[1:], 214 + 14j, 16, 1.45))
    card.save("fehler.svg")


def _cup() -> None:
    """Waiting: a cup of tea."""
    card = Card("warten", 320, 240)
    for x, top, swing in ((128, 30, 12), (160, 14, 15), (190, 34, 12)):
        spine = [
            complex(x, 118),
            complex(x + swing, 92),
            complex(x - swing, 62),
            complex(x + swing * 0.6, top),
        ]
        card.paste(BLUSH, strip(spine, [7, 13, 11, 3], end="point"))
    card.paste(
        OCHRE, paper("M60 206 C110 194 214 194 264 204 C262 224 220 232 162 232 C104 232 62 226 60 206 Z")
    )
    card.paste(BLUE, strip([218 + 126j, 254 + 120j, 258 + 152j, 212 + 172j], [14, 15, 13]))
    card.paste(
        BLUE,
        paper(
            "M92 112 C130 122 194 122 228 110 C230 160 216 204 184 210 "
            "C168 213 150 213 136 210 C104 202 90 160 92 112 Z"
        ),
    )
    card.slits(PAPER, [(complex(112 + 24 * k, 142), complex(112 + 24 * k, 172)) for k in range(5)], 16)
    card.paste(
        RED,
        strip([134 + 114j, 130 + 140j, 138 + 166j], [3.4, 3.4]),
        put([[-11 - 9j, 11 - 9j, 11 + 12j, -11 + 12j]], 138 + 174j, 6),
    )
    card.save("warten.svg")


def _envelope() -> None:
    """Done: a closed envelope, tied, with two twigs."""
    card = Card("fertig", 320, 240)
    card.paste(SAGE, *sprig_at(96 + 120j, -118))
    card.paste(DEEP, *sprig_at(214 + 110j, -58))
    card.paste(BLUE, paper("M52 84 L264 78 L270 210 L56 216 Z"))
    card.paste(BLUSH, paper("M54 84 L150 152 C158 158 166 158 172 151 L264 78 Z"))
    card.paste(RED, strip([54 + 168j, 160 + 172j, 270 + 164j], [17, 18, 17]))
    knot = 164 + 168j
    card.paste(RED, strip([knot, knot + 24 + 34j, knot + 70 + 40j], [12, 17, 16], end="fork"))
    card.paste(RED, strip([knot, knot - 22 + 34j, knot - 58 + 46j], [12, 17, 16], end="fork"))
    for side, shape in bow(130):
        card.paste(RED if side == "front" else MAROON, put(shape, knot, -4))
    card.save("fertig.svg")


def sprig_at(at: complex, turn: float) -> list[Shape]:
    """A small twig growing from a point."""
    return put_all(sprig(88, 2, 40, 0.1, 4), at, turn)


def _icons() -> None:
    """Rasterise the favicon: an .ico for old browsers, a PNG for home screens."""
    icon = (MARKS / "favicon.svg").read_text("utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 540, "height": 540})
        page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:540px}}</style>{icon}")
        shot = Image.open(io.BytesIO(page.screenshot(omit_background=True))).convert("RGBA")
        browser.close()
    shot.resize((48, 48), Image.Resampling.LANCZOS).save(
        MARKS / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)]
    )
    ground = Image.new("RGB", (540, 540), RED)
    ground.paste(shot, mask=shot)
    ground.resize((180, 180), Image.Resampling.LANCZOS).save(MARKS / "apple-touch-icon.png", optimize=True)


def main() -> None:
    """Draw all marks."""
    for part in (_mark, _basket, _gap, _cup, _envelope, _icons):
        part()
    for path in sorted(MARKS.glob("*.*")):
        sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
