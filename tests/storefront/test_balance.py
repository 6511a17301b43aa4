"""The balance page: what is on a voucher, for whoever holds number and code (DOMAIN G11, R7)."""

import pytest
from flask import Flask
from sqlalchemy import select

from shop.core.codes import shown_code, shown_number
from shop.db import db
from shop.vouchers import find
from shop.vouchers.models import Voucher
from tests.web.guest import Guest, words

WRONG = "Nummer und Code passen nicht zusammen."


@pytest.fixture
def pair(shop: Flask, erna: Guest) -> tuple[str, str]:
    """Number and code of a voucher of 50 € that Erna has bought."""
    erna.buy()
    with shop.app_context():
        voucher = db.session.scalars(select(Voucher)).one()
        return shown_number(voucher.number), shown_code(find.code_of(voucher))


def test_number_and_code_show_what_is_on_the_voucher(erna: Guest, pair: tuple[str, str]) -> None:
    answer = erna.send("/guthaben/", {"number": pair[0], "code": pair[1]})
    text = words(answer)
    assert answer.status_code == 200
    assert "50\xa0€" in answer.text
    assert "gültig bis 31. Dezember" in text
    assert "Gutschein gekauft" in text


@pytest.mark.parametrize("field", ["number", "code"])
def test_both_pasted_into_one_field_are_told_apart(erna: Guest, pair: tuple[str, str], field: str) -> None:
    both = f"Nummer {pair[0]}\nCode {pair[1].lower()}"
    fields = {"number": "", "code": "", field: both}
    assert "50\xa0€" in erna.send("/guthaben/", fields).text


def test_a_wrong_code_and_an_unknown_number_read_alike(erna: Guest, pair: tuple[str, str]) -> None:
    unknown = erna.send("/guthaben/", {"number": "G4C18-CCA0R", "code": "5RKD-DG44-MBJ7-MQAA"})
    wrong = erna.send("/guthaben/", {"number": pair[0], "code": "5RKD-DG44-MBJ7-MQAA"})
    assert unknown.status_code == wrong.status_code == 422
    assert WRONG in words(unknown)
    assert WRONG in words(wrong)


def test_empty_fields_are_asked_for_and_are_no_guess(erna: Guest, pair: tuple[str, str]) -> None:
    for _ in range(12):
        answer = erna.send("/guthaben/", {"number": "", "code": ""})
    assert answer.status_code == 422
    assert "Bitte geben Sie die Gutschein-Nummer ein." in words(answer)
    assert "50\xa0€" in erna.send("/guthaben/", {"number": pair[0], "code": pair[1]}).text


def test_guessing_is_slowed_and_says_for_how_long(erna: Guest) -> None:
    for _ in range(10):
        erna.send("/guthaben/", {"number": "G4C18-CCA0R", "code": "5RKD-DG44-MBJ7-MQAA"})
    answer = erna.send("/guthaben/", {"number": "G4C18-CCA0R", "code": "5RKD-DG44-MBJ7-MQAA"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    assert "in 10 Minuten noch einmal" in words(answer)


def test_the_page_is_never_stored(erna: Guest) -> None:
    assert erna.get("/guthaben/").headers["Cache-Control"] == "no-store"
    assert erna.get("/guthaben/").headers["Referrer-Policy"] == "no-referrer"
