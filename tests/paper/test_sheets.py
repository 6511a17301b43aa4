"""Receipts and legal texts on the centre's paper."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdf
import pytest

from shop.paper.sheets import Letterhead, Receipt, ReceiptLine, day, receipt_pdf, terms_pdf

HEAD = Letterhead(
    "Volkshochschule Größenstadt", "Löhstraße 3", "04105 Größenstadt", website="https://vhs.example.org"
)
RECEIPT = Receipt(
    number="KB-2026-00017",
    issued_on=date(2026, 11, 21),
    order_number="B-7K2M-9Q",
    letterhead=HEAD,
    buyer=("Şükran Größmann", "Łódzka 12", "04105 Leipzig"),
    lines=(ReceiptLine("Gutschein für Erna", 2, 50_00, 100_00), ReceiptLine("Gutschein", 1, 37_50, 37_50)),
    total_cents=137_50,
    payment="Überweisung",
)


@pytest.fixture(autouse=True)
def in_app(app):
    """Templates are the app's."""


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages)


def test_a_receipt_says_what_was_bought_by_whom_and_how_it_was_paid():
    text = text_of(receipt_pdf(RECEIPT, "de"))
    for fact in (
        *("Kaufbeleg", "KB-2026-00017", "21. November 2026", "B-7K2M-9Q", "Überweisung"),
        *("Şükran Größmann", "Łódzka 12", "04105 Leipzig", "Löhstraße 3", "vhs.example.org"),
        *("Gutschein für Erna", "50,00", "100,00", "37,50", "137,50"),
    ):
        assert fact in text, fact


def test_a_receipt_shows_no_vat_and_says_why():
    text = " ".join(text_of(receipt_pdf(RECEIPT, "de")).split())
    assert "keine Rechnung" in text
    assert "§ 3 Abs. 15 UStG" in text
    assert "19 %" not in text
    assert "7 %" not in text


def test_the_german_paragraph_is_cited_in_germany_only():
    assert "UStG" not in text_of(receipt_pdf(replace(RECEIPT, country="AT"), "de"))


def test_lines_that_do_not_make_the_total_are_refused():
    with pytest.raises(ValueError, match="KB-2026-00017"):
        receipt_pdf(replace(RECEIPT, total_cents=137_51), "de")


def test_a_buyer_whose_name_no_font_has_still_gets_a_receipt():
    assert "???? Beispiel" in text_of(receipt_pdf(replace(RECEIPT, buyer=("محمد Beispiel",)), "de"))


def test_markup_in_a_name_is_text():
    buyer = ("<img src=file:///etc/passwd><b>Erna</b>", "{{ 7*7 }}")
    text = text_of(receipt_pdf(replace(RECEIPT, buyer=buyer), "de"))
    assert "<img src=file:///etc/passwd><b>Erna</b>" in text
    assert "{{ 7*7 }}" in text


def test_forty_lines_run_on_to_a_second_sheet():
    lines = (ReceiptLine("Gutschein", 1, 10_00, 10_00),) * 40
    pages = pypdf.PdfReader(
        BytesIO(receipt_pdf(replace(RECEIPT, lines=lines, total_cents=400_00), "de"))
    ).pages
    assert len(pages) == 2
    assert sum(page.extract_text().count("Gutschein") for page in pages) >= 40


def test_legal_texts_begin_a_sheet_each():
    data = terms_pdf(
        HEAD, [("AGB", "<h2>1. Geltung</h2><p>Für Łódź</p>"), ("Widerruf", "<ul><li>Frist</li></ul>")], "de"
    )
    first, second = (page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages)
    assert "AGB" in first
    assert "Für Łódź" in first
    assert "Widerruf" in second
    assert "Frist" in second


@pytest.mark.parametrize(
    "html",
    [
        '<p>Text<img src="https://example.org/x.png"></p>',
        '<p>Text</p><img src="file:///etc/passwd">',
        "<p>Text 🎂</p>",
        '<p style="background-image: url(file:///etc/passwd)">Text</p>',
        "<style>@import url(http://127.0.0.1:9/)</style><p>Text</p>",
        '<p>Text</p><pdf:insertpdf src="/etc/passwd"></pdf:insertpdf>',
        '<p>Text</p><table><tr><td><a href="https://example.org">Link</a></td></tr></table>',
    ],
)
def test_nothing_that_staff_write_keeps_a_mail_from_leaving(html: str):
    assert "Text" in text_of(terms_pdf(HEAD, [("AGB", html)], "de"))


def test_a_colour_that_is_none_is_refused():
    with pytest.raises(ValueError, match="colour"):
        Letterhead("VHS", "", "", ribbon="red; } * { display: none")


def test_dates_are_written_in_full():
    assert day(date(2029, 12, 31), "de") == "31. Dezember 2029"
    assert day(date(2029, 12, 31), "en") == "31 December 2029"
