"""What organisations and learners get by mail: tables that a real reader opens, papers, the right words (C2)."""

import csv
import io
import zipfile

import pytest
from flask import current_app
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from shop.catalogue.models import Offer
from shop.clerk.letters import LETTERS
from shop.course_vouchers import spreadsheet
from shop.course_vouchers.find import redeem_link
from shop.db import db, transaction
from shop.logs import masked
from shop.orders.enrol.redeem import redeem_existing
from shop.orders.enrol.undo import undo_link
from shop.orders.models import Order
from shop.outbox.letter import Letter
from shop.outbox.models import Message
from tests.organisations.cast import HERE, code_texts, codes_of, learner, ordered, transferred
from tests.organisations.conftest import Town


def letter(kind: str) -> Letter:
    """The last letter of a kind."""
    db.session.rollback()
    query = select(Message).where(Message.kind == kind).order_by(Message.queued_at.desc())
    message = db.session.scalars(query).first()
    assert message is not None
    return LETTERS[kind](message)


def files(made: Letter) -> dict[str, bytes]:
    """The attachments by the end of their names."""
    return {each.name.rpartition(".")[2]: each.made().data for each in made.attachments}


def named(town: Town, title: str) -> Order:
    with transaction() as session:
        session.get_one(Offer, "K1").title = {"de": title}
    return ordered(town.organisation, town.anna, {"K1": 2, "K2": 1})


def test_the_codes_come_as_csv_and_xlsx_with_ready_links(town: Town) -> None:
    order = named(town, "Jüdische Küche")
    made = files(letter("course_codes_ordered"))
    sheet = load_workbook(io.BytesIO(made["xlsx"])).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["Kursnummer", "Kurs", "Voucher-Code", "Einlösbar bis", "Link zum Einlösen"]
    codes = code_texts(order)
    assert [row[2] for row in rows[1:]] == codes
    assert rows[1][:2] == ["K1", "Jüdische Küche"]
    assert rows[1][3] == codes_of(order)[0].valid_until.isoformat()
    assert rows[1][4] == redeem_link(codes[0])
    assert made["csv"].startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(made["csv"].decode("utf-8-sig")), delimiter=";"))
    assert table == rows


@pytest.mark.parametrize(
    "title", ["=1+1", "+49 170", "-2", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "＝1"]
)
def test_a_formula_in_a_title_stays_text(town: Town, title: str) -> None:
    named(town, title)
    made = files(letter("course_codes_ordered"))
    cell = load_workbook(io.BytesIO(made["xlsx"])).active["B2"]
    assert (cell.value, cell.data_type) == (title, "s")
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(made["xlsx"])).read("xl/worksheets/sheet1.xml")
    [_, first, *_] = list(csv.reader(io.StringIO(made["csv"].decode("utf-8-sig")), delimiter=";"))
    assert first[1] == f"'{title}"


def test_an_empty_table_is_a_file_too(town: Town) -> None:
    table = spreadsheet.rows([])
    assert load_workbook(io.BytesIO(spreadsheet.xlsx(table))).active.max_row == 1


def test_invoice_and_terms_are_attached_and_no_code_is_in_the_text(town: Town) -> None:
    order = named(town, "Kurs")
    made = letter("course_codes_ordered")
    names = [each.name for each in made.attachments]
    assert [name.partition(".")[2] for name in names] == ["xlsx", "csv", "pdf", "pdf"]
    text = PdfReader(io.BytesIO(made.attachments[2].made().data)).pages[0].extract_text()
    assert "RE-" in text
    assert "250,00" in text
    assert order.number in text
    for code in code_texts(order):
        assert code not in made.text + made.subject + str(made.html)
    assert "250" in made.text
    assert "DE02 1203 0000 0000 2020 51" in made.text


def test_codes_that_wait_for_the_payment_come_with_it(town: Town) -> None:
    current_app.config["COURSE_CODES_AFTER_PAYMENT"] = True
    order = ordered(town.organisation, town.anna)
    assert set(files(letter("course_codes_ordered"))) == {"pdf"}
    transferred(order)
    assert set(files(letter("purchase_paid"))) == {"xlsx", "csv"}


def test_the_owner_is_told_whose_place_it_is_and_how_to_undo_it(town: Town) -> None:
    learner()
    place = redeem_existing("jonas", code_texts(ordered(town.organisation, town.anna))[0], HERE)
    made = letter("course_voucher_redeemed")
    assert made.to == "jonas@example.org"
    assert undo_link(place.booking_id) in made.text
    assert undo_link(place.booking_id) in str(made.html)
    assert "Gemeinde Seedorf" in made.text
    assert [each.name for each in made.attachments] == ["kurs-K1.ics"]


def test_a_name_with_markup_stays_text(town: Town) -> None:
    learner(first_name="<b>Jonas</b>")
    redeem_existing("jonas", code_texts(ordered(town.organisation, town.anna))[0], HERE)
    made = letter("course_voucher_redeemed")
    assert "<b>Jonas" not in str(made.html)
    assert "Guten Tag <b>Jonas</b>," in made.text


def test_a_learners_language_is_the_letters(town: Town) -> None:
    learner(language="en")
    with transaction() as session:
        session.get_one(Offer, "K1").title = {"de": "Kochen", "en": "Cooking"}
    redeem_existing("jonas", code_texts(ordered(town.organisation, town.anna))[0], HERE)
    assert "Cooking" in letter("course_voucher_redeemed").subject


@pytest.mark.parametrize(
    "shape", [str, lambda text: text.replace("-", ""), str.lower, lambda text: text.replace("-", " ")]
)
def test_a_course_code_is_masked_in_logs_in_every_shape(town: Town, shape) -> None:
    code = code_texts(ordered(town.organisation, town.anna))[0]
    line = masked(f"somebody typed {shape(code)} here")
    assert shape(code)[12:] not in line
    assert "***" in line
