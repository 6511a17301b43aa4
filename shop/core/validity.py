"""How long a voucher can be used (DOMAIN G9). Dates are local and inclusive."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Policy:
    """A rule for the last day: `kind` is `year-end`, `years`, `fixed` or `none`."""

    kind: str
    years: int = 0
    day: date | None = None

    @classmethod
    def read(cls, text: str) -> "Policy":
        """Read `year-end:3`, `years:5`, `fixed:2029-12-31` or `none`. Raises ValueError."""
        kind, _, detail = text.strip().partition(":")
        if kind == "none" and not detail:
            return cls("none")
        if kind in ("year-end", "years") and detail.isascii() and detail.isdigit() and 1 <= int(detail) <= 99:
            return cls(kind, years=int(detail))
        if kind == "fixed":
            return cls("fixed", day=date.fromisoformat(detail))
        raise ValueError(f"no such validity: {text!r}; write year-end:3, years:5, fixed:2029-12-31 or none")


def valid_until(policy: Policy, bought_on: date) -> date | None:
    """The last local day on which a voucher bought on a local day can be used; None is without end."""
    match policy.kind:
        case "year-end":
            return date(bought_on.year + policy.years, 12, 31)
        case "years":
            return _years_later(bought_on, policy.years)
        case "fixed":
            return policy.day
    return None


def lawful_until(country: str, bought_on: date) -> date | None:
    """The earliest last day that the country's law allows.

    Germany: three years from the end of the year (§§ 195, 199 BGB). Austria: thirty years
    (§ 1478 ABGB). Elsewhere the shop knows no limit and answers None.
    """
    if country == "DE":
        return date(bought_on.year + 3, 12, 31)
    if country == "AT":
        return _years_later(bought_on, 30)
    return None


def is_too_short(policy: Policy, country: str, bought_on: date) -> bool:
    """Whether a policy gives less than the law of the country."""
    ours, law = valid_until(policy, bought_on), lawful_until(country, bought_on)
    return ours is not None and law is not None and ours < law


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a month that is too short (§ 188 BGB)."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    next_first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), next_first - timedelta(days=1))


def _years_later(day: date, years: int) -> date:
    """The same day years later; 29 February becomes the last of the month (§ 188 BGB)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
