"""The tier string: what the seed writes is read, everything else is refused with its reason (DOMAIN W2)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.core.tiers import LARGEST, Tier, TiersRefused, read_tiers, tier_of

REFUSED = {
    "": ("empty", ""),
    " \t ": ("empty", ""),
    "|": ("gap", ""),
    "80|": ("gap", ""),
    "|80": ("gap", ""),
    "80||100": ("gap", ""),
    "80| |100": ("gap", ""),
    "100:": ("no_price", "100:"),
    "80|100: ": ("no_price", "100:"),
    "100|100": ("twice", "100"),
    "100|200:190|200": ("twice", "200"),
    "100|100,00:90": ("twice", "100,00:90"),
    "0|50": ("zero", "0"),
    "50|0,00": ("zero", "0,00"),
    "50:0": ("zero", "50:0"),
    "100:120": ("dearer", "100:120"),
    "100|200:200,01": ("dearer", "200:200,01"),
    "abc": ("unreadable", "abc"),
    "100;200": ("unreadable", "100;200"),
    "100, 200": ("unreadable", "100, 200"),
    "100:90:80": ("unreadable", "100:90:80"),
    ":90": ("unreadable", ":90"),
    "-5": ("unreadable", "-5"),
    "100:-5": ("unreadable", "100:-5"),
    "1e3": ("unreadable", "1e3"),
    "1.000": ("unreadable", "1.000"),
    "１００": ("unreadable", "１００"),
    "٣٠": ("unreadable", "٣٠"),
    "12,5": ("unreadable", "12,5"),
    "99999999": ("unreadable", "99999999"),  # more digits than any amount of money here has
    "9999999": ("too_large", "9999999"),
    "10000,01": ("too_large", "10000,01"),
    "80|abc|0": ("unreadable", "abc"),  # the first thing that is wrong
}


def values(text: str) -> list[tuple[int, int]]:
    return [(tier.value, tier.price) for tier in read_tiers(text)]


def test_the_seeds_plain_tiers_cost_what_they_are_worth() -> None:
    euros = (80, 100, 150, 200, 250, 300)
    assert values("80|100|150|200|250|300") == [(each * 100, each * 100) for each in euros]


def test_the_seeds_discounts_are_read_and_the_saving_is_known() -> None:
    assert values("100|200:190|300:275") == [(10000, 10000), (20000, 19000), (30000, 27500)]
    assert [tier.saving for tier in read_tiers("100|200:190|300:275")] == [0, 1000, 2500]


def test_blanks_euro_signs_and_cents_are_read_and_the_order_is_kept() -> None:
    assert values(" 200 : 190,50 € | 80 ") == [(20000, 19050), (8000, 8000)]


def test_the_dearest_card_is_still_sold() -> None:
    assert values("10000") == [(LARGEST, LARGEST)]


@pytest.mark.parametrize(("text", "wrong"), REFUSED.items())
def test_anything_else_is_refused_with_its_reason_and_the_part_that_is_wrong(
    text: str, wrong: tuple[str, str]
) -> None:
    with pytest.raises(TiersRefused) as refused:
        read_tiers(text)
    assert (refused.value.reason, refused.value.part) == wrong


def test_a_tier_is_found_by_its_value_alone() -> None:
    assert tier_of("100|200:190", 20000) == Tier(20000, 19000)
    assert tier_of("100|200:190", 19000) is None


AMOUNTS = st.integers(1, LARGEST)


@given(st.dictionaries(AMOUNTS, AMOUNTS, min_size=1, max_size=8))
def test_what_is_written_as_tiers_is_read_as_the_same(found: dict[int, int]) -> None:
    tiers = [(value, min(value, price)) for value, price in found.items()]
    text = "|".join(f"{v // 100},{v % 100:02}:{p // 100},{p % 100:02}" for v, p in tiers)
    assert values(text) == tiers


@given(st.text(alphabet="0123456789|:,.€- １e", max_size=20))
def test_no_text_makes_credit_that_is_free_or_dearer_than_its_value(text: str) -> None:
    tiers: tuple[Tier, ...] = ()
    with suppress(TiersRefused):
        tiers = read_tiers(text)
    assert all(0 < tier.price <= tier.value <= LARGEST for tier in tiers)
    assert len({tier.value for tier in tiers}) == len(tiers)
