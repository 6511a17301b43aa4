"""Spelling made alike, so that KÄSE, Käse and kaese find each other on every database.

Neither SQLite's `lower` nor PostgreSQL's in the C locale knows umlauts, so the same table of
letters is applied in Python to what is asked and in SQL to what is searched.
"""

from typing import Any

from sqlalchemy import ColumnElement, func

_ALIKE = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ß": "ss",
    "é": "e",
    "è": "e",
    "ê": "e",
    "á": "a",
    "à": "a",
    "â": "a",
    "ç": "c",
    "ñ": "n",
    "ó": "o",
    "í": "i",
    "ú": "u",
}
_LETTERS = {
    **_ALIKE,
    **{letter.upper(): plain for letter, plain in _ALIKE.items() if letter != "ß"},
    "ẞ": "ss",
}
_TABLE = str.maketrans(_LETTERS)


def folded(text: str) -> str:
    """A text in small letters, umlauts and accents spelled out."""
    return text.translate(_TABLE).lower()


def folded_in_sql(column: ColumnElement[str]) -> ColumnElement[str]:
    """The same, done by the database."""
    expression: Any = func.lower(column)
    for letter, plain in _LETTERS.items():
        expression = func.replace(expression, letter, plain)
    return expression  # type: ignore[no-any-return]
