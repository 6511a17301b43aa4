"""What may be loaded onto a value card, and what it costs: one small language, `100|200:190` (DOMAIN W2)."""

from dataclasses import dataclass

from shop.core.money import Cents, euros

LARGEST: Cents = 10_000_00  # dearer than any card; a typing error is likelier


class TiersRefused(ValueError):
    """A tier string that cannot be read. `reason` says why, `part` is the piece that it is about.

    Reasons: empty, gap (nothing between two bars, or at an end), unreadable, no_price (a colon and
    nothing behind it), zero, dearer (a price above its value), twice, too_large.
    """

    def __init__(self, reason: str, part: str = "") -> None:
        super().__init__(f"{reason} {part!r}".strip())
        self.reason, self.part = reason, part


@dataclass(frozen=True, order=True)
class Tier:
    """So much credit for such a price, both in cents."""

    value: Cents
    price: Cents

    @property
    def saving(self) -> Cents:
        """What the buyer gets for nothing."""
        return self.value - self.price


def read_tiers(text: str) -> tuple[Tier, ...]:
    """Read `80|100|150`, or with prices `100|200:190|300:275` (value:price, in euros).

    The order is kept. Raises TiersRefused with the first thing that is wrong.
    """
    if not text.strip():
        raise TiersRefused("empty")
    tiers: list[Tier] = []
    for part in text.split("|"):
        tier = _tier(part.strip())
        if any(tier.value == other.value for other in tiers):
            raise TiersRefused("twice", part.strip())
        tiers.append(tier)
    return tuple(tiers)


def tier_of(text: str, value: Cents) -> Tier | None:
    """The tier of a string that has this value, or None. Raises TiersRefused."""
    return next((tier for tier in read_tiers(text) if tier.value == value), None)


def _tier(part: str) -> Tier:
    if not part:
        raise TiersRefused("gap")
    value_text, colon, price_text = part.partition(":")
    if colon and not price_text.strip():
        raise TiersRefused("no_price", part)
    try:
        value = euros(value_text)
        price = euros(price_text) if colon else value
    except ValueError:
        raise TiersRefused("unreadable", part) from None
    if not value or not price:
        raise TiersRefused("zero", part)
    if price > value:
        raise TiersRefused("dearer", part)
    if value > LARGEST:
        raise TiersRefused("too_large", part)
    return Tier(value, price)
