"""What every mail carries: the centre's name, imprint and privacy links; nothing from outside (L4)."""

import re
import uuid

import pytest
from flask import Flask

from shop.centre.facts import set_facts
from shop.clerk import probe
from shop.db import transaction
from shop.outbox.letter import Letter
from shop.outbox.models import Message


@pytest.fixture
def letter(app: Flask) -> Letter:
    with transaction():
        set_facts(name="VHS <Lindenau> & Co", street="Am Markt 1", postcode="12345", city="Lindenau")
    message = Message(id=uuid.uuid4(), kind="probe", recipient="erna@example.org", facts={"language": "de"})
    return probe.letter(message)


@pytest.mark.parametrize("path", ["/seiten/impressum", "/seiten/datenschutz", "/vertrag-widerrufen/"])
def test_imprint_privacy_and_withdrawal_are_linked(letter: Letter, path: str) -> None:
    assert f'href="http://localhost:8000{path}"' in letter.html
    assert f"http://localhost:8000{path}" in letter.text


def test_nothing_is_fetched_from_anywhere(letter: Letter) -> None:
    assert re.findall(r"<(?:img|link|script|iframe|object|video)|src=|url\(|@import", letter.html) == []
    assert {url for url in re.findall(r'https?://[^/"\s<]+', letter.html)} == {"http://localhost:8000"}


def test_the_centre_is_named_as_written_and_never_as_markup(letter: Letter) -> None:
    assert "VHS &lt;Lindenau&gt; &amp; Co" in letter.html
    assert letter.text.startswith("VHS <Lindenau> & Co\n")
    assert "Am Markt 1, 12345 Lindenau" in letter.text


def test_the_title_stands_in_the_head_and_on_the_page(letter: Letter) -> None:
    assert "<title>Die Post kommt an</title>" in letter.html
    assert re.search(r"<h1[^>]*>Die Post kommt an</h1>", letter.html)


def test_every_size_and_theme_is_thought_of(letter: Letter) -> None:
    assert 'name="color-scheme" content="light dark"' in letter.html
    assert "prefers-color-scheme: dark" in letter.html
    assert "max-width:600px" in letter.html
