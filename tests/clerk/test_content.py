"""Commands for content: they say what they did, and refuse in one sentence without a trace."""

from io import BytesIO
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from PIL import Image

from shop.catalogue import search
from shop.centre import pages
from shop.centre.facts import centre
from shop.db import db
from shop.paper.motifs import picture_path
from shop.vouchers.models import Motif, VoucherProduct


@pytest.fixture
def shop(app: Flask) -> Flask:
    """The demo shop, filled by its command."""
    assert run(app, "demo").output == "The demo shop is filled.\n"
    return app


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["shop", *words])


def picture(kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (1800, 1100), "#B4232F").save(out, kind)
    return out.getvalue()


def test_filling_twice_says_that_nothing_changed(shop: Flask) -> None:
    again = run(shop, "demo")
    assert (again.exit_code, again.output) == (0, "The shop has content already: unchanged.\n")


def test_a_page_travels_out_to_a_file_and_back_as_a_new_version(shop: Flask, tmp_path: Path) -> None:
    file = tmp_path / "agb.md"
    file.write_text(run(shop, "page", "show", "agb").output + "\nNachtrag über Gebühren.\n")
    written = run(shop, "page", "write", "agb", str(file))
    assert written.output == "agb (de) is at version 2.\n"
    page = pages.shown("agb", "de")
    assert page is not None
    assert page.body.endswith("Nachtrag über Gebühren.")
    assert page.title == "AGB für Gutscheine und Wertkarten"


def test_a_page_written_unchanged_keeps_its_version(shop: Flask, tmp_path: Path) -> None:
    file = tmp_path / "agb.md"
    file.write_text(run(shop, "page", "show", "agb", "--language", "en").output)
    assert run(shop, "page", "write", "agb", str(file), "--language", "en").output.endswith("version 1.\n")


def test_a_title_given_by_name_wins(shop: Flask, tmp_path: Path) -> None:
    file = tmp_path / "neu.md"
    file.write_text("Nur Text")
    assert run(shop, "page", "write", "neu", str(file), "--title", "Neues").exit_code == 0
    page = pages.shown("neu", "de")
    assert page is not None
    assert (page.title, page.body) == ("Neues", "Nur Text")


def test_a_page_that_is_refused_is_explained(shop: Flask, tmp_path: Path) -> None:
    file = tmp_path / "x.md"
    file.write_text("Nur Text")
    refused = run(shop, "page", "write", "neu", str(file))
    assert refused.exit_code == 1
    assert "needs a title" in refused.output
    file.write_bytes(b"# \xff\n\nText")
    assert "not a text in UTF-8" in run(shop, "page", "write", "neu", str(file)).output
    assert "no page fehlt" in run(shop, "page", "show", "fehlt").output


def test_pages_are_listed_with_versions(shop: Flask) -> None:
    assert (
        "widerruf                     de version 1   Widerrufsbelehrung" in run(shop, "page", "list").output
    )


def test_a_fact_is_set_and_shown(shop: Flask) -> None:
    assert run(shop, "centre", "set", "city", "Überlingen").output == "city is set.\n"
    assert "Überlingen" in run(shop, "centre", "show").output


def test_a_text_by_language_keeps_its_other_language(shop: Flask) -> None:
    german = centre().opening_hours["de"]
    assert run(shop, "centre", "set", "opening_hours", "by appointment", "--language", "en").exit_code == 0
    assert centre().opening_hours == {"de": german, "en": "by appointment"}


def test_whether_it_is_a_demo_is_set_by_true_or_false(shop: Flask) -> None:
    assert "true or false" in run(shop, "centre", "set", "demo", "maybe").output
    assert run(shop, "centre", "set", "demo", "false").exit_code == 0
    assert centre().demo is False


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("iban", "DE02120300000000202052", "check digits"),
        ("ribbon_colour", "#FFDD00", "too light"),
        ("farbe", "rot", "no such fact"),
        ("categories", "{kaputt", "texts by slug"),
    ],
)
def test_a_wrong_fact_is_refused_and_the_old_one_stays(shop: Flask, key: str, value: str, why: str) -> None:
    before = centre()
    refused = run(shop, "centre", "set", key, value)
    assert refused.exit_code == 1
    assert why in refused.output
    assert centre() == before


def test_unpublishing_stops_the_sale_and_publishing_starts_it_again(shop: Flask) -> None:
    assert run(shop, "product", "unpublish", "kochkurs").exit_code == 0
    assert search.by_number("G1010") is None
    assert "not sold" in run(shop, "product", "list").output
    assert run(shop, "product", "publish", "kochkurs").exit_code == 0
    assert search.by_number("G1010") is not None
    assert "no product fehlt" in run(shop, "product", "publish", "fehlt").output


def test_a_picture_becomes_a_motif_that_a_product_offers(shop: Flask, tmp_path: Path) -> None:
    file = tmp_path / "ostern.png"
    file.write_bytes(picture())
    words = ("--slug", "ostern", "--title", "Ostern", "--title-en", "Easter", "--product", "standard")
    assert run(shop, "motif", "add", str(file), *words).output == "ostern is a motif now.\n"
    motif = db.session.get(Motif, "ostern")
    assert motif is not None
    assert (motif.title, motif.position) == ({"de": "Ostern", "en": "Easter"}, 8)
    product = db.session.get(VoucherProduct, "standard")
    assert product is not None
    assert product.motifs[-1] == "ostern"
    assert picture_path("ostern").is_file()
    assert "ostern" in run(shop, "motif", "list").output


@pytest.mark.parametrize(
    ("data", "words", "why"),
    [
        (b"GIF89a", ("--slug", "ostern"), "refused"),
        (picture(), ("--slug", "standard"), "already"),
        (picture(), ("--slug", "../ostern"), "small letters"),
        (picture(), ("--slug", "ostern", "--product", "fehlt"), "no product fehlt"),
    ],
)
def test_a_motif_that_is_refused_leaves_nothing_behind(
    shop: Flask, tmp_path: Path, data: bytes, words: tuple[str, ...], why: str
) -> None:
    file = tmp_path / "bild"
    file.write_bytes(data)
    refused = run(shop, "motif", "add", str(file), "--title", "Ostern", *words)
    assert refused.exit_code == 1
    assert why in refused.output
    db.session.rollback()
    assert db.session.get(Motif, "ostern") is None
    assert not (Path(shop.instance_path) / "motifs").exists()
