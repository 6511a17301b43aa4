"""Numbers and codes: every slip of one or two symbols is caught, and nothing leaks."""

import hmac
from itertools import combinations

import pytest

from shop.core import codes
from shop.core.codes import ALPHABET, Malformed, derive_code, matches, new_number, read_code, read_number

KEY = b"a key of at least thirty-two bytes"
NUMBER = "G4C18CCA0" + codes.check_symbol("G4C18CCA0")
CODE = derive_code(KEY, NUMBER, 0)


def test_the_alphabet_is_crockfords() -> None:
    assert len(set(ALPHABET)) == 32
    assert set("ILOU").isdisjoint(ALPHABET)


@pytest.mark.parametrize("word", [NUMBER, "GZZZZZZZZ", "K00000000", CODE, "0" * 15, "Z" * 15, "B123456"])
def test_every_error_in_a_single_symbol_is_caught(word: str) -> None:
    word = word if word in (NUMBER, CODE) else word + codes.check_symbol(word)
    for place, right in enumerate(word):
        for wrong in ALPHABET.replace(right, ""):
            slip = word[:place] + wrong + word[place + 1 :]
            assert codes.check_symbol(slip[:-1]) != slip[-1], (place, wrong)


@pytest.mark.parametrize("length", [10, 16])
def test_every_transposition_of_any_two_symbols_is_caught(length: int) -> None:
    for word in (ALPHABET[: length - 1], ALPHABET[-length + 1 :], ALPHABET[5 : 4 + length]):
        whole = word + codes.check_symbol(word)
        for a, b in combinations(range(length), 2):
            slip = list(whole)
            slip[a], slip[b] = slip[b], slip[a]
            if whole[a] != whole[b]:
                assert codes.check_symbol("".join(slip[:-1])) != slip[-1], (a, b)


@pytest.mark.parametrize("length", [10, 16])
def test_every_pair_of_different_symbols_may_stand_anywhere_and_not_change_places(length: int) -> None:
    base = "7" * (length - 1)
    for a, b in combinations(range(length - 1), 2):
        for first, second in combinations(ALPHABET, 2):
            word = base[:a] + first + base[a + 1 : b] + second + base[b + 1 :]
            slip = base[:a] + second + base[a + 1 : b] + first + base[b + 1 :]
            assert codes.check_symbol(word) != codes.check_symbol(slip)


def test_a_typed_number_may_have_any_case_blanks_and_dashes() -> None:
    shown = codes.shown_number(NUMBER)
    assert shown == f"{NUMBER[:5]}-{NUMBER[5:]}"
    for typed in (shown, shown.lower(), NUMBER, f" {shown} ", shown.replace("-", "\u2013"), "-".join(NUMBER)):
        assert read_number(typed) == NUMBER


def test_o_is_read_as_nought_and_i_and_l_as_one() -> None:
    word = "K01010101"
    whole = word + codes.check_symbol(word)
    assert read_number(whole.replace("0", "O").replace("1", "I")) == whole
    assert read_number(whole.replace("0", "o").replace("1", "l")) == whole


@pytest.mark.parametrize(
    "typed",
    [
        "", "-", "G", NUMBER[:-1], NUMBER + "0", NUMBER.replace("C", "U"), "Ｇ" + NUMBER[1:],
        NUMBER[:4] + "_" + NUMBER[5:],
        "B4C18CCA0" + codes.check_symbol("B4C18CCA0"), "ß" * 10, "\u0131" * 10, "G" * 1000, CODE, "' OR 1=1 --",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_before_any_look_up(typed: str) -> None:
    with pytest.raises(Malformed):
        read_number(typed)


@pytest.mark.parametrize(
    "typed", ["", CODE[:-1], CODE + "0", NUMBER, "U" * 16, "\u017f" + CODE[1:], " " * 90 + CODE]
)
def test_what_is_no_code_is_refused_before_any_look_up(typed: str) -> None:
    with pytest.raises(Malformed):
        read_code(typed)


def test_new_numbers_are_well_formed_and_different() -> None:
    made = {new_number("G") for _ in range(500)}
    assert len(made) == 500
    assert all(read_number(number) == number and number[0] == "G" for number in made)
    with pytest.raises(ValueError, match="kind"):
        new_number("X")


def test_a_code_is_always_the_same_for_its_number_and_serial() -> None:
    assert derive_code(KEY, NUMBER, 0) == CODE == read_code(codes.shown_code(CODE))
    assert len(CODE) == 16


def test_another_serial_number_or_key_gives_another_code() -> None:
    others = {
        derive_code(KEY, NUMBER, 1),
        derive_code(KEY, "G4C18CCB0R", 0),
        derive_code(KEY + b"!", NUMBER, 0),
        CODE,
    }
    assert len(others) == 4


def test_codes_use_all_of_their_bits() -> None:
    made = [derive_code(KEY, NUMBER, serial) for serial in range(600)]
    for place in range(15):
        assert {code[place] for code in made} == set(ALPHABET)


def test_a_code_matches_only_its_own_number_and_serial() -> None:
    assert matches(KEY, NUMBER, 0, CODE)
    assert not matches(KEY, NUMBER, 1, CODE)
    assert not matches(KEY, "G4C18CCB0R", 0, CODE)


def test_codes_are_compared_whole_and_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    compare = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: seen.append((a, b)) or compare(a, b))
    assert not matches(KEY, NUMBER, 0, "0" * 16)
    assert not matches(KEY, NUMBER, 0, CODE[:-1] + "0" if CODE[-1] != "0" else CODE[:-1] + "1")
    assert [len(a) == len(b) == 16 for a, b in seen] == [True, True]


def test_a_capability_has_256_bits_and_belongs_to_its_facts() -> None:
    word = codes.capability(KEY, "order:1")
    assert len(word) == 43
    assert word == codes.capability(KEY, "order:1") != codes.capability(KEY, "order:2")
    assert set("+/=").isdisjoint(word)


def test_an_order_number_is_read_back() -> None:
    number = codes.new_order_number()
    assert codes.read_order_number(number.lower()) == number
