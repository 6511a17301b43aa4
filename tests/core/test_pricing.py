"""What a voucher may cost is decided by its rule, on the server."""

import pytest

from shop.core.pricing import FREE, AmountRefused, AmountRule, decide

TIERS = AmountRule(tiers=(2500, 5000, 10000))
FREE_ONLY = AmountRule(low=1000, high=25000)
BOTH = AmountRule(tiers=(2500, 5000), low=1000, high=25000)


@pytest.mark.parametrize(
    ("rule", "choice", "wish", "cents"),
    [
        (TIERS, "2500", "", 2500),
        (TIERS, "10000", "999", 10000),
        (FREE_ONLY, FREE, "10", 1000),
        (FREE_ONLY, FREE, "12,50 €", 1250),
        (FREE_ONLY, FREE, "250", 25000),
        (BOTH, "5000", "12", 5000),
        (BOTH, FREE, "12.34", 1234),
    ],
)
def test_a_lawful_choice_has_its_price(rule: AmountRule, choice: str, wish: str, cents: int) -> None:
    assert decide(rule, choice, wish) == cents


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ("", "missing"),
        ("  ", "missing"),
        ("-5", "unreadable"),
        ("0", "too_low"),
        ("NaN", "unreadable"),
        ("1e3", "unreadable"),
        ("１２", "unreadable"),
        ("5,001", "unreadable"),
        ("9,99", "too_low"),
        ("250,01", "too_high"),
        ("9999999", "too_high"),
    ],
)
def test_an_amount_of_ones_own_is_refused_with_the_reason(wish: str, reason: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        decide(FREE_ONLY, FREE, wish)
    assert refused.value.reason == reason


def test_an_absurd_amount_is_refused() -> None:
    with pytest.raises(AmountRefused):
        decide(FREE_ONLY, FREE, "99999999")


@pytest.mark.parametrize(
    "choice", ["2501", "1", "-2500", "2500.0", " 2500", "02500", "２５００", "null", "5000\n"]
)
def test_a_tier_that_is_not_offered_is_refused(choice: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        decide(TIERS, choice, "")
    assert refused.value.reason == "no_tier"


def test_no_choice_is_told_as_missing() -> None:
    with pytest.raises(AmountRefused) as refused:
        decide(BOTH, "", "50")
    assert refused.value.reason == "missing"


def test_a_free_amount_is_refused_where_only_tiers_are_offered() -> None:
    with pytest.raises(AmountRefused) as refused:
        decide(TIERS, FREE, "50")
    assert refused.value.reason == "no_tier"


def test_a_rule_offers_something() -> None:
    with pytest.raises(ValueError, match="tiers or a free amount"):
        AmountRule()
