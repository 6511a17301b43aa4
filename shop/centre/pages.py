"""The centre's pages: Markdown written by staff, every version kept, the highest shown."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.exc import IntegrityError

from shop import clock
from shop.centre.markdown import configurators, html, split_configurator
from shop.centre.models import Page
from shop.core.text import TooLong, tidy
from shop.core.words import FIRST
from shop.db import db

__all__ = [
    "Edition",
    "Entry",
    "Page",
    "PageRefused",
    "WrittenMeanwhile",
    "history",
    "html",
    "menu",
    "shown",
    "split_configurator",
    "version",
    "write",
]

LONGEST = 100_000  # characters of one page
LEGAL = ("impressum", "datenschutz", "agb", "widerruf", "barrierefreiheit")

_p = cast(Table, Page.__table__).c
_NEWEST = (
    select(_p.slug, _p.language, func.max(_p.version))
    .where(
        _p.slug.in_(bindparam("slugs", expanding=True)),
        _p.language.in_(bindparam("languages", expanding=True)),
    )
    .group_by(_p.slug, _p.language)
)

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class PageRefused(ValueError):
    """A page that cannot be kept; the sentence says why."""


class WrittenMeanwhile(RuntimeError):
    """Somebody else wrote this page's next version at the same moment: read theirs first."""


@dataclass(frozen=True)
class Edition:
    """One line of a page's history; the moment is in UTC."""

    version: int
    title: str
    written_at: datetime


@dataclass(frozen=True)
class Entry:
    """A page as a menu names it."""

    slug: str
    title: str


def shown(slug: str, language: str) -> Page | None:
    """The page as visitors see it: its highest version, in German where the language lacks it."""
    return db.session.scalar(
        select(Page)
        .where(Page.slug == slug, Page.language.in_((language, FIRST)))
        .order_by((Page.language == language).desc(), Page.version.desc())
        .limit(1)
    )


def in_force(slugs: Sequence[str], language: str) -> dict[str, str]:
    """Which editions of some pages visitors are shown, as an order keeps them: `agb/de/3` for each slug there is."""
    asked = {"slugs": slugs, "languages": (language, FIRST)}
    rows = {(slug, kept): version for slug, kept, version in db.session.connection().execute(_NEWEST, asked)}
    spoken = {slug: language if (slug, language) in rows else FIRST for slug, _ in rows}
    return {slug: f"{slug}/{kept}/{rows[slug, kept]}" for slug, kept in spoken.items()}


def version(slug: str, language: str, number: int) -> Page | None:
    """Exactly one version in one language, as an order keeps it (DOMAIN P1)."""
    return db.session.get(Page, (slug, language, number))


def history(slug: str, language: str) -> list[Edition]:
    """Every version in one language, the newest first."""
    rows = db.session.execute(
        select(Page.version, Page.title, Page.written_at)
        .where(Page.slug == slug, Page.language == language)
        .order_by(Page.version.desc())
    )
    return [Edition(*row) for row in rows]


def menu(language: str = FIRST) -> list[Entry]:
    """All pages with the titles of their highest versions: the legal ones last, in their usual order."""
    newest = (
        select(Page.slug, Page.language, func.max(Page.version).label("version"))
        .group_by(Page.slug, Page.language)
        .subquery()
    )
    rows = db.session.execute(
        select(Page.slug, Page.language, Page.title)
        .join_from(
            newest,
            Page,
            (Page.slug == newest.c.slug)
            & (Page.language == newest.c.language)
            & (Page.version == newest.c.version),
        )
        .where(Page.language.in_((language, FIRST)))
    )
    titles: dict[str, str] = {}
    for slug, spoken, title in rows:
        if spoken == language or slug not in titles:
            titles[slug] = title
    return [Entry(slug, titles[slug]) for slug in sorted(titles, key=_place)]


def _place(slug: str) -> tuple[int, str]:
    return (LEGAL.index(slug) + 1 if slug in LEGAL else 0, slug)


def write(slug: str, language: str, title: str, body: str) -> Page:
    """Keep the next version of a page, in the caller's transaction; an unchanged page stays as it is.

    Raises PageRefused, or WrittenMeanwhile when two people write the same version at once.
    """
    title, body = _checked(slug, language, title, body)
    kept = _highest(slug, language)
    if kept and (kept.title, kept.body) == (title, body):
        return kept
    page = Page(
        slug=slug,
        language=language,
        version=kept.version + 1 if kept else 1,
        title=title,
        body=body,
        written_at=clock.now(),
    )
    db.session.add(page)
    try:
        db.session.flush()
    except IntegrityError:
        raise WrittenMeanwhile(f"{slug} ({language}) was changed by somebody else just now.") from None
    return page


def _highest(slug: str, language: str) -> Page | None:
    return db.session.scalar(
        select(Page)
        .where(Page.slug == slug, Page.language == language)
        .order_by(Page.version.desc())
        .limit(1)
    )


def _checked(slug: str, language: str, title: str, body: str) -> tuple[str, str]:
    languages: Sequence[str] = current_app.config["LANGUAGES"]
    if not is_slug(slug):
        raise PageRefused("A page's name in its address is made of small letters, digits and dashes.")
    if language not in languages:
        raise PageRefused(f"The shop speaks {', '.join(languages)}, not {language}.")
    try:
        title = tidy(title, limit=200)
    except TooLong:
        raise PageRefused("A title has at most 200 characters.") from None
    body = _plain(body)
    if len(body) > LONGEST:
        raise PageRefused(f"A page has at most {LONGEST} characters.")
    if not title or not body:
        raise PageRefused("A page needs a title and a text.")
    if configurators(body) > 1:
        raise PageRefused("A page has room for one voucher form: [[gutschein:…]] stands in it twice.")
    return title, body


def is_slug(text: str, *, longest: int = 60) -> bool:
    """Whether a text can name something in an address: `gutscheine-verschenken`."""
    return bool(_SLUG.fullmatch(text)) and len(text) <= longest


def _plain(body: str) -> str:
    """Markdown as written, blanks included; only line ends and control characters are put in order."""
    text = unicodedata.normalize("NFC", body.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(each for each in text if each in "\n\t" or unicodedata.category(each) != "Cc").strip()
