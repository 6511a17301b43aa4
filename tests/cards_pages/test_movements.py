"""Movements come by pages of 25, and all of them as a file that no spreadsheet takes for formulas (QUALITY A7)."""

import csv
import re
from io import StringIO

import pytest

from tests.cards_pages.wallet import HOME, Wallet, load, paid
from tests.web.guest import Guest, words


def rows(text: str) -> list[str]:
    """What stands in each row of the page's table."""
    return [words(row) for row in re.findall(r"<tr role=\"row\">\s*<td.*?</tr>", text, re.DOTALL)]


def fill(wallet: Wallet, count: int) -> None:
    for number in range(1, count + 1):
        wallet.corrected(100, f"Gabe {number}")


def as_file(guest: Guest, number: str) -> list[list[str]]:
    answer = guest.get(f"{HOME}{number}/bewegungen.csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.data.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), delimiter=";"))


def test_a_page_holds_the_newest_25_and_leads_to_the_rest(wallet: Wallet, erna: Guest) -> None:
    fill(wallet, 27)
    first = erna.get(HOME).text
    assert len(rows(first)) == 25
    assert "Gabe 27" in rows(first)[0]
    assert "27 €" in rows(first)[0]
    way = re.search(r'rel="next" href="([^"]+)"', first)
    assert way
    second = erna.get(way[1].replace("&amp;", "&").removesuffix("#bewegungen")).text
    assert [row.split(" Korrektur")[0].split()[-1] for row in rows(second)] == ["2", "1"]
    assert 'rel="next"' not in second


def test_exactly_one_page_leads_nowhere(wallet: Wallet, erna: Guest) -> None:
    fill(wallet, 25)
    text = erna.get(HOME).text
    assert len(rows(text)) == 25
    assert 'rel="next"' not in text


def test_htmx_gets_the_part_alone(wallet: Wallet, erna: Guest) -> None:
    fill(wallet, 3)
    answer = erna.get(f"{HOME}?vor=3", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<section id="bewegungen"')
    assert len(rows(answer.text)) == 2
    assert "HX-Request" in answer.headers["Vary"]


def test_a_position_that_is_none_shows_the_newest(wallet: Wallet, erna: Guest) -> None:
    fill(wallet, 2)
    for position in ("", "x", "1e3", "²", "-5", "9" * 30):
        assert len(rows(erna.get(HOME, query_string={"vor": position}).text)) == 2


def test_before_the_first_there_is_nothing(wallet: Wallet, erna: Guest) -> None:
    fill(wallet, 1)
    for position in ("1", "0"):
        assert "Davor ist nichts geschehen." in words(erna.get(HOME, query_string={"vor": position}))


def test_the_file_holds_every_movement_with_german_decimals(wallet: Wallet, erna: Guest) -> None:
    paid(erna)
    wallet.corrected(-1250, "Zu viel geladen")
    order = wallet.orders()[0].number
    heads, newest, oldest = as_file(erna, wallet.number)
    assert heads == ["Tag", "Was", "Wofür", "Beleg", "Betrag in Euro", "Guthaben in Euro"]
    assert newest[1:] == ["Korrektur", "Zu viel geladen", "", "-12,50", "87,50"]
    assert oldest[1:] == ["Aufladung", "", order, "100,00", "100,00"]


def test_a_text_that_begins_like_a_formula_is_none(wallet: Wallet, erna: Guest) -> None:
    wallet.corrected(100, '=HYPERLINK("https://evil.example")')
    wallet.corrected(100, "-2+3")
    assert [row[2] for row in as_file(erna, wallet.number)[1:]] == [
        "'-2+3",
        '\'=HYPERLINK("https://evil.example")',
    ]


def test_the_file_is_whole_beyond_one_batch(
    wallet: Wallet, erna: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.web.cards.movements.BATCH", 4)
    fill(wallet, 11)
    table = as_file(erna, wallet.number)[1:]
    assert [row[2] for row in table] == [f"Gabe {number}" for number in range(11, 0, -1)]


def test_the_file_is_streamed(wallet: Wallet, erna: Guest) -> None:
    fill(wallet, 2)
    with erna.client.get(f"{HOME}{wallet.number}/bewegungen.csv") as answer:
        assert answer.is_streamed
        assert "Content-Length" not in answer.headers


def test_a_loaded_voucher_stands_with_its_number(wallet: Wallet, erna: Guest) -> None:
    number, code = wallet.voucher()
    load(erna, wallet.number, number, code)
    assert f"{number[:5]}-{number[5:]}" in rows(erna.get(HOME).text)[0]
    assert code not in erna.get(HOME).text
