"""The table on which papers are glued: colours, grain, one shadow, and the SVG that comes out."""

from collections.abc import Iterable, Sequence
from random import Random

from scissors import Line, Shape, box, cut

WIDTH, HEIGHT = 1800, 1100

INK, RED, MAROON = "#1F2430", "#B4232F", "#8A1B26"
OCHRE, SAGE, BLUE, BLUSH, GREEN, NIGHT = "#D5A048", "#9DAF8E", "#7F9CB0", "#E7B5A2", "#2F5B4D", "#38536B"
PAPER, CREAM = "#FBF7F0", "#F5EAD8"

GRAINS = {  # how the gouache was brushed on: frequency, seed, how much it lightens and darkens
    "along": (".004 .13", 3, 0.32, 0.24),
    "across": (".12 .005", 8, 0.32, 0.24),
    "dabbed": (".016 .05", 21, 0.26, 0.18),
    "fine": (".03 .22", 5, 0.26, 0.18),
    "bare": (".4 .5", 2, 0.1, 0.14),
}


def _grain(name: str) -> str:
    frequency, seed, light, dark = GRAINS[name]
    return f"""<filter id="{name}" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">
<feTurbulence type="fractalNoise" baseFrequency="{frequency}" numOctaves="3" seed="{seed}" result="brush"/>
<feColorMatrix values="0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 {light} 0 0 0 {-light / 2}" result="light"/>
<feColorMatrix in="brush" values="0 0 0 0 .12 0 0 0 0 .1 0 0 0 0 .1 {-dark} 0 0 0 {dark / 2}"/>
<feComposite in2="SourceGraphic" operator="atop" result="shaded"/>
<feComposite in="light" in2="shaded" operator="atop" result="paper"/>
<feOffset in="SourceAlpha" dx="1" dy="1.4" result="lower"/>
<feFlood flood-color="#fff" flood-opacity=".2"/>
<feComposite in2="SourceAlpha" operator="in"/>
<feComposite in2="lower" operator="out" result="rim"/>
<feDropShadow in="SourceAlpha" dx="4" dy="7" stdDeviation="5" flood-color="{INK}" flood-opacity=".34"/>
<feMerge><feMergeNode/><feMergeNode in="paper"/><feMergeNode in="rim"/></feMerge>
</filter>"""


def _shade(colour: str, amount: float) -> str:
    """The colour a little lighter or darker, as two sheets of one dye differ."""
    parts = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{min(255, max(0, round(p * (1 + amount)))):02X}" for p in parts)


class Sheet:
    """One picture: papers are pasted from the back to the front."""

    def __init__(self, seed: str, ground: str) -> None:
        self.rng = Random(seed)  # noqa: S311 - a hand, not a secret
        self.ground = ground
        self.pieces: list[str] = []
        self.shift = 0j  # moves what is pasted next
        self._clips = 0

    def data(self, shape: Shape, hand: float = 1.0) -> str:
        """The shape as path data, cut by this sheet's hand."""
        return "".join(cut([p + self.shift for p in line], self.rng, hand) for line in shape)

    def paste(
        self,
        colour: str,
        *shapes: Shape,
        on: Sequence[tuple[str, Iterable[Shape]]] = (),
        grain: str = "",
        hand: float = 1.0,
        dye: float = 0.035,
    ) -> None:
        """Glue shapes as one paper with one shadow; `on` is painted on it and ends at its edge."""
        left, top, right, bottom = box([line for shape in shapes for line in shape])
        x, y = self.shift.real, self.shift.imag
        left, top, right, bottom = left - 8 + x, top - 8 + y, right + 24 + x, bottom + 28 + y
        grain = grain or self.rng.choice(("along", "across", "fine"))
        fill = _shade(colour, self.rng.uniform(-dye, dye))
        cuts = [self.data(shape, hand) for shape in shapes]
        paths = "".join(f'<path d="{d}"/>' for d in cuts)
        paint = ""
        if on:
            self._clips += 1
            edge = f"edge{self._clips}"
            paint = (
                f'<clipPath id="{edge}" clip-rule="evenodd">{paths}</clipPath><g clip-path="url(#{edge})">'
            )
            for tint, marks in on:
                data = "".join(self.data(mark, hand * 0.8) for mark in marks)
                paint += f'<path fill="{tint}" fill-rule="nonzero" d="{data}"/>'
            paint += "</g>"
        pad = f'<path fill="none" d="M{left:.0f} {top:.0f}H{right:.0f}V{bottom:.0f}H{left:.0f}Z"/>'
        self.pieces.append(f'<g filter="url(#{grain})" fill="{fill}">{pad}{paths}{paint}</g>')

    def scatter(self, colour: str, lines: Iterable[Line], grain: str = "fine", hand: float = 1.0) -> None:
        """Glue many small papers of one colour."""
        self.paste(colour, *[[line] for line in lines], grain=grain, hand=hand)

    def paint(self, colour: str, shape: Shape) -> None:
        """Paint a mark on what is there: no shadow, no grain."""
        self.pieces.append(f'<path fill="{colour}" d="{self.data(shape)}"/>')

    def svg(self) -> str:
        """The whole picture as an SVG document."""
        ground = f'<path fill="{self.ground}" d="M-40-40H{WIDTH + 40}V{HEIGHT + 40}H-40Z"/>'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill-rule="evenodd">',
                "<defs>",
                *[_grain(name) for name in GRAINS],
                "</defs>",
                f'<g filter="url(#bare)">{ground}</g>',
                *self.pieces,
                "</svg>\n",
            ]
        )
