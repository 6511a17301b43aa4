"""Finding what is offered: the list with its search, one offer by its number, the categories."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, cast, func, literal, select

from shop.catalogue.fold import folded, folded_in_sql
from shop.catalogue.models import Offer
from shop.centre.facts import centre
from shop.core.money import Cents
from shop.core.words import FIRST
from shop.db import db

Words = Mapping[str, str]

MOST_TERMS = 8  # further words of a query are not looked at
LAST_PAGE = 10_000


class Listed(NamedTuple):
    """An offer as a list shows it; texts by language, price in cents or None (a voucher's is chosen)."""

    number: str
    kind: str
    category: str
    title: Words
    summary: Words
    schedule: Words
    starts_on: date | None
    place: str
    lecturer: str
    price_cents: Cents | None


class Found(NamedTuple):
    """One page of a list: its offers, how many there are in all, and on how many pages."""

    offers: tuple[Listed, ...]
    total: int
    pages: int


@dataclass(frozen=True)
class Category:
    """A part of the programme: its slug, its name by language, and how many offers it has."""

    slug: str
    words: Words
    count: int


_COLUMNS = tuple(getattr(Offer, name) for name in Listed._fields)
# `contains` would ask the text type for its operator; the JSON is searched as the text that it is.
_TEXTS = tuple(
    cast(column, String)
    for column in (
        Offer.number,
        func.replace(Offer.number, "-", ""),
        Offer.title,
        Offer.summary,
        Offer.description,
        Offer.place,
        Offer.lecturer,
    )
)


def published(query: str = "", category: str = "", page: int = 1, per_page: int = 40) -> Found:
    """What is offered: vouchers first, then by date (DOMAIN G3a, R1).

    Every word of the query must occur in the number, the title, a text, the place or the lecturer's
    name, whatever its case and its umlauts' spelling. A page that does not exist has no offers.
    """
    conditions: list[ColumnElement[bool]] = [Offer.published.is_(True), *_matching(query)]
    if category:
        conditions.append(Offer.category == category)
    rows = _rows(conditions, page, per_page) if 1 <= page <= LAST_PAGE else []
    if rows or page == 1:
        total = rows[0][-1] if rows else 0
    else:
        total = db.session.scalar(select(func.count()).select_from(Offer).where(*conditions)) or 0
    return Found(tuple(Listed._make(row[:-1]) for row in rows), total, -(-total // per_page))


def _rows(conditions: Sequence[ColumnElement[bool]], page: int, per_page: int) -> list[tuple[Any, ...]]:
    """One page's columns, and behind them how many rows match, counted in the same statement."""
    query = (
        select(*_COLUMNS, func.count().over())
        .where(*conditions)
        .order_by(Offer.kind.desc(), Offer.starts_on.asc().nulls_last(), Offer.number)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return [tuple(row) for row in db.session.execute(query)]


def by_number(number: str) -> Offer | None:
    """One published offer by its course number, whatever the case of its letters."""
    return db.session.scalar(
        select(Offer).where(Offer.published, Offer.number.in_({number, number.upper()})).limit(1)
    )


def categories() -> list[Category]:
    """The parts of the programme that have something to offer, by name; one without is called by its slug."""
    rows = db.session.execute(
        select(Offer.category, func.count()).where(Offer.published).group_by(Offer.category)
    )
    named = centre().categories
    found = [Category(slug, named.get(slug) or {FIRST: slug}, count) for slug, count in rows]
    return sorted(found, key=lambda each: folded(each.words[FIRST]))


def _matching(query: str) -> Iterable[ColumnElement[bool]]:
    terms = _terms(query)
    if not terms:
        return
    haystack = folded_in_sql(db.session(), _said_in_sql())
    for term in terms:
        yield haystack.contains(term, autoescape=True)


def _terms(query: str) -> list[str]:
    """The words to look for: control characters and quotation marks left out."""
    plain = "".join(symbol if symbol.isprintable() else " " for symbol in query[:200])
    words = (word.strip("\"'„“”‚‘’«»,;:()[]{}") for word in plain.split())
    return [folded(word) for word in words if word][:MOST_TERMS]


def _said_in_sql() -> ColumnElement[str]:
    """All texts of an offer in one, the marks of the stored JSON taken out."""
    text: ColumnElement[str] = literal("")
    for column in _TEXTS:
        text = text + " " + func.coalesce(column, "")
    for mark in ('{"de": "', '", "en": "', '"}'):
        text = func.replace(text, mark, " ")
    return text
