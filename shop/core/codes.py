"""Numbers that people may see and codes that only holders know (DOMAIN S1–S5)."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O, U
KINDS = "GKW"  # gift voucher, course voucher, value card
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
# Blanks and dashes as keyboards, mails and PDFs make them, those of no width included.
_GAPS = " \t\r\n\u00a0\u00ad\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_DASHES = "\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d\\-"
_BETWEEN = re.compile(f"[{_GAPS}{_DASHES}]+")
_READ = str.maketrans("OIL", "011")
_SYMBOL, _GROUP = "[0-9A-Za-z]", "[0-9A-Za-z]{4}"
_DASHED, _SPACED = f"[{_GAPS}]*[{_DASHES}][{_GAPS}]*", f"[{_GAPS}]*"
# Found wherever they begin, overlapping. A code's groups all have a dash between them or none has,
# so that the word before a code is not taken for its first group.
_NUMBER = re.compile(
    rf"(?<!{_SYMBOL})(?=([{KINDS}{KINDS.lower()}]{_SYMBOL}{{4}}(?:{_DASHED}|{_SPACED}){_SYMBOL}{{5}})(?!{_SYMBOL}))"
)
_CODE = re.compile(
    rf"(?<!{_SYMBOL})(?=({_GROUP}(?:(?:{_DASHED}{_GROUP}){{3}}|(?:{_SPACED}{_GROUP}){{3}}))(?!{_SYMBOL}))"
)
_LONGEST_PASTE = 20_000  # a whole mail and more


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
    symbols = _BETWEEN.sub("", text)
    if not symbols.isascii():  # before upper(), which would make a plain I of the Turkish one
        raise Malformed("a symbol outside the alphabet")
    symbols = symbols.upper().translate(_READ)
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
    return _fresh(kind, 8)


def new_order_number() -> str:
    """A fresh order number, `B` and seven symbols: short enough for a transfer's reference."""
    return _fresh("B", 6)


def new_certificate_number() -> str:
    """A fresh certificate number, `Z` and nine symbols."""
    return _fresh("Z", 8)


def read_certificate_number(text: str) -> str:
    """A typed certificate number in its stored form. Raises Malformed."""
    number = _checked(text, 10)
    if number[0] != "Z":
        raise Malformed("no such kind")
    return number


def read_order_number(text: str) -> str:
    """A typed order number in its stored form. Raises Malformed."""
    return _checked(text, 8)


def _fresh(kind: str, length: int) -> str:
    symbols = kind + "".join(secrets.choice(ALPHABET) for _ in range(length))
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


def shown_course_code(number: str, code: str) -> str:
    """A course voucher's code, one string that carries its number: `K4C18-CCA0R-5RKD-DG44-MBJ7-MQAA`."""
    return f"{shown_number(number)}-{shown_code(code)}"


def matches(key: bytes, number: str, serial: int, code: str) -> bool:
    """Whether a read code belongs to a number, in constant time (DOMAIN S5)."""
    return hmac.compare_digest(derive_code(key, number, serial), code)


def read_pair(text: str) -> tuple[str, str] | None:
    """Find a number and, somewhere after it, its code in pasted text, or None (DOMAIN R3).

    Words around and between them do not matter: both carry a check symbol, and where a word passes
    for one by chance, the pair with the least between them is meant. Of several, the first.
    """
    text = text[:_LONGEST_PASTE]
    with suppress(Malformed):  # nothing but the two, perhaps run together
        both = cleaned(text)
        return read_number(both[:10]), read_code(both[10:])
    numbers = list(_found(_NUMBER, text, read_number))
    codes = list(_found(_CODE, text, read_code))
    gaps = [
        (start - end, number, code) for _, end, number in numbers for start, _, code in codes if start >= end
    ]
    if not gaps:
        return None
    _, number, code = min(gaps, key=lambda gap: gap[0])
    return number, code


def _found(pattern: re.Pattern[str], text: str, read: Callable[[str], str]) -> Iterator[tuple[int, int, str]]:
    """Start, end and reading of every place that has the shape and the right check symbol."""
    for match in pattern.finditer(text):
        with suppress(Malformed):
            yield match.start(1), match.end(1), read(match[1])


def capability(key: bytes, facts: str) -> str:
    """A word of 256 bits for a link that cannot be guessed; derived, so it need not be kept (QUALITY A2)."""
    digest = hashlib.blake2b(facts.encode(), key=key[:64], person=b"capability", digest_size=32).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
