"""The ribbon colour carries text, so its contrast is measured when it is set (LOOK)."""

import pytest

from shop.centre.colour import PAPER, WHITE, contrast, read_ribbon


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.005)
    assert contrast(WHITE, "#777777") == contrast("#777777", WHITE)


@pytest.mark.parametrize("colour", ["#B4232F", "#b4232f", " #1F2430 ", "#0B5D3B"])
def test_a_dark_colour_is_a_ribbon(colour: str) -> None:
    assert read_ribbon(colour) == colour.strip().upper()


@pytest.mark.parametrize("colour", ["#F0A0A0", "#FFFFFF", "#767676", "#E8452C"])
def test_a_colour_on_which_text_is_hard_to_read_is_refused_with_its_contrast(colour: str) -> None:
    with pytest.raises(ValueError, match=rf"{contrast(colour, PAPER):.1f}"):
        read_ribbon(colour)


@pytest.mark.parametrize("typed", ["red", "#B42", "B4232F", "#B4232F;}", "#B4232G", ""])
def test_only_six_hexadecimal_digits_are_a_colour(typed: str) -> None:
    with pytest.raises(ValueError, match="written like"):
        read_ribbon(typed)
