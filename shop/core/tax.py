"""Tax codes of courses and their dated rates: data, not branches (DOMAIN T2)."""

from dataclasses import dataclass
from datetime import date

from shop.core.money import Cents


@dataclass(frozen=True)
class Rate:
    """From a local date on, a tax code means so many per mille of VAT."""

    since: date
    permille: int


RATES: dict[str, dict[str, tuple[Rate, ...]]] = {
    "DE": {
        "exempt": (Rate(date(2000, 1, 1), 0),),
        "reduced": (Rate(date(2007, 1, 1), 70),),
        "standard": (Rate(date(2007, 1, 1), 190),),
    },
    "AT": {
        "exempt": (Rate(date(2000, 1, 1), 0),),
        "reduced": (Rate(date(2000, 1, 1), 100),),
        "standard": (Rate(date(2000, 1, 1), 200),),
    },
}


def permille(country: str, code: str, on: date) -> int:
    """The rate of a tax code on a local date, in per mille of the net price. Raises KeyError."""
    return max(
        (rate for rate in RATES[country][code] if rate.since <= on), key=lambda rate: rate.since
    ).permille


def contained(gross: Cents, rate: int) -> Cents:
    """The VAT in a gross price, in cents, rounded half up."""
    return (2 * gross * rate + 1000 + rate) // (2 * (1000 + rate))
