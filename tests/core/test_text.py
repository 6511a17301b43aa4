"""Typed text is kept without what nobody sees."""

import pytest

from shop.core.text import TooLong, tidy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Erna   Beispiel ", "Erna Beispiel"),
        ("Erna\r\nBeispiel", "Erna Beispiel"),
        ("Erna\u202eleipsieB\u202c", "ErnaleipsieB"),
        ("\u2066Erna\u2069 \u200eund\u200f \u061cKarl", "Erna und Karl"),
        ("Er\u200bna\u200d\ufeff\u00ad", "Erna"),
        ("Erna\x00\x07\x1b[31m\x85\x9f", "Erna[31m"),
        ("S\u0327u\u0308kran", "Şükran"),
        ("Erna\u00a0\u3000\tBeispiel", "Erna Beispiel"),
        ("❤\ufe0f", "❤"),
        ("\ud800Erna", "Erna"),
        ("<script>alert('x')</script> {{ 7*7 }}", "<script>alert('x')</script> {{ 7*7 }}"),
        ("", ""),
    ],
)
def test_one_line(typed: str, kept: str):
    assert tidy(typed, limit=100) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Liebe Erna,\r\nalles Gute\rKarl", "Liebe Erna,\nalles Gute\nKarl"),
        ("\n\nLiebe Erna,\n\n\n\n alles  Gute \n\n", "Liebe Erna,\n\nalles Gute"),
        ("Liebe\u2028Erna\u2029Karl\vOtto\fIda\u0085Max", "Liebe\nErna\nKarl\nOtto\nIda\nMax"),
    ],
)
def test_several_lines(typed: str, kept: str):
    assert tidy(typed, limit=100, lines=True) == kept


def test_the_limit_is_for_what_is_kept():
    assert tidy("ab " * 5 + "   ", limit=14) == "ab ab ab ab ab"
    with pytest.raises(TooLong) as refusal:
        tidy("ab " * 5, limit=13)
    assert refusal.value.limit == 13


def test_ten_thousand_characters_are_too_long():
    with pytest.raises(TooLong):
        tidy("Ä" * 10_000, limit=500, lines=True)


def test_tidying_twice_changes_nothing():
    typed = " S\u0327 \r\n\r\n\r\n\u202e x \u200b\n"
    once = tidy(typed, limit=50, lines=True)
    assert tidy(once, limit=50, lines=True) == once
