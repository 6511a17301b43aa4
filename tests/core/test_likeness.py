"""User names, and which of them people cannot tell apart."""

import pytest

from shop.core.likeness import check_username, likeness


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("erna", "ERNA"),
        ("erna", "e.r-n_a"),
        ("erna", "ema"),
        ("paul", "pau1"),
        ("paul", "PauI"),
        ("otto", "0tt0"),
        ("wanda", "vvanda"),
        ("jonas.1", "jonas-l"),
        ("lil", "1i1"),
        ("werner", "vvemer"),
    ],
)
def test_names_that_look_alike_have_one_likeness(one: str, other: str) -> None:
    assert likeness(one) == likeness(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("erna", "erno"), ("anna", "ana"), ("paul", "paula"), ("max2", "max3"), ("nina", "mina")],
)
def test_names_that_differ_stay_apart(one: str, other: str) -> None:
    assert likeness(one) != likeness(other)


@pytest.mark.parametrize("name", ["erna", "Erna.Mueller", "e-1", "a_b", "7er", "x" * 32, "  erna  "])
def test_good_names_are_kept_as_typed(name: str) -> None:
    assert check_username(name) == name.strip()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "short"),
        ("er", "short"),
        ("x" * 33, "long"),
        ("erna müller", "characters"),
        ("müller", "characters"),
        ("еrna", "characters"),
        ("erna@example.org", "characters"),
        ("erna\n1", "characters"),
        ("erna\u200b", "characters"),
        ("１２３", "characters"),
        (".erna", "start"),
        ("erna-", "start"),
        ("...", "start"),
    ],
)
def test_what_is_no_name_is_refused_with_its_reason(name: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        check_username(name)
