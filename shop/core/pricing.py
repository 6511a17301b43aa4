"""What a voucher may cost: decided here, once, on the server (DOMAIN G2)."""

from dataclasses import dataclass

from shop.core.money import Cents, euros

FREE = "free"  # the choice that stands for an amount of one's own


class AmountRefused(ValueError):
    """An amount that may not be bought. `reason` is missing, unreadable, too_low, too_high or no_tier."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class AmountRule:
    """Fixed tiers, a free amount from `low` to `high`, or both; all in cents."""

    tiers: tuple[Cents, ...] = ()
    low: Cents | None = None
    high: Cents | None = None

    def __post_init__(self) -> None:
        if not self.tiers and self.low is None:
            raise ValueError("an amount rule needs tiers or a free amount")

    @property
    def is_free(self) -> bool:
        """Whether the buyer may name an amount."""
        return self.low is not None


def decide(rule: AmountRule, choice: str, wish: str) -> Cents:
    """The price in cents of what the buyer chose: a tier written in cents, or FREE with a typed wish.

    Raises AmountRefused. Nothing else that a client sends has a say.
    """
    if choice == FREE and rule.low is not None and rule.high is not None:
        return _free(wish, rule.low, rule.high)
    for tier in rule.tiers:
        if choice == str(tier):
            return tier
    raise AmountRefused("missing" if not choice else "no_tier")


def _free(wish: str, low: Cents, high: Cents) -> Cents:
    if not wish.strip():
        raise AmountRefused("missing")
    try:
        cents = euros(wish)
    except ValueError:
        raise AmountRefused("unreadable") from None
    if cents < low:
        raise AmountRefused("too_low")
    if cents > high:
        raise AmountRefused("too_high")
    return cents
