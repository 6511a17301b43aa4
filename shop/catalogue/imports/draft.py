"""What every format is read into, and the strict readers of single values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from shop import clock
from shop.catalogue.fold import folded
from shop.catalogue.prices import class_titles
from shop.centre.facts import centre
from shop.core.money import Cents, euros
from shop.core.text import TooLong, tidy
from shop.core.words import FIRST

LIMITS = {"title": 200, "summary": 400, "description": 10_000, "schedule": 200, "place": 120, "lecturer": 120}
MOST_SESSIONS = 400

_NUMBER = re.compile(r"[0-9A-Z]+(?:[.-][0-9A-Z]+)*", re.ASCII)
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_GERMAN_DAY = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)
# Where in a lecturer's field the name ends and what else was written about a person begins.
_NOT_NAME = re.compile(
    r"(?i)[\s,;|/(]*(?:<|\S+@|\+?[0-9][0-9\s/().-]{4,}|\b(?:tel|telefon|fon|phone|mobil|handy|fax|e-?mail|mail"
    r"|geb|geboren|born|iban|adresse|address|wohnhaft|https?:|www\.)(?!\w))"
)


class Refused(ValueError):
    """A row, or a whole file, that cannot be taken over; the sentence says why."""


@dataclass(frozen=True)
class Draft:
    """One course as a file describes it: only what the file says, in the types of `Offer`'s columns.

    Texts are by language. `capacity` is the number of seats, None without limit; `where` is the place
    in the file.
    """

    where: str
    number: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken over, and why."""

    where: str
    number: str
    reason: str


def shown(text: object) -> str:
    """A value as a report quotes it: short, and without anything that could steer a terminal."""
    return repr(str(text)[:40])


def read_number(text: str) -> str:
    """A course number, in capitals. Raises Refused."""
    number = text.strip().upper()
    if not _NUMBER.fullmatch(number) or len(number) > 20:
        raise Refused(f"{shown(text)} is no course number (letters, digits, dots and dashes, at most 20)")
    return number


def read_text(field: str, text: str) -> str:
    """A tidied text; descriptions may have several lines. Raises Refused when it is too long."""
    try:
        return tidy(text, limit=LIMITS[field], lines=field == "description")
    except TooLong as error:
        raise Refused(f"the {field} is longer than {error.limit} characters") from None


def read_cents(text: str) -> Cents:
    """An amount of euros in cents. Raises Refused."""
    try:
        return euros(text)
    except ValueError:
        raise Refused(f"{shown(text)} is no amount; write 128 or 128,50") from None


def read_day(text: str) -> date:
    """A day as 2027-01-13 or 13.01.2027. Raises Refused."""
    text = text.strip()
    if iso := _ISO_DAY.fullmatch(text):
        parts = iso.groups()
    elif german := _GERMAN_DAY.fullmatch(text):
        parts = german.groups()[::-1]
    else:
        raise Refused(f"{shown(text)} is no day; write 2027-01-13 or 13.01.2027")
    try:
        return date(*map(int, parts))
    except ValueError:
        raise Refused(f"there is no such day as {shown(text)}") from None


def read_moment(text: str) -> datetime:
    """A moment with a time as the shop's wall clock shows it, without zone. Raises Refused."""
    if not _MOMENT.fullmatch(text.strip()):
        raise Refused(f"{shown(text)} is no moment; write 2027-01-13T18:30")
    try:
        return local(datetime.fromisoformat(text.strip()))
    except ValueError:
        raise Refused(f"there is no such moment as {shown(text)}") from None


def local(moment: datetime) -> datetime:
    """A moment of any zone, or of none, on the shop's wall clock, without zone."""
    return (clock.local(moment) if moment.tzinfo else moment).replace(tzinfo=None)


def read_sessions(spans: list[tuple[datetime, datetime]]) -> list[list[str]]:
    """Sessions in order, each as `[start, end]` in local ISO times. Raises Refused.

    None may end before it begins, last longer than a day, overlap another or fall into the hour that
    the clocks leave out in spring.
    """
    if len(spans) > MOST_SESSIONS:
        raise Refused(f"there are more than {MOST_SESSIONS} sessions")
    before: datetime | None = None
    for start, end in sorted(spans):
        if end <= start or (end - start).days:
            raise Refused(f"a session from {start} to {end} ends too early or too late")
        if before and start < before:
            raise Refused(f"the session at {start} begins before the one before it ends")
        for moment in (start, end):
            there = moment.replace(tzinfo=clock.zone())
            if there.astimezone(UTC).astimezone(clock.zone()).replace(tzinfo=None) != moment:
                raise Refused(f"the clocks skip {moment}")
        before = end
    return [[_written(start), _written(end)] for start, end in sorted(spans)]


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def read_category(text: str) -> str:
    """A category's slug, by its slug or by its name in any language; a new one is made from the text."""
    plain = folded(text.strip())
    for slug, words in centre().categories.items():
        if plain == slug or plain in map(folded, words.values()):
            return slug
    slug = re.sub("[^a-z0-9]+", "-", plain).strip("-")
    if not slug or len(slug) > 40:
        raise Refused(f"{shown(text)} is no category")
    return slug


def read_class(text: str) -> str:
    """An appointment class's key, by its key or by its title in any language. Raises Refused.

    Where a centre uses no classes any key will do: value cards may name it all the same (W1).
    """
    plain, known = folded(text.strip()), class_titles("appointment")
    for key, title in known.items():
        if plain == folded(key) or plain in map(folded, title.values()):
            return key
    if known or not _KEY.fullmatch(plain) or len(plain) > 40:
        raise Refused(f"{shown(text)} is no appointment class")
    return plain


def name_only(text: str) -> str:
    """A lecturer's name; mail addresses, telephone numbers and the like are dropped (DOMAIN A3)."""
    found = _NOT_NAME.search(text)
    return read_text("lecturer", text[: found.start()] if found else text).rstrip(" ,;:(")


def words(text: str, language: str = FIRST) -> dict[str, str]:
    """A text by language; empty when there is none."""
    return {language: text} if text else {}
