"""Finding what is offered: the list with its search and filters, one offer by its number, what to filter by."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, case, cast, func, literal, or_, select

from shop import clock
from shop.catalogue.fold import folded, folded_in_sql
from shop.catalogue.models import Offer, Seats
from shop.catalogue.seats import FREE
from shop.catalogue.standing import Standing, standing
from shop.centre.facts import centre
from shop.core.money import Cents
from shop.core.words import FIRST
from shop.db import db

Words = Mapping[str, str]

MOST_TERMS = 8  # further words of a query are not looked at
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Wish:
    """What somebody looks for; what is empty or False narrows nothing.

    `weekday` is a digit, Monday is 1; `house` is a place without its room; `free` leaves out what cannot
    be booked now.
    """

    query: str = ""
    kind: str = ""
    category: str = ""
    weekday: str = ""
    house: str = ""
    free: bool = False
    online: bool = False


EVERYTHING = Wish()


class Listed(NamedTuple):
    """An offer as a list shows it; texts by language, price in cents or None (a voucher's is chosen).

    `free` counts places, None is without limit; `standing` is by the local day, not by the hour.
    """

    number: str
    kind: str
    category: str
    title: Words
    summary: Words
    schedule: Words
    starts_on: date | None
    place: str
    is_online: bool
    lecturer: str
    price_cents: Cents | None
    free: int | None
    standing: Standing


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


@dataclass(frozen=True)
class Facets:
    """What a list can be narrowed by: parts of the programme and houses, each by name."""

    categories: tuple[Category, ...]
    houses: tuple[str, ...]


_SHOWN = tuple(getattr(Offer.__table__.c, name) for name in Listed._fields[:-2])
_DATES = (Offer.cancelled_on, Offer.register_until)
# Appointments have lists of their own, by week: here they would bury the programme (DOMAIN W10).
_PROGRAMME = Offer.published.is_(True) & (Offer.kind != "appointment")
_last_day = func.coalesce(Offer.register_until, Offer.starts_on)
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
        case((Offer.is_online, "online"), else_=""),
    )
)


def published(wish: Wish = EVERYTHING, page: int = 1, per_page: int = 40) -> Found:
    """What is offered: vouchers first, then packages, then courses by date (DOMAIN G3a, R1).

    Every word of the query must occur in the number, the title, a text, the place or the lecturer's
    name, whatever its case and its umlauts' spelling. What has begun and takes nobody any more is
    left out. A page that does not exist has no offers. One statement, two when the page is empty.
    """
    today = clock.today()
    conditions = [_PROGRAMME, _is_current(today), *_wished(wish, today)]
    rows = _rows(conditions, page, per_page) if 1 <= page <= LAST_PAGE else []
    if rows or page == 1:
        total = rows[0][-1] if rows else 0
    else:
        count = select(func.count()).select_from(Offer).outerjoin(Seats).where(*conditions)
        total = db.session.scalar(count) or 0
    return Found(tuple(_listed(row, today) for row in rows), total, -(-total // per_page))


def _rows(conditions: Iterable[ColumnElement[bool]], page: int, per_page: int) -> list[Any]:
    """One page's columns, and behind them how many rows match, counted in the same statement."""
    query = (
        select(*_SHOWN, *_DATES, FREE, func.count().over())
        .select_from(Offer)
        .outerjoin(Seats)
        .where(*conditions)
        .order_by(Offer.kind.desc(), Offer.starts_on.asc().nulls_last(), Offer.number)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return list(db.session.execute(query))


def _listed(row: Any, today: date) -> Listed:
    *shown, cancelled_on, register_until, free, _total = row
    last_day = register_until or row.starts_on
    late = last_day is not None and last_day < today
    return Listed._make((*shown, free, standing(cancelled=cancelled_on is not None, late=late, free=free)))


def _is_current(today: date) -> ColumnElement[bool]:
    return or_(Offer.starts_on.is_(None), Offer.starts_on > today, _last_day >= today)


def _wished(wish: Wish, today: date) -> Iterator[ColumnElement[bool]]:
    yield from _matching(wish.query)
    if wish.kind:
        yield Offer.kind == wish.kind
    if wish.category:
        yield Offer.category == wish.category
    if wish.weekday:
        yield Offer.weekdays.contains(wish.weekday, autoescape=True)
    if wish.house:
        yield or_(Offer.place == wish.house, Offer.place.startswith(f"{wish.house},", autoescape=True))
    if wish.online:
        yield Offer.is_online.is_(True)
    if wish.free:
        yield Offer.kind != "voucher"
        yield Offer.cancelled_on.is_(None)
        yield or_(_last_day.is_(None), _last_day >= today)
        yield or_(FREE.is_(None), FREE > 0)


def by_number(number: str) -> Offer | None:
    """One published offer by its number, whatever the case of its letters, begun or not; appointments too."""
    return db.session.scalar(
        select(Offer).where(Offer.published, Offer.number.in_({number, number.upper()})).limit(1)
    )


def facets() -> Facets:
    """What the current programme can be narrowed by; a category without a name is called by its slug."""
    rows = db.session.execute(
        select(Offer.category, Offer.place, func.count())
        .where(_PROGRAMME, _is_current(clock.today()))
        .group_by(Offer.category, Offer.place)
    )
    counts: Counter[str] = Counter()
    houses: set[str] = set()
    for category, place, count in rows:
        counts[category] += count
        houses.add(place.partition(",")[0])
    named = centre().categories
    parts = [Category(slug, named.get(slug) or {FIRST: slug}, count) for slug, count in counts.items()]
    return Facets(
        tuple(sorted(parts, key=lambda each: folded(each.words[FIRST]))),
        tuple(sorted(houses - {""}, key=folded)),
    )


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
