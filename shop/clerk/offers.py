"""`flask shop offer`: what stands in the catalogue, and what does not (Webfreigabe)."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from shop.catalogue.models import Offer
from shop.catalogue.prices import class_titles
from shop.core.words import FIRST
from shop.db import db, transaction

offer = AppGroup(
    "offer", help="List what the catalogue has, publish it and take it off, say what class it has."
)

_numbers = click.argument("numbers", nargs=-1)
_courses = click.option("--courses", is_flag=True, help="Every course and package.")


@offer.command("list")
def listed() -> None:
    """Every offer by its number."""
    for each in db.session.scalars(select(Offer).order_by(Offer.number)):
        state = "published" if each.published else "hidden"
        click.echo(f"{each.number:12} {each.kind:11} {state:10} {each.title[FIRST]}")


@offer.command("publish")
@_numbers
@_courses
def publish(numbers: tuple[str, ...], courses: bool) -> None:
    """Show offers in the catalogue: NUMBERS as `offer list` shows them."""
    click.echo(f"{_set_published(numbers, courses, True)} offers are published.")


@offer.command("unpublish")
@_numbers
@_courses
def unpublish(numbers: tuple[str, ...], courses: bool) -> None:
    """Take offers off the catalogue: NUMBERS as `offer list` shows them. What was sold stays good."""
    click.echo(f"{_set_published(numbers, courses, False)} offers are hidden.")


@offer.command("class")
@click.argument("number")
@click.argument("key")
def set_class(number: str, key: str) -> None:
    """Say which class course NUMBER has: value cards that may pay for KEY may pay for it; "" is none."""
    known = class_titles("appointment")
    if key and known and key not in known:
        raise click.ClickException(f"There is no appointment class {key}, only {', '.join(known)}.")
    with transaction() as session:
        found = session.get(Offer, number)
        if found is None or found.kind not in ("course", "package"):
            raise click.ClickException(f"There is no course or package {number}.")
        found.class_key = key
    click.echo(f"{number} has the class {key}." if key else f"{number} has no class.")


def _set_published(numbers: tuple[str, ...], courses: bool, published: bool) -> int:
    """Switch all or none; how many. Raises ClickException for a number that there is not."""
    if not numbers and not courses:
        raise click.UsageError("Name offers by their numbers, or say --courses.")
    wanted = Offer.number.in_(numbers) | (Offer.kind.in_(("course", "package")) if courses else False)
    with transaction() as session:
        found = session.scalars(select(Offer).where(wanted)).all()
        if unknown := sorted(set(numbers) - {each.number for each in found}):
            raise click.ClickException(f"There is no offer {', '.join(unknown)}.")
        for each in found:
            each.published = published
    return len(found)
