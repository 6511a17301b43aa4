"""Pages: every version stays, the highest is shown, German stands in for what is missing."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop import clock
from shop.centre import pages
from shop.centre.models import Page
from shop.db import db, transaction


def write(slug: str, language: str, title: str, body: str = "Text") -> Page:
    with transaction():
        return pages.write(slug, language, title, body)


def title_of(slug: str, language: str) -> str | None:
    page = pages.shown(slug, language)
    return page.title if page else None


def test_the_highest_version_is_shown_and_the_older_stay(any_app: Flask) -> None:
    for number in range(1, 12):
        write("agb", "de", f"AGB {number}")
    assert title_of("agb", "de") == "AGB 11"
    old = pages.version("agb", "de", 2)
    assert old is not None
    assert old.title == "AGB 2"
    assert pages.version("agb", "de", 12) is None


def test_a_missing_language_is_shown_in_german(any_app: Flask) -> None:
    write("agb", "de", "AGB")
    assert title_of("agb", "en") == "AGB"
    write("agb", "en", "Terms")
    write("agb", "de", "AGB neu")
    assert title_of("agb", "en") == "Terms"
    assert title_of("agb", "de") == "AGB neu"


def test_an_order_keeps_the_editions_that_its_buyer_is_shown(any_app: Flask) -> None:
    for number in range(1, 11):
        write("agb", "de", f"AGB {number}")
    write("widerruf", "de", "Widerruf")
    write("widerruf", "en", "Withdrawal")
    assert pages.in_force(("agb", "widerruf"), "en") == {"agb": "agb/de/10", "widerruf": "widerruf/en/1"}
    assert pages.in_force(("agb", "widerruf", "ueber-uns"), "de") == {
        "agb": "agb/de/10",
        "widerruf": "widerruf/de/1",
    }


def test_english_never_stands_in_for_german(any_app: Flask) -> None:
    write("agb", "en", "Terms")
    assert title_of("agb", "de") is None


def test_writing_the_same_again_makes_no_new_version(any_app: Flask) -> None:
    write("agb", "de", "AGB")
    assert write("agb", "de", "AGB").version == 1
    assert db.session.scalar(select(func.count()).select_from(Page)) == 1


def test_the_history_is_newest_first_with_its_moments(any_app: Flask) -> None:
    first = datetime(2026, 11, 21, 9, tzinfo=UTC)
    with clock.stopped_at(first):
        write("agb", "de", "Alt")
    write("agb", "de", "Neu")
    newest, oldest = pages.history("agb", "de")
    assert (newest.version, newest.title) == (2, "Neu")
    assert (oldest.version, oldest.written_at) == (1, first)


def test_the_menu_names_each_page_once_in_the_language_with_legal_pages_last(any_app: Flask) -> None:
    for slug, language, title in [
        ("widerruf", "de", "Widerruf"),
        ("ueber-uns", "de", "Über uns (alt)"),
        ("ueber-uns", "de", "Über uns"),
        ("impressum", "de", "Impressum"),
        ("impressum", "en", "Legal notice"),
    ]:
        write(slug, language, title)
    assert [(entry.slug, entry.title) for entry in pages.menu("en")] == [
        ("ueber-uns", "Über uns"),
        ("impressum", "Legal notice"),
        ("widerruf", "Widerruf"),
    ]
    assert [entry.title for entry in pages.menu()] == ["Über uns", "Impressum", "Widerruf"]


@pytest.mark.parametrize(
    ("slug", "language", "title", "body", "why"),
    [
        ("Über uns", "de", "T", "x", "small letters"),
        ("../agb", "de", "T", "x", "small letters"),
        ("a" * 61, "de", "T", "x", "small letters"),
        ("agb", "fr", "T", "x", "speaks de, en"),
        ("agb", "de", " ", "x", "needs a title"),
        ("agb", "de", "T", "\n \n", "needs a title and a text"),
        ("agb", "de", "T" * 201, "x", "200"),
        ("agb", "de", "T", "x" * 100_001, "100000"),
        ("agb", "de", "T", "[[gutschein:a]]\n\n[[gutschein:b]]", "one voucher form"),
    ],
)
def test_a_page_that_cannot_be_shown_is_refused(
    app: Flask, slug: str, language: str, title: str, body: str, why: str
) -> None:
    with pytest.raises(pages.PageRefused, match=why):
        write(slug, language, title, body)


def test_markdown_keeps_its_blanks_and_loses_control_characters(any_app: Flask) -> None:
    page = write("agb", "de", "AGB", "- eins\r\n  - zwei  \r\n\x00\x1b    drei")
    assert page.body == "- eins\n  - zwei  \n    drei"


def test_two_writers_of_one_version_are_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    write("agb", "de", "AGB")
    monkeypatch.setattr(pages, "_highest", lambda slug, language: None)  # as if read before the other wrote
    with pytest.raises(pages.WrittenMeanwhile):
        write("agb", "de", "Anders")
    assert title_of("agb", "de") == "AGB"
