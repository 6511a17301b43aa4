"""How long vouchers can be used: by policy, in local days, never less than the law says."""

from datetime import date

import pytest

from shop.core.validity import Policy, is_too_short, lawful_until, valid_until


@pytest.mark.parametrize(
    ("policy", "bought", "last_day"),
    [
        ("year-end:3", "2026-11-21", "2029-12-31"),
        ("year-end:3", "2026-01-01", "2029-12-31"),
        ("year-end:3", "2026-12-31", "2029-12-31"),
        ("year-end:3", "2027-01-01", "2030-12-31"),
        ("years:1", "2026-11-21", "2027-11-21"),
        ("years:5", "2026-03-31", "2031-03-31"),
        ("years:1", "2028-02-29", "2029-02-28"),
        ("years:4", "2028-02-29", "2032-02-29"),
        ("years:1", "2027-02-28", "2028-02-28"),
        ("fixed:2029-12-31", "2026-11-21", "2029-12-31"),
        (" none ", "2026-11-21", None),
    ],
)
def test_the_last_day_follows_the_policy(policy: str, bought: str, last_day: str | None) -> None:
    expected = last_day and date.fromisoformat(last_day)
    assert valid_until(Policy.read(policy), date.fromisoformat(bought)) == (expected or None)


@pytest.mark.parametrize(
    "text",
    ["", "year-end", "year-end:0", "year-end:-1", "years:100", "years:３", "years:1.5", "fixed:", "fixed:31.12.2029",
     "fixed:2027-02-29", "none:3", "never", "YEARS:3"],
)  # fmt: skip
def test_a_policy_that_nobody_knows_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"validity|isoformat|day is out of range"):
        Policy.read(text)


@pytest.mark.parametrize(
    ("country", "bought", "last_day"),
    [
        ("DE", "2026-01-01", "2029-12-31"),
        ("DE", "2026-12-31", "2029-12-31"),
        ("AT", "2026-11-21", "2056-11-21"),
        ("AT", "2028-02-29", "2058-02-28"),
        ("CH", "2026-11-21", None),
    ],
)
def test_the_law_of_the_country(country: str, bought: str, last_day: str | None) -> None:
    assert lawful_until(country, date.fromisoformat(bought)) == (last_day and date.fromisoformat(last_day))


@pytest.mark.parametrize(
    ("policy", "country", "too_short"),
    [
        ("year-end:3", "DE", False),
        ("year-end:2", "DE", True),
        ("years:3", "DE", True),
        ("years:4", "DE", False),
        ("fixed:2029-12-30", "DE", True),
        ("fixed:2029-12-31", "DE", False),
        ("none", "DE", False),
        ("year-end:3", "AT", True),
        ("years:30", "AT", False),
        ("none", "AT", False),
        ("years:1", "CH", False),
    ],
)
def test_a_policy_shorter_than_the_law_is_seen(policy: str, country: str, too_short: bool) -> None:
    assert is_too_short(Policy.read(policy), country, date(2026, 11, 21)) is too_short
