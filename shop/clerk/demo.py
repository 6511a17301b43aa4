"""A whole invented centre, to look at the shop with: facts, pages, motifs, vouchers, courses, prices, appointments."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import exists, select

from shop import clock
from shop.catalogue.models import Offer
from shop.centre import pages
from shop.centre.facts import set_facts
from shop.centre.models import Fact, Page
from shop.clerk.demo_appointments import add_appointments
from shop.clerk.demo_cards import add_card_types
from shop.clerk.demo_courses import FOLDER, add_courses
from shop.clerk.demo_prices import add_prices
from shop.core.money import Cents, euros
from shop.db import db, transaction
from shop.vouchers.models import Motif, VoucherProduct


def fill() -> bool:
    """Fill an empty shop, in one transaction of its own; a shop with anything in it stays as it is.

    Returns whether it filled. Dates of courses count from the local today.
    """
    with transaction():
        if not _is_empty():
            return False
        set_facts(**_read("centre.toml"))
        for language, slug, title, body in read_pages():
            pages.write(slug, language, title, body)
        _add_vouchers(_read("products.toml"))
        add_courses(clock.today())
        add_prices()
        add_card_types()
        add_appointments(clock.today())
    return True


def _is_empty() -> bool:
    tables = (Fact, Page, Offer, Motif, VoucherProduct)
    return not any(db.session.scalar(select(exists().select_from(table))) for table in tables)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text())


def read_pages() -> Iterator[tuple[str, str, str, str]]:
    """The written pages as language, slug, title, body; German first."""
    for language in ("de", "en"):
        for path in sorted((FOLDER / "pages" / language).glob("*.md")):
            title, body = split_title(path.read_text())
            yield language, path.stem, title, body


def split_title(text: str) -> tuple[str, str]:
    """A Markdown file's first heading and the rest; the title is empty when it does not begin with one."""
    first, _, rest = text.lstrip().partition("\n")
    return (first[2:].strip(), rest.strip()) if first.startswith("# ") else ("", text.strip())


def _add_vouchers(goods: Mapping[str, Any]) -> None:
    for position, motif in enumerate(goods["motif"]):
        db.session.add(Motif(picture=motif["slug"], position=position, **motif))
    for product in goods["product"]:
        offer = Offer(
            number=product["number"],
            kind="voucher",
            category="gutscheine",
            title=product["title"],
            summary=product["summary"],
            description=_stripped(product["description"]),
            schedule={},
            price_cents=None,
            published=True,
        )
        db.session.add(_product(product, offer))


def _product(product: Mapping[str, Any], offer: Offer) -> VoucherProduct:
    return VoucherProduct(
        slug=product["slug"],
        offer=offer,
        tiers=[euros(text) for text in product.get("tiers", [])],
        low=_cents(product.get("low")),
        high=_cents(product.get("high")),
        motifs=product["motifs"],
        asks_recipient=product.get("asks_recipient", True),
        asks_dedication=product.get("asks_dedication", True),
        terms=product["terms"],
    )


def _cents(text: str | None) -> Cents | None:
    return None if text is None else euros(text)


def _stripped(words: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in words.items()}
