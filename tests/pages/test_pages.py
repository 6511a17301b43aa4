"""Editorial pages and the centre's colour."""

import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask

from shop.centre import pages
from shop.centre.facts import set_facts
from shop.db import transaction
from tests.web.guest import Guest, words

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("slug", ["impressum", "datenschutz", "agb", "widerruf", "barrierefreiheit"])
def test_the_legal_pages_are_there(erna: Guest, slug: str) -> None:
    answer = erna.get(f"/seiten/{slug}")
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1


def test_a_page_that_nobody_wrote_is_not_found(erna: Guest) -> None:
    assert erna.get("/seiten/gibt-es-nicht").status_code == 404


def test_the_newest_version_is_shown(shop: Flask, erna: Guest) -> None:
    erna.get("/seiten/agb")
    with shop.app_context(), transaction():
        pages.write("agb", "de", "Neue Bedingungen", "Ganz neu.")
    assert "Ganz neu." in words(erna.get("/seiten/agb"))


def test_a_page_without_translation_says_its_language(shop: Flask, erna: Guest) -> None:
    with shop.app_context(), transaction():
        pages.write("nur-deutsch", "de", "Nur auf Deutsch", "Text.")
    page = erna.get("/seiten/nur-deutsch?sprache=en").text
    assert '<html lang="en">' in page
    assert re.search(r'<article class="narrow" lang="de">', page)


def test_a_configurator_that_is_not_sold_leaves_a_readable_page(shop: Flask, erna: Guest) -> None:
    with shop.app_context(), transaction():
        pages.write("alt", "de", "Alt", "Davor.\n\n[[gutschein:gibt-es-nicht]]\n\nDanach.")
    text = words(erna.get("/seiten/alt"))
    assert "Davor." in text
    assert "Danach." in text
    assert "gutschein:" not in text


def test_the_centres_colour_is_a_stylesheet(shop: Flask, erna: Guest) -> None:
    assert "/farben.css" not in erna.get("/").text  # the usual ribbon needs none
    with shop.app_context(), transaction():
        set_facts(ribbon_colour="#14532D")
    assert '"/farben.css?v=14532D"' in erna.get("/").text
    answer = erna.get("/farben.css?v=14532D")
    assert "--ribbon: #14532D" in answer.text
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]


def test_fonts_are_asked_for_under_the_address_that_is_preloaded() -> None:
    sheet = (ROOT / "static" / "css" / "base.css").read_text()
    found = re.findall(r"fonts/([\w.-]+)\?v=(\w+)", sheet)
    assert len(found) == 6
    for name, mark in found:
        content = (ROOT / "static" / "fonts" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest()[:10] == mark, name
