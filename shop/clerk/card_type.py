"""`flask shop card-type`: what cards there are, their tiers, limits and classes (DOMAIN W1, W2)."""

from collections.abc import Mapping
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from shop.cards.models import CardType
from shop.cards.single_purpose import otherwise_taxed
from shop.catalogue.models import PriceClass
from shop.core import tax
from shop.core.money import euros, written
from shop.core.tiers import TiersRefused, read_tiers
from shop.core.words import FIRST
from shop.db import db, transaction

card_type = AppGroup("card-type", help="Types of value cards.")

NOTICE = {
    "de": "Keine Rückzahlung in Geld. Gekauftes Guthaben können Sie drei volle Kalenderjahre lang nutzen.",
    "en": "Credit is not paid out in money. What you buy can be used for three full calendar years.",
}
"""What is told at every purchase unless the centre says otherwise (W8)."""

WORDS = {
    "empty": "there is nothing in it",
    "gap": "something is missing before or behind a bar",
    "unreadable": "this is no amount in euros",
    "no_price": "a colon wants a price behind it",
    "zero": "value and price must be more than zero",
    "dearer": "the price is above the value",
    "twice": "this value stands there twice",
    "too_large": "no card holds so much",
}


def _tiers(_ctx: click.Context, _param: click.Parameter, text: str | None) -> str | None:
    if text is None:
        return None
    try:
        read_tiers(text)
    except TiersRefused as refused:
        about = f"{refused.part!r}: " if refused.part else ""
        raise click.BadParameter(f"{about}{WORDS[refused.reason]}") from None
    return text


def _euros(_ctx: click.Context, _param: click.Parameter, text: str | None) -> int | None:
    try:
        return None if text is None else euros(text)
    except ValueError:
        raise click.BadParameter("write it like 20 or 20,00") from None


@card_type.command("list")
def listed() -> None:
    """Every type with its tiers, limits and classes."""
    for kind in db.session.scalars(select(CardType).order_by(CardType.position, CardType.key)):
        limits = f"limits {written(kind.limit_standard)} / {written(kind.limit_ordered)}"
        state = "on sale" if kind.published else "not on sale"
        tax_words = kind.tax_code or "multi-purpose"
        facts = (kind.key, kind.title[FIRST], kind.tiers, limits, tax_words, " ".join(kind.classes), state)
        click.echo("  ".join(facts))


@card_type.command("set")
@click.argument("key")
@click.option("--title", help="German title; needed for a new one.")
@click.option("--title-en", help="English title.")
@click.option("--tiers", callback=_tiers, help="80|100|150, or with prices 100|200:190|300:275.")
@click.option("--limit-standard", callback=_euros, help="May always be overdrawn by so many euros.")
@click.option("--limit-ordered", callback=_euros, help="… while a top-up is ordered and not yet paid.")
@click.option("--low", callback=_euros, help="Owners are reminded below so many euros; 0 is never.")
@click.option("--tax", "tax_code", help="exempt, reduced or standard; empty: bookings are taxed instead.")
@click.option("--classes", help="Keys of the appointment classes it may pay for, with blanks between.")
@click.option("--notice", help="German notice, shown at every purchase.")
@click.option("--notice-en", help="English notice.")
@click.option("--published/--unpublished", default=None, help="Whether it can be topped up.")
def set_type(key: str, **given: Any) -> None:
    """Make card type KEY, or change what is named."""
    with transaction() as session:
        kind = session.get(CardType, key, with_for_update=True)
        if kind is None:
            kind = _new(key, given)
            session.add(kind)
        _change(kind, given)
    click.echo(f"{key}: {kind.title[FIRST]}, {kind.tiers}.")


def _new(key: str, given: Mapping[str, Any]) -> CardType:
    if not given["title"] or not given["tiers"]:
        raise click.ClickException("A new type needs --title and --tiers.")
    if not key.isascii() or not key.replace("-", "").isalnum() or len(key) > 20:
        raise click.ClickException("A key has up to 20 letters, digits and dashes.")
    return CardType(key=key, title={}, notice=dict(NOTICE), classes=[], tiers=given["tiers"])


def _change(kind: CardType, given: Mapping[str, Any]) -> None:
    for name in ("tiers", "limit_standard", "limit_ordered", "published"):
        if given[name] is not None:
            setattr(kind, name, given[name])
    if given["low"] is not None:
        kind.low_cents = given["low"]
    for name in ("title", "notice"):
        new = {"de": given[name], "en": given[f"{name}_en"]}
        setattr(kind, name, {**getattr(kind, name), **{tongue: text for tongue, text in new.items() if text}})
    if given["tax_code"] is not None:
        kind.tax_code = _known_tax(given["tax_code"])
    if given["classes"] is not None:
        kind.classes = _known_classes(given["classes"].split())
    if numbers := otherwise_taxed(kind):
        raise click.ClickException(
            f"Its top-ups are taxed as {kind.tax_code}, but it may pay for {', '.join(numbers[:5])}, and that is not."
        )


def _known_tax(code: str) -> str:
    if code and code not in tax.RATES[current_app.config["COUNTRY"]]:
        raise click.ClickException(f"There is no tax code {code!r}.")
    return code


def _known_classes(keys: list[str]) -> list[str]:
    known = set(db.session.scalars(select(PriceClass.key).where(PriceClass.dimension == "appointment")))
    if unknown := [key for key in keys if key not in known]:
        raise click.ClickException(f"There is no appointment class {unknown[0]!r}.")
    return keys
