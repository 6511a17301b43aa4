"""Whether a colour can carry text: the contrast of WCAG 2.2."""

import re

PAPER = "#FBF7F0"
WHITE = "#FFFFFF"
ENOUGH = 4.5  # WCAG 2.2, 1.4.3, level AA
_SHAPE = re.compile(r"#[0-9A-F]{6}")


def read_colour(text: str) -> str:
    """A typed colour as `#B4232F`. Raises ValueError."""
    colour = text.strip().upper()
    if not _SHAPE.fullmatch(colour):
        raise ValueError("a colour is written like #B4232F")
    return colour


def contrast(one: str, other: str) -> float:
    """How far two colours lie apart, from 1 (alike) to 21 (black and white)."""
    darker, lighter = sorted((_light(one), _light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def read_ribbon(text: str) -> str:
    """A ribbon colour that is readable on paper, and carries white text. Raises ValueError (LOOK)."""
    colour = read_colour(text)
    for name, ground in (("paper", PAPER), ("white", WHITE)):
        found = contrast(colour, ground)
        if found < ENOUGH:
            raise ValueError(
                f"{colour} is too light: its contrast to {name} {ground} is {found:.1f}, "
                f"and text needs at least {ENOUGH}"
            )
    return colour


def _light(colour: str) -> float:
    """Relative luminance, from 0 (black) to 1 (white)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    """One channel without the gamma of sRGB."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
