"""Pairing codes with addresses from a pasted list, checked before anything is sent (DOMAIN C6)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Select, select

from shop import clock
from shop.core.text import TooLong, tidy
from shop.course_vouchers.models import CourseVoucher
from shop.db import db
from shop.people.models import Organisation

LONGEST = 100_000
"""Characters of a list: a thousand addresses and their names."""

_PARTS = re.compile(r"[;,\t]")
_ADDRESS = re.compile(r"[^\s<>;,\"()]+@[^\s<>;,\"()]+")
_AROUND = "<>;,\"'() \t"


@dataclass(frozen=True)
class Pair:
    """One code and whom it goes to; `name` may be empty."""

    number: str
    email: str
    name: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line of the list; `line` counts from 1, 0 is the list as a whole.

    `reason`: `empty` (no address at all), `long` (the list has too many characters), `address` (no
    e-mail address, or none that works), `duplicate` (it stands in an earlier line), `sent` (it has an
    unused code of this course already), `codes` (there are fewer codes than addresses; `text` is
    `have/need`).
    """

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Pairing:
    """Who would get which code; `left` are the codes that stay. Only without problems it may be sent."""

    pairs: tuple[Pair, ...]
    problems: tuple[Problem, ...]
    left: int = 0


def pair_up(organisation: Organisation, offer_number: str, addresses: str) -> Pairing:
    """Give each address of a list one unused, unsent code of an offer; reads only.

    A line is an address, or an address and a name in any order, parted by tab, comma or semicolon, or
    `Name <address>`; a heading without an address may stand first. Codes that run out first go first.
    """
    if len(addresses) > LONGEST:
        return Pairing((), (Problem(0, "", "long"),))
    people, problems = _read(addresses)
    if not people and not problems:
        return Pairing((), (Problem(0, "", "empty"),))
    has_one = _have_one(organisation, offer_number)
    problems += [Problem(line, email, "sent") for line, email, _ in people if email in has_one]
    numbers = _unsent(organisation, offer_number)
    if len(numbers) < len(people):
        problems.append(Problem(0, f"{len(numbers)}/{len(people)}", "codes"))
    if problems:
        return Pairing((), tuple(sorted(problems, key=lambda problem: problem.line)), len(numbers))
    pairs = (Pair(number, email, name) for number, (_, email, name) in zip(numbers, people, strict=False))
    return Pairing(tuple(pairs), (), len(numbers) - len(people))


def _read(text: str) -> tuple[list[tuple[int, str, str]], list[Problem]]:
    """Line, address and name of each person in a list, and what is wrong with the other lines."""
    people: list[tuple[int, str, str]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for line, part in _entries(text):
        entry = _entry(part)
        if entry is None:
            problems.append(Problem(line, part[:80], "address"))
        elif entry[0] in seen:
            problems.append(Problem(line, entry[0], "duplicate"))
        else:
            seen.add(entry[0])
            people.append((line, *entry))
    return people, problems


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """The people of a list with the numbers of their lines; several addresses in a line are several people."""
    for line, row in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if not row.strip(_AROUND):
            continue
        if line == 1 and "@" not in row and "mail" in row.casefold():
            continue  # a heading
        if len(_ADDRESS.findall(row)) < 2:
            yield line, row
            continue
        for part in filter(str.strip, _PARTS.split(row)):
            yield line, part


def _entry(text: str) -> tuple[str, str] | None:
    """The address as it is kept, in lower case, and the name; None when there is no working address."""
    found = _ADDRESS.search(text)
    if found is None:
        return None
    try:
        email = validate_email(found[0], check_deliverability=False, allow_smtputf8=False).normalized
        around = f"{text[: found.start()]} {text[found.end() :]}"
        name = " ".join(filter(None, (part.strip(_AROUND) for part in _PARTS.split(around))))
        return email.lower(), tidy(name.strip(_AROUND), limit=100)
    except (EmailNotValidError, TooLong):
        return None


def _unsent(organisation: Organisation, offer_number: str) -> Sequence[str]:
    """The numbers of the codes that nobody has yet."""
    query = _open(organisation, offer_number).where(CourseVoucher.sent_to == "")
    return db.session.scalars(query.order_by(CourseVoucher.valid_until, CourseVoucher.number)).all()


def _have_one(organisation: Organisation, offer_number: str) -> set[str]:
    """The addresses that an unused code of this offer was sent to."""
    query = _open(organisation, offer_number).with_only_columns(CourseVoucher.sent_to)
    return {email.lower() for email in db.session.scalars(query.where(CourseVoucher.sent_to != ""))}


def _open(organisation: Organisation, offer_number: str) -> Select[str]:
    return select(CourseVoucher.number).where(
        CourseVoucher.organisation_id == organisation.id,
        CourseVoucher.offer_number == offer_number,
        CourseVoucher.state == "open",
        CourseVoucher.frozen == "",
        CourseVoucher.valid_until >= clock.today(),
    )
