"""Bank account numbers, checked before money is asked for under them (ISO 13616)."""

import re

# Length per country, for the countries of the single euro payments area.
LENGTHS = {
    "NO": 15,
    "BE": 16,
    **dict.fromkeys(("DK", "FI", "NL"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "EE", "LT", "LU"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "DE", "GB", "IE", "ME", "RS", "VA"), 22),
    "GI": 23,
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "SE", "SK"), 24),
    "PT": 25,
    "IS": 26,
    **dict.fromkeys(("FR", "GR", "IT", "MC", "SM"), 27),
    **dict.fromkeys(("AL", "CY", "HU", "PL"), 28),
    "MT": 31,
}
_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")


def read_iban(text: str) -> str:
    """A typed IBAN without its spaces. Raises ValueError: shape, country, length or check digits."""
    iban = "".join(text.split()).upper()
    if not _SHAPE.fullmatch(iban):
        raise ValueError("an IBAN is two letters, two digits, and then letters or digits")
    if iban[:2] not in LENGTHS:
        raise ValueError(f"{iban[:2]} is not a country whose accounts can be paid in euros here")
    if len(iban) != LENGTHS[iban[:2]]:
        raise ValueError(
            f"an IBAN of {iban[:2]} has {LENGTHS[iban[:2]]} characters, this one has {len(iban)}"
        )
    if int("".join(str(int(symbol, 36)) for symbol in iban[4:] + iban[:4])) % 97 != 1:
        raise ValueError("the check digits do not fit: a typing error")
    return iban


def shown_iban(iban: str) -> str:
    """An IBAN in groups of four, as people read it."""
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))


def read_bic(text: str) -> str:
    """A typed BIC of eight or eleven characters. Raises ValueError."""
    bic = "".join(text.split()).upper()
    if not _BIC.fullmatch(bic):
        raise ValueError("a BIC has eight or eleven letters and digits, like BYLADEM1001")
    return bic
