"""An invoice on account: on one sheet, with a code that a banking app reads, and loud when it does not add up."""

import io
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from pypdf import PdfReader

from shop.paper.on_account import AccountBill, AccountLine, VatRow, invoice_pdf
from shop.paper.sheets import Letterhead

HEAD = Letterhead("Volkshochschule am See", "Uferweg 1", "88131 Lindau", website="https://vhs.example.org")


def bill(lines: int = 2) -> AccountBill:
    courses = tuple(
        AccountLine(
            f"Datenschutz, Teil {n}", f"K{n}", date(2027, 2, 1), date(2027, 3, 1), 3, 5000, 190, 15000
        )
        for n in range(1, lines + 1)
    )
    gross = 15000 * lines
    return AccountBill(
        number="RE-2026-00017",
        issued_on=date(2026, 11, 21),
        order_number="BPFGEMMK",
        letterhead=HEAD,
        buyer=("Gemeinde Seedorf", "Rathausplatz 1", "88131 Seedorf"),
        lines=courses,
        total_cents=gross,
        vat=(VatRow(190, gross, gross * 190 // 1190),),
        notes=(),
        due_on=date(2026, 12, 5),
        sold_on=date(2026, 11, 21),
        holder="Volkshochschule am See",
        iban="DE02120300000000202051",
        bic="BYLADEM1001",
        tax_number="17/123/45678",
        vat_id="DE123456789",
        buyer_vat_id="ATU12345678",
        reference="AZ 7/2026-4",
        cost_centre="4711",
        leitweg_id="08436052-12345-67",
    )


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_all_that_the_law_and_bookkeeping_ask_for_is_on_one_sheet(app: Flask) -> None:
    pdf = invoice_pdf(bill(), "de")
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    text = text_of(pdf)
    for words in (
        "RE-2026-00017",
        "21. November 2026",
        "Gemeinde Seedorf",
        "Volkshochschule am See, Uferweg 1, 88131 Lindau",
        "17/123/45678",
        "DE123456789",
        "ATU12345678",
        "AZ 7/2026-4",
        "4711",
        "08436052-12345-67",
        "Kurstermine 1. Februar 2027 bis 1. März 2027",
        "19 %",
        "300,00 €",
        "252,11 €",
        "47,89 €",
        "5. Dezember 2026",
        "DE02 1203 0000 0000 2020 51",
        "§ 3 Abs. 14 UStG",
    ):
        assert words in text.replace("\xa0", " "), words


def test_the_code_fills_in_the_transfer(app: Flask) -> None:
    page = pypdfium2.PdfDocument(invoice_pdf(bill(), "de"))[0].render(scale=4).to_pil()
    read = zxingcpp.read_barcodes(page)
    assert len(read) == 1
    rows = read[0].text.split("\n")
    assert rows[0] == "BCD"
    assert "DE02120300000000202051" in rows
    assert "EUR300" in rows[7] or "EUR300.00" in rows[7]
    assert "BPFGEMMK" in rows


def test_a_paid_one_asks_for_nothing(app: Flask) -> None:
    text = text_of(invoice_pdf(replace(bill(), paid_on=date(2026, 11, 30)), "de"))
    assert "Bezahlt am 30. November 2026" in text
    assert "DE02 1203" not in text


def test_many_lines_run_on(app: Flask) -> None:
    pdf = invoice_pdf(bill(30), "de")
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 1
    assert "Datenschutz, Teil 30" in text_of(pdf)


def test_an_invoice_that_does_not_add_up_is_not_printed(app: Flask) -> None:
    with pytest.raises(ValueError, match="RE-2026-00017"):
        invoice_pdf(replace(bill(), total_cents=29999), "de")


def test_a_name_that_the_fonts_lack_never_keeps_an_invoice_back(app: Flask) -> None:
    pdf = invoice_pdf(replace(bill(), buyer=("Gemeinde 東京", "<b>Weg</b>", "88131"), reference="東"), "de")
    assert "Gemeinde ??" in text_of(pdf)
