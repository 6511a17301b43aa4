"""Texts that exist in several languages, as mappings like `{"de": "Kochen", "en": "Cooking"}`."""

from collections.abc import Mapping

FIRST = "de"  # what every text has, and what is shown where a language lacks


def said(words: Mapping[str, str], language: str) -> str:
    """The text in a language; German where that is missing or empty; empty when there is none at all."""
    return words.get(language) or words.get(FIRST) or next((text for text in words.values() if text), "")
