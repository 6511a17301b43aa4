"""Money is an integer of cents; this is the one small language that reads and writes it."""

import re
from collections.abc import Sequence

Cents = int

LARGEST: Cents = 9_999_999_99
_EUROS = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{2}))?", re.ASCII)


def euros(text: str) -> Cents:
    """Read `12`, `12,50`, `12.50` or `12,50 €` as cents (DOMAIN G2).

    Raises ValueError on anything else: signs, exponents, grouping, full-width digits.
    """
    match = _EUROS.fullmatch(text.strip(" \t\u00a0").removesuffix("€").strip(" \t\u00a0"))
    if match is None:
        raise ValueError(f"not an amount: {text[:40]!r}")
    whole, fraction = match.groups()
    return int(whole) * 100 + int(fraction or 0)


def written(cents: Cents, language: str = "de") -> str:
    """Write cents as people read them: `1.037,50 €`, in English `€1,037.50`. Whole euros stay short."""
    sign, cents = ("−", -cents) if cents < 0 else ("", cents)
    whole, rest = divmod(cents, 100)
    text = f"{whole:,}" + (f".{rest:02d}" if rest else "")
    if language == "en":
        return f"{sign}€{text}"
    return sign + text.translate(str.maketrans(",.", ".,")) + "\u00a0€"


def share(cents: Cents, weights: Sequence[int]) -> list[Cents]:
    """Split cents by weights so that the parts sum up to the cent; the last cent makes the sums meet.

    Raises ValueError without any weight, or with a negative one.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("shares need weights")
    parts, given, seen = [], 0, 0
    for weight in weights:
        seen += weight
        part = cents * seen // total - given
        parts.append(part)
        given += part
    return parts
