"""Five hundred codes: the letter with its tables and papers is made and delivered (issue 4)."""

import email
import io
from email.policy import default
from pathlib import Path

from flask import Flask
from openpyxl import load_workbook

from shop.clerk.letters import LETTERS
from shop.outbox.deliver import deliver_due
from tests.organisations.cast import code_texts, ordered
from tests.organisations.conftest import furnished
from tests.statements import statements


def test_the_mail_of_five_hundred_codes_has_them_all(app: Flask) -> None:
    town = furnished()
    order = ordered(town.organisation, town.anna, {"K2": 500})
    with statements() as run:
        assert deliver_due(LETTERS).sent == 1
    assert len(run) < 50, len(run)
    [path] = (Path(app.instance_path) / "mail").glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=default)
    [book] = [part for part in mail.iter_attachments() if str(part.get_filename()).endswith(".xlsx")]
    sheet = load_workbook(io.BytesIO(book.get_content())).active
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == code_texts(order)
