"""CSV: strict about every value, one bad row at a time, silent about people (DOMAIN A3)."""

from datetime import date

import pytest
from flask import Flask

from shop.catalogue.imports.csv_file import COLUMNS, rows, unread
from shop.catalogue.imports.draft import Draft, Refusal, Refused
from shop.centre.facts import set_facts
from shop.db import transaction

MANY = " | ".join(
    f"2027-01-13 {at // 60:02}:{at % 60:02}-{at // 60:02}:{at % 60 + 1:02}" for at in range(0, 1203, 3)
)


def read(*lines: str) -> list[Draft | Refusal]:
    return list(rows("\n".join(lines)))


def cell(column: str, text: str) -> object:
    """What one cell becomes, or the reason why it is refused."""
    quoted = '"' + text.replace('"', '""') + '"'
    (row,) = read(f"number;{column}", f"1;{quoted}")
    if isinstance(row, Refusal):
        return row.reason
    return next(iter(row.facts.values()), None)


@pytest.mark.parametrize(
    "text",
    [
        "number;title;price\n27F-1;Brot;39,00\n",
        "number,title,price\n27F-1,Brot,39.00\n",
        "number\ttitle\tprice\n27F-1\tBrot\t39\n",
        "Kursnummer;Titel;Preis\r\n27f-1;Brot;39 €\r\n",
        'KURSNUMMER;titel;Preis\n"27F-1";"Brot";"39,00"',
        "number;title;price\n;;\n27F-1;Brot;39\n\n",
    ],
)
def test_delimiters_names_and_line_ends_may_differ(app: Flask, text: str) -> None:
    (row,) = rows(text)
    assert isinstance(row, Draft)
    assert (row.number, row.facts) == ("27F-1", {"title": {"de": "Brot"}, "price_cents": 39_00})


def test_every_column_is_understood_by_both_of_its_names(app: Flask) -> None:
    assert unread(";".join(COLUMNS)) == unread(";".join(COLUMNS.values())) == []
    assert unread("Kursnummer;Plätze;Enthält;Ermäßigungen;Abmeldegebühr") == []


def test_columns_that_are_not_read_are_named(app: Flask) -> None:
    assert unread("number;Telefon Dozent;title") == ["Telefon Dozent"]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "no column “number”"),
        ("title;price", "no column “number”"),
        ("number;title;Titel", "twice: title"),
    ],
)
def test_a_header_that_cannot_be_read_refuses_the_file(app: Flask, header: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        list(rows(f"{header}\n1;2;3\n"))


def test_one_bad_row_stops_no_other(app: Flask) -> None:
    found = read("number;price", "1;39", "2;viel", "3;40")
    assert [type(row) for row in found] == [Draft, Refusal, Draft]
    assert isinstance(found[1], Refusal)
    assert (found[1].where, found[1].number) == ("line 3", "2")
    assert "price: 'viel' is no amount" in found[1].reason


@pytest.mark.parametrize(
    "text", ["-5", "1e3", "NaN", "１２", "12,5", "5,001", "99999999", "1.000,00", "12 EUR"]
)
def test_amounts_are_strict(app: Flask, text: str) -> None:
    assert "is no amount" in str(cell("price", text))


@pytest.mark.parametrize(
    ("text", "day"), [("2027-01-13", date(2027, 1, 13)), ("13.01.2027", date(2027, 1, 13))]
)
def test_days_are_written_in_two_ways(app: Flask, text: str, day: date) -> None:
    assert cell("register_until", text) == day


@pytest.mark.parametrize(
    "text",
    [
        "13.1.2027",
        "01/13/2027",
        "2027-02-29",
        "20270113",
        "2027-W02-3",
        "31.04.2027",
        "morgen",
        "２027-01-13",
    ],
)
def test_other_days_are_refused(app: Flask, text: str) -> None:
    assert "day" in str(cell("register_until", text))


def test_sessions_are_brought_into_order(app: Flask) -> None:
    text = "20.01.2027 18:30-20:00 | 2027-01-13 18:30-20:00 |"
    assert cell("sessions", text) == [
        ["2027-01-13T18:30", "2027-01-13T20:00"],
        ["2027-01-20T18:30", "2027-01-20T20:00"],
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2027-01-13", "is no session"),
        ("2027-01-13 18:30", "is no session"),
        ("2027-01-13 20:00-18:30", "ends too early"),
        ("2027-01-13 18:30-18:30", "ends too early"),
        ("2027-01-13 25:00-26:00", "no such time"),
        ("2027-03-28 02:30-04:00", "the clocks skip"),
        ("2027-01-13 18:00-20:00 | 2027-01-13 19:00-21:00", "begins before"),
        (MANY, "more than 400"),
    ],
)
def test_sessions_that_cannot_be_are_refused(app: Flask, text: str, reason: str) -> None:
    assert reason in str(cell("sessions", text))


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("online", "ja", True),
        ("online", "0", False),
        ("redeemable", "NEIN", False),
        ("seats", "12", 12),
        ("seats", "", None),
        ("kind", "Paket", "package"),
        ("contains", "27f-1 | 27F-2", ["27F-1", "27F-2"]),
        ("title_en", "Bread", {"en": "Bread"}),
        ("cancel_fee", "", 0),
        ("register_until", "", None),
        ("reductions", "", []),
    ],
)
def test_cells_become_values(app: Flask, column: str, text: str, value: object) -> None:
    assert cell(column, text) == value


@pytest.mark.parametrize(
    ("column", "text"),
    [("online", "vielleicht"), ("seats", "-1"), ("seats", "1e2"), ("seats", "１２"), ("kind", "voucher")],
)
def test_other_words_are_refused(app: Flask, column: str, text: str) -> None:
    assert isinstance(cell(column, text), str)


def test_an_empty_cell_says_nothing_where_something_must_be(app: Flask) -> None:
    (row,) = read("number;price;sessions;published;online", "1;;;;")
    assert isinstance(row, Draft)
    assert row.facts == {}


def test_reductions_have_a_key_a_price_words_and_proof(app: Flask) -> None:
    text = "pass : 64,00 : Mit Pass : gültiger Pass | kind : 0 : Kinder bis 6 :"
    assert cell("reductions", text) == [
        {"key": "pass", "cents": 64_00, "words": {"de": "Mit Pass"}, "proof": {"de": "gültiger Pass"}},
        {"key": "kind", "cents": 0, "words": {"de": "Kinder bis 6"}, "proof": {}},
    ]


@pytest.mark.parametrize(
    "text", ["50 %", "a : b : c : d", "A B : 1 : c : d", "a : 1 : : d", "a:1:c:d|a:2:e:f"]
)
def test_other_reductions_are_refused(app: Flask, text: str) -> None:
    assert isinstance(cell("reductions", text), str)


@pytest.mark.parametrize("number", ["", "27F 4012", "27F/4012", "Ü1", "-1", "A--B", "A" * 21, "<b>", "１２"])
def test_numbers_that_no_address_could_carry_are_refused(app: Flask, number: str) -> None:
    (row,) = read("number;title", f'"{number}";Brot')
    assert isinstance(row, Refusal)
    assert "is no course number" in row.reason


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Dr. Lucía Ferrer Mateos", "Dr. Lucía Ferrer Mateos"),
        ("Ayşe Demir und Paul Richter", "Ayşe Demir und Paul Richter"),
        ("Max Muster <max@example.org>", "Max Muster"),
        ("Max Muster, max@example.org, Tel. 0171 1234567", "Max Muster"),
        ("Max Muster (0171/1234567)", "Max Muster"),
        ("Max Muster, geb. 01.02.1970", "Max Muster"),
        ("Max Muster; E-Mail: m@example.org", "Max Muster"),
        ("Max Muster Tel 0171", "Max Muster"),
        ("Petra Mailänder", "Petra Mailänder"),
        ("max@example.org", ""),
    ],
)
def test_of_a_lecturer_only_the_name_is_kept(app: Flask, written: str, kept: str) -> None:
    assert cell("lecturer", written) == kept


def test_a_category_is_known_by_its_name_or_made(app: Flask) -> None:
    with transaction():
        set_facts(categories={"kochen": {"de": "Kochen & Genuss", "en": "Food"}})
    assert (
        cell("category", "Kochen & Genuss")
        == cell("category", "food")
        == cell("category", "kochen")
        == "kochen"
    )
    assert cell("category", "Gärtnern im Frühling") == "gaertnern-im-fruehling"
    assert "no category" in str(cell("category", "!!!"))


def test_texts_are_tidied_and_bounded(app: Flask) -> None:
    assert cell("title", "  Brot\u202e \x07backen ") == {"de": "Brot backen"}
    assert "longer than 200" in str(cell("title", "x" * 201))
    assert cell("description", "Eins\r\n\r\nZwei") == {"de": "Eins\n\nZwei"}


def test_more_cells_than_columns_is_a_missing_quote(app: Flask) -> None:
    (row,) = read("number;title", "1;Brot; Käse; Wein")
    assert isinstance(row, Refusal)
    assert "more cells" in row.reason


def test_a_quote_that_never_ends_is_told_and_what_stood_before_is_read(app: Flask) -> None:
    first, second = read("number;title", "1;Brot", '2;"Käse', "3;Wein")
    assert isinstance(first, Draft)
    assert isinstance(second, Refusal)
    assert "cannot be read" in second.reason


def test_a_report_cannot_steer_a_terminal(app: Flask) -> None:
    (row,) = read("number;price", "1;\x1b[2J")
    assert isinstance(row, Refusal)
    assert "\x1b" not in row.reason
