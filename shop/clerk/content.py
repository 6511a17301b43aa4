"""Commands for what the centre shows: demo shop, pages, facts, products, motifs."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from shop.centre import facts, pages
from shop.clerk import demo as demo_shop
from shop.clerk import demo_town
from shop.core.words import FIRST
from shop.db import db, transaction
from shop.paper import motifs
from shop.vouchers.models import Motif, VoucherProduct

_language = click.option("--language", default=FIRST, show_default=True, help="de or en")
_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command()
@click.option(
    "--town", is_flag=True, help="also a municipality that has ordered codes: only to try things out"
)
@with_appcontext
def demo(town: bool) -> None:
    """Fill an empty shop with an invented centre, pages, vouchers and courses."""
    click.echo("The demo shop is filled." if demo_shop.fill() else "The shop has content already: unchanged.")
    if town:
        demo_town.settle()


@click.group()
def page() -> None:
    """Read and write the centre's pages (Markdown)."""


@page.command("list")
@_language
@with_appcontext
def list_pages(language: str) -> None:
    """Every page with the number of its newest version."""
    for entry in pages.menu(language):
        kept = pages.shown(entry.slug, language)
        if kept:
            click.echo(f"{entry.slug:28} {kept.language} version {kept.version:<3} {entry.title}")


@page.command("show")
@click.argument("slug")
@_language
@with_appcontext
def show_page(slug: str, language: str) -> None:
    """Print a page's newest version as Markdown, its title as the first heading."""
    kept = pages.shown(slug, language)
    if kept is None:
        raise click.ClickException(f"There is no page {slug}.")
    click.echo(f"# {kept.title}\n\n{kept.body}")


@page.command("write")
@click.argument("slug")
@_file
@_language
@click.option("--title", default="", help="else the file's first heading")
@with_appcontext
def write_page(slug: str, file: Path, language: str, title: str) -> None:
    """Keep FILE as the next version of a page."""
    heading, body = demo_shop.split_title(_text_of(file))
    try:
        with transaction():
            kept = pages.write(slug, language, title or heading, body)
            click.echo(f"{slug} ({language}) is at version {kept.version}.")
    except (pages.PageRefused, pages.WrittenMeanwhile) as refused:
        raise click.ClickException(str(refused)) from None


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is not a text in UTF-8.") from None


@click.group()
def centre() -> None:
    """Read and set what the centre says about itself."""


@centre.command("show")
@with_appcontext
def show_centre() -> None:
    """Print every fact."""
    now = facts.centre()
    for key in facts.KEYS:
        value = getattr(now, key)
        click.echo(f"{key:22} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")


@centre.command("set")
@click.argument("key")
@click.argument("value")
@_language
@with_appcontext
def set_fact(key: str, value: str, language: str) -> None:
    """Set one fact, for example: iban "DE02 1203 0000 0000 2020 51"."""
    try:
        with transaction():
            facts.set_facts(**{key: _read_value(key, value, language)})
    except facts.FactRefused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"{key} is set.")


def _read_value(key: str, value: str, language: str) -> Any:
    """What was typed, as the fact's own kind; a text by language keeps its other languages."""
    kept = getattr(facts.centre(), key, "")
    if isinstance(kept, bool):
        return {"true": True, "false": False}.get(value.lower(), value)
    if key == "categories":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return {**kept, language: value} if isinstance(kept, dict) else value


@click.group()
def product() -> None:
    """List voucher products, and start or stop their sale."""


@product.command("list")
@with_appcontext
def list_products() -> None:
    """Every voucher product with its course number."""
    for each in db.session.scalars(select(VoucherProduct).order_by(VoucherProduct.offer_number)):
        state = "published" if each.offer.published else "not sold"
        click.echo(f"{each.slug:20} {each.offer_number:10} {state:10} {each.offer.title[FIRST]}")


@product.command("publish")
@click.argument("slug")
@with_appcontext
def publish(slug: str) -> None:
    """Offer a voucher product for sale (Webfreigabe)."""
    _set_published(slug, True)
    click.echo(f"{slug} is on sale.")


@product.command("unpublish")
@click.argument("slug")
@with_appcontext
def unpublish(slug: str) -> None:
    """Stop a product's sale; what was sold stays redeemable."""
    _set_published(slug, False)
    click.echo(f"{slug} is no longer on sale; vouchers sold before stay good.")


def _set_published(slug: str, published: bool) -> None:
    with transaction():
        kept = db.session.get(VoucherProduct, slug)
        if kept is None:
            raise click.ClickException(f"There is no product {slug}.")
        kept.offer.published = published


@click.group()
def motif() -> None:
    """Add pictures for vouchers."""


@motif.command("list")
@with_appcontext
def list_motifs() -> None:
    """Every motif with its title."""
    for each in db.session.scalars(select(Motif).order_by(Motif.position, Motif.slug)):
        click.echo(f"{each.slug:20} {each.title[FIRST]}")


@motif.command("add")
@_file
@click.option("--slug", required=True, help="its name in addresses, like ostern")
@click.option("--title", required=True, help="its German title")
@click.option("--title-en", default="", help="its English title")
@click.option("--product", "products", multiple=True, help="offer it in this product (may be repeated)")
@with_appcontext
def add_motif(file: Path, slug: str, title: str, title_en: str, products: tuple[str, ...]) -> None:
    """Decode FILE (PNG or JPEG), draw it anew, and keep it as a motif."""
    try:
        prints = motifs.reencode(file.read_bytes())
        with transaction():
            _insert_motif(slug, {FIRST: title} | ({"en": title_en} if title_en else {}))
            for each in products:
                _offer_motif(each, slug)
            motifs.keep(slug, prints)  # last, so that a refused motif replaces no file
    except motifs.PictureRefused as refused:
        raise click.ClickException(f"The picture was refused: {refused.reason.replace('_', ' ')}.") from None
    click.echo(f"{slug} is a motif now.")


def _insert_motif(slug: str, title: dict[str, str]) -> None:
    if not pages.is_slug(slug, longest=40):
        raise click.ClickException("A slug is made of small letters, digits and dashes, at most 40.")
    if db.session.get(Motif, slug):
        raise click.ClickException(f"There is a motif {slug} already.")
    last = db.session.scalar(select(func.max(Motif.position)))
    db.session.add(Motif(slug=slug, title=title, picture=slug, position=(last or 0) + 1))
    db.session.flush()


def _offer_motif(product_slug: str, slug: str) -> None:
    kept = db.session.get(VoucherProduct, product_slug)
    if kept is None:
        raise click.ClickException(f"There is no product {product_slug}.")
    kept.motifs = [*kept.motifs, slug]


CONTENT_COMMANDS = (demo, page, centre, product, motif)
