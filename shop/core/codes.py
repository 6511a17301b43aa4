"""Numbers that people may see and codes that only holders know (DOMAIN S1–S5)."""

import hashlib
import hmac
import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O, U
KINDS = "GKW"  # gift voucher, course voucher, value card
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_READ = str.maketrans("OIL", "011", " -\u2010\u2011\u2012\u2013\u2014\u00a0\t\r\n")
_PAIR = re.compile(
    r"(?<![0-9A-Z])([GKW][0-9A-Z]{4}-?[0-9A-Z]{5})(?![0-9A-Z])[^0-9A-Z]+"
    r"(?:[A-Z]+:?\s+)?([0-9A-Z]{4}(?:[- ]?[0-9A-Z]{4}){3})(?![0-9A-Z])"
)


class Malformed(ValueError):
    """Not a number or code at all: refused before any look-up."""


def _times(a: int, b: int) -> int:
    """Multiply in GF(32) with the polynomial x⁵ + x² + 1."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a <<= 1
        a ^= 0b100101 if a & 32 else 0
        b >>= 1
    return product


def _weights() -> list[int]:
    """The powers of x: 31 different weights, so every transposition of up to 31 symbols shows."""
    powers = [1]
    while len(powers) < 31:
        powers.append(_times(powers[-1], 2))
    return powers


_WEIGHTS = _weights()
_PRODUCT = [[_times(a, b) for b in range(32)] for a in range(32)]


def check_symbol(symbols: str) -> str:
    """The symbol that makes the weighted sum over GF(32) zero; up to 30 symbols (DOMAIN S4)."""
    total = 0
    for place, symbol in enumerate(reversed(symbols), start=1):
        total ^= _PRODUCT[_WEIGHTS[place]][_VALUE[symbol]]
    return ALPHABET[total]


def cleaned(text: str) -> str:
    """Typed text in the alphabet: case, spaces and dashes ignored, O→0, I and L→1. Raises Malformed."""
    symbols = text.upper().translate(_READ)
    if not symbols or any(symbol not in _VALUE for symbol in symbols):
        raise Malformed("a symbol outside the alphabet")
    return symbols


def _checked(text: str, length: int) -> str:
    if len(text) > 80:
        raise Malformed("too long")
    symbols = cleaned(text)
    if len(symbols) != length or check_symbol(symbols[:-1]) != symbols[-1]:
        raise Malformed("a typing error: length or check symbol")
    return symbols


def new_number(kind: str) -> str:
    """A fresh random number of a kind, ten symbols, not sequential (DOMAIN S2)."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}")
    symbols = kind + "".join(secrets.choice(ALPHABET) for _ in range(8))
    return symbols + check_symbol(symbols)


def read_number(text: str) -> str:
    """A typed number in its stored form, `G4C18CCA0R`. Raises Malformed."""
    number = _checked(text, 10)
    if number[0] not in KINDS:
        raise Malformed("no such kind")
    return number


def shown_number(number: str) -> str:
    """A number as printed: `G4C18-CCA0R`."""
    return f"{number[:5]}-{number[5:]}"


def derive_code(key: bytes, number: str, serial: int) -> str:
    """The code of a number, sixteen symbols with 75 bits; derived, never stored (DOMAIN S3)."""
    digest = hashlib.blake2b(f"{number}:{serial}".encode(), key=key[:64], person=b"kursgutschein").digest()
    bits = int.from_bytes(digest[:10], "big") >> 5
    symbols = "".join(ALPHABET[bits >> shift & 31] for shift in range(70, -1, -5))
    return symbols + check_symbol(symbols)


def read_code(text: str) -> str:
    """A typed code in its plain form. Raises Malformed."""
    return _checked(text, 16)


def shown_code(code: str) -> str:
    """A code as printed: `5RKD-DG44-MBJ7-MQAA`."""
    return "-".join(code[i : i + 4] for i in range(0, 16, 4))


def matches(key: bytes, number: str, serial: int, code: str) -> bool:
    """Whether a read code belongs to a number, in constant time (DOMAIN S5)."""
    return hmac.compare_digest(derive_code(key, number, serial), code)


def read_pair(text: str) -> tuple[str, str] | None:
    """Find a number followed by its code in pasted text, or None (DOMAIN R3)."""
    found = _PAIR.search(text.upper()[:400])
    if found is None:
        return None
    try:
        return read_number(found[1]), read_code(found[2])
    except Malformed:
        return None
