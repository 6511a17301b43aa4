"""Account numbers: typing errors are found before anybody pays to a wrong account."""

import pytest

from shop.centre.iban import read_bic, read_iban, shown_iban


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("DE02 1203 0000 0000 2020 51", "DE02120300000000202051"),
        ("de02120300000000202051", "DE02120300000000202051"),
        ("AT61 1904 3002 3457 3201", "AT611904300234573201"),
        ("NL91 ABNA 0417 1643 00", "NL91ABNA0417164300"),
        ("MT84 MALT 0110 0001 2345 MTLC AST0 01S", "MT84MALT011000012345MTLCAST001S"),
    ],
)
def test_a_right_iban_is_read_without_blanks(typed: str, read: str) -> None:
    assert read_iban(typed) == read


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("DE02 1203 0000 0000 2020 52", "check digits"),
        ("DE02 1203 0000 0000 2020 15", "check digits"),
        ("DE02 1203 0000 0000 2020 5", "22 characters, this one has 21"),
        ("DE02 1203 0000 0000 2020 510", "22 characters, this one has 23"),
        ("XX02 1203 0000 0000 2020 51", "XX is not a country"),
        ("120300000000202051", "two letters"),
        ("DE02 1203 0000 0000 2020 ５1", "two letters"),
        ("", "two letters"),
    ],
)
def test_a_wrong_iban_is_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_iban(typed)


def test_every_single_wrong_digit_of_an_iban_is_found() -> None:
    right = "DE02120300000000202051"
    for place in range(2, len(right)):
        for digit in "0123456789".replace(right[place], ""):
            with pytest.raises(ValueError, match="check digits"):
                read_iban(right[:place] + digit + right[place + 1 :])


def test_an_iban_is_shown_in_groups_of_four() -> None:
    assert shown_iban("DE02120300000000202051") == "DE02 1203 0000 0000 2020 51"
    assert shown_iban("") == ""


def test_a_bic_has_eight_or_eleven_characters() -> None:
    assert read_bic("bylade m1001") == "BYLADEM1001"
    assert read_bic("MARKDEFF") == "MARKDEFF"
    for typed in ("BYLADEM100", "BYLA DE", "1YLADEM1001", ""):
        with pytest.raises(ValueError, match="BIC"):
            read_bic(typed)
