"""Texts in several languages: the asked one, else German, never nothing where there is something."""

import pytest

from shop.core.words import said


@pytest.mark.parametrize(
    ("words", "language", "text"),
    [
        ({"de": "Kochen", "en": "Cooking"}, "en", "Cooking"),
        ({"de": "Kochen", "en": "Cooking"}, "de", "Kochen"),
        ({"de": "Kochen"}, "en", "Kochen"),
        ({"de": "Kochen", "en": ""}, "en", "Kochen"),
        ({"en": "Cooking"}, "de", "Cooking"),
        ({"de": "", "en": "Cooking"}, "fr", "Cooking"),
        ({}, "de", ""),
    ],
)
def test_a_text_falls_back_to_german(words: dict[str, str], language: str, text: str) -> None:
    assert said(words, language) == text
