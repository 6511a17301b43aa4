"""Money: one strict reader, one writer, shares that meet to the cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.core.money import euros, share, written


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12", 1200),
        ("12,50", 1250),
        ("12.50", 1250),
        ("12,50 €", 1250),
        ("12€", 1200),
        (" 7 ", 700),
        ("12,50\u00a0€", 1250),
        ("0", 0),
        ("0,01", 1),
        ("007", 700),
        ("9999999,99", 999_999_999),
    ],
)
def test_an_amount_as_people_write_it_is_read_as_cents(text: str, cents: int) -> None:
    assert euros(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "€", "-5", "−5", "+5", "NaN", "nan", "inf", "1e3", "0x10", "１２", "١٢", "5,001", "5,1",
        "5,", ",50", "1.000", "1.000,00", "1,000.00", "1 000", "12,50 €€", "€ 12", "12 EUR", "99999999",
        "12\n", "1_000", "12,50,00", "½", "12\x00",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        euros(text)


@pytest.mark.parametrize(
    ("cents", "german", "english"),
    [
        (5000, "50\u00a0€", "€50"),
        (1250, "12,50\u00a0€", "€12.50"),
        (103750, "1.037,50\u00a0€", "€1,037.50"),
        (1, "0,01\u00a0€", "€0.01"),
        (0, "0\u00a0€", "€0"),
        (-250, "−2,50\u00a0€", "−€2.50"),
        (100000000, "1.000.000\u00a0€", "€1,000,000"),
    ],
)
def test_cents_are_written_as_people_read_them(cents: int, german: str, english: str) -> None:
    assert written(cents) == german
    assert written(cents, "en") == english


@given(st.integers(0, 999_999))
def test_what_is_written_without_grouping_can_be_read_again(cents: int) -> None:
    assert euros(written(cents).replace(".", "")) == cents


@pytest.mark.parametrize(
    ("cents", "weights", "parts"),
    [
        (100, [1, 1, 1], [33, 33, 34]),
        (1, [1, 1], [0, 1]),
        (999, [5000, 4999], [499, 500]),
        (0, [3, 4], [0, 0]),
        (70, [0, 7], [0, 70]),
        (50, [1], [50]),
    ],
)
def test_shares_follow_their_weights_and_the_last_cent_makes_them_meet(
    cents: int, weights: list[int], parts: list[int]
) -> None:
    assert share(cents, weights) == parts


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(sum))
def test_shares_sum_up_and_none_is_off_by_a_cent_or_more(cents: int, weights: list[int]) -> None:
    parts = share(cents, weights)
    assert sum(parts) == cents
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - cents * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_shares_need_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        share(100, weights)
