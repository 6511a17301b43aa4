"""Why a price carries no VAT: dated words for each code (DOMAIN T2)."""

from datetime import date

import pytest

from shop.centre import tax_notes
from shop.centre.tax_notes import TAX_NOTES, Note, tax_note
from shop.core import tax


@pytest.mark.parametrize("country", list(tax.RATES))
def test_exactly_the_codes_without_vat_are_explained_in_both_languages(country: str) -> None:
    for code in tax.RATES[country]:
        said = tax_note(country, code, date(2027, 1, 1))
        assert set(said) == (set() if tax.permille(country, code, date(2027, 1, 1)) else {"de", "en"})


def test_a_note_holds_from_its_day_on(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = (Note(date(2020, 1, 1), {"de": "alt"}), Note(date(2027, 1, 1), {"de": "neu"}))
    monkeypatch.setattr(tax_notes, "TAX_NOTES", {"DE": {"exempt": notes}})
    assert tax_note("DE", "exempt", date(2026, 12, 31)) == {"de": "alt"}
    assert tax_note("DE", "exempt", date(2027, 1, 1)) == {"de": "neu"}
    assert tax_note("DE", "exempt", date(2019, 1, 1)) == {}


def test_an_unknown_country_has_no_notes() -> None:
    assert "XX" not in TAX_NOTES
    assert tax_note("XX", "exempt", date(2027, 1, 1)) == {}
