"""One spelling for what is asked and what is searched, the same in Python and on every database."""

import pytest
from flask import Flask
from sqlalchemy import literal, select

from shop.catalogue.fold import folded, folded_in_sql
from shop.db import db


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("KÄSE Käse kaese", "kaese kaese kaese"),
        ("Straße STRASSE STRAẞE", "strasse strasse strasse"),
        ("Zieliński Łódź Çelik Yıldız İzmir IZMIR", "zielinski lodz celik yildiz izmir izmir"),
        ("Étude Œuvre Ñandú", "etude oeuvre nandu"),
        ("100 % & 27F-4012", "100 % & 27f-4012"),
        ("", ""),
    ],
)
def test_python_and_the_database_spell_alike(any_app: Flask, text: str, plain: str) -> None:
    assert folded(text) == plain
    assert db.session.scalar(select(folded_in_sql(db.session(), literal(text)))) == plain
