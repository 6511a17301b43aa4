"""What the centre says about itself, read in one query and checked when it is set."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, cast

from email_validator import EmailNotValidError, validate_email
from flask import g, has_request_context
from sqlalchemy import Table, select

from shop.centre.colour import read_ribbon
from shop.centre.iban import read_bic, read_iban, shown_iban
from shop.centre.models import Fact
from shop.core.matrix import DIMENSIONS
from shop.core.text import TooLong, tidy
from shop.db import db

Words = Mapping[str, str]

_WEB = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?(/[!-~]*)?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class FactRefused(ValueError):
    """A value that the centre may not say about itself; `key` names the fact, the sentence the reason."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}.")
        self.key, self.reason = key, reason


@dataclass(frozen=True)
class Centre:
    """The centre as visitors, letters and documents show it; a shop without facts has these defaults.

    `opening_hours` and `service_point` are texts by language; `categories` name the programme's parts
    by slug, each by language. `iban` is without spaces. `demo` marks an invented centre. `dimension_…`
    is what the centre calls the four dimensions of its prices (DOMAIN W5).
    """

    name: str = "Kursgutschein"
    short_name: str = "Kursgutschein"
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "DE"
    phone: str = ""
    email: str = ""
    website: str = ""
    account_holder: str = ""
    iban: str = ""
    bic: str = ""
    tax_number: str = ""
    vat_id: str = ""
    opening_hours: Words = field(default_factory=dict)
    service_point: Words = field(default_factory=dict)
    categories: Mapping[str, Words] = field(default_factory=dict)
    ribbon_colour: str = "#B4232F"
    demo: bool = False
    dimension_user: Words = field(default_factory=lambda: {"de": "Benutzerklasse", "en": "User class"})
    dimension_appointment: Words = field(
        default_factory=lambda: {"de": "Terminklasse", "en": "Appointment class"}
    )
    dimension_resource: Words = field(
        default_factory=lambda: {"de": "Ressourcenklasse", "en": "Resource class"}
    )
    dimension_member: Words = field(default_factory=lambda: {"de": "Mitgliedsklasse", "en": "Member class"})

    @property
    def iban_written(self) -> str:
        """The IBAN in groups of four."""
        return shown_iban(self.iban)

    @property
    def address(self) -> tuple[str, ...]:
        """Name, street and place, as the lines of an envelope."""
        lines = (self.name, self.street, f"{self.postcode} {self.city}".strip())
        return tuple(line for line in lines if line)

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that a shop needs before it goes live (§ 5 DDG, § 312d BGB), as keys."""
        needed = ("street", "postcode", "city", "phone", "email")
        unset = tuple(key for key in needed if not getattr(self, key))
        return unset if self.name != Centre().name else ("name", *unset)


KEYS = tuple(each.name for each in fields(Centre))


def centre() -> Centre:
    """What the centre says about itself now; within one request it is asked for once."""
    if not has_request_context():
        return _read()
    if "centre" not in g:
        g.centre = _read()
    kept: Centre = g.centre
    return kept


_facts = cast(Table, Fact.__table__)
_ALL = select(_facts.c.key, _facts.c.value)


def _read() -> Centre:
    rows = db.session.connection().execute(_ALL)
    return Centre(**{key: value for key, value in rows if key in KEYS})


def set_facts(**values: Any) -> None:
    """Set facts by their keys, all or none, in the caller's transaction.

    Raises FactRefused for an unknown key, an account number with a typing error, or a ribbon
    colour on which text cannot be read.
    """
    checked = {key: _checked(key, value) for key, value in values.items()}
    for key, value in checked.items():
        if fact := db.session.get(Fact, key):
            fact.value = value
        else:
            db.session.add(Fact(key=key, value=value))
    db.session.flush()
    g.pop("centre", None)


def _checked(key: str, value: Any) -> Any:
    if key not in _READERS:
        raise FactRefused(key, f"no such fact; there are {', '.join(KEYS)}")
    try:
        return _READERS[key](value)
    except TooLong:
        raise FactRefused(key, "this is too long") from None
    except ValueError as refused:
        raise FactRefused(key, str(refused).rstrip(".")) from None


def _text(limit: int, *, needed: bool = False) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = tidy(_string(value), limit=limit)
        if needed and not text:
            raise ValueError("this cannot be empty")
        return text

    return read


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is needed")
    return value


def _words(limit: int) -> Callable[[Any], dict[str, str]]:
    def read(value: Any) -> dict[str, str]:
        if not isinstance(value, Mapping) or not all(re.fullmatch("[a-z]{2}", str(key)) for key in value):
            raise ValueError("texts by language are needed, like {'de': …, 'en': …}")
        return {key: tidy(_string(text), limit=limit, lines=True) for key, text in value.items()}

    return read


def _title(value: Any) -> dict[str, str]:
    read = {key: tidy(text, limit=40) for key, text in _words(200)(value).items()}
    if not read.get("de"):
        raise ValueError("this needs a German text, like {'de': …}")
    return read


def _categories(value: Any) -> dict[str, dict[str, str]]:
    if not isinstance(value, Mapping) or not all(_SLUG.fullmatch(str(slug)) for slug in value):
        raise ValueError("texts by slug are needed, like {'kochen': {'de': …}}")
    read = _words(60)
    return {slug: read(words) for slug, words in value.items()}


def _or_empty(read: Callable[[str], str]) -> Callable[[Any], str]:
    return lambda value: read(value) if _string(value).strip() else ""


def _email(text: str) -> str:
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
    return found.normalized


def _website(text: str) -> str:
    if not _WEB.fullmatch(text.strip()):
        raise ValueError("an address begins with https:// (or http://)")
    return text.strip()


def _country(value: Any) -> str:
    if not re.fullmatch("[A-Z]{2}", _string(value)):
        raise ValueError("a country is two capital letters, like DE")
    return str(value)


def _vat_id(text: str) -> str:
    read = "".join(text.split()).upper()
    if not re.fullmatch("[A-Z]{2}[0-9A-Z]{2,12}", read):
        raise ValueError("a VAT number begins with its country, like DE123456789")
    return read


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is needed")
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "name": _text(120, needed=True),
    "short_name": _text(60, needed=True),
    "street": _text(120),
    "postcode": _text(12),
    "city": _text(80),
    "country": _country,
    "phone": _text(40),
    "email": _or_empty(_email),
    "website": _or_empty(_website),
    "account_holder": _text(70),  # what an EPC-QR code has room for
    "iban": _or_empty(read_iban),
    "bic": _or_empty(read_bic),
    "tax_number": _text(30),  # § 14 UStG: one of these two stands on every invoice
    "vat_id": _or_empty(_vat_id),
    "opening_hours": _words(400),
    "service_point": _words(400),
    "categories": _categories,
    "ribbon_colour": lambda value: read_ribbon(_string(value)),
    "demo": _yes_or_no,
    **dict.fromkeys((f"dimension_{each}" for each in DIMENSIONS), _title),
}
