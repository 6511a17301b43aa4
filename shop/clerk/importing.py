"""`flask shop import courses FILE`: a programme from elsewhere, row by row, with a report."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DataError, IntegrityError

from shop.catalogue.imports import csv_file, ical, jsonld
from shop.catalogue.imports.draft import Draft, Refusal, Refused, read_category
from shop.catalogue.imports.keep import keep
from shop.db import db, transaction

FORMATS: dict[str, Callable[[str], Iterator[Draft | Refusal]]] = {
    "csv": csv_file.rows,
    "jsonld": jsonld.rows,
    "ical": ical.rows,
}
ENDINGS = {
    **dict.fromkeys((".csv", ".txt", ".tsv"), "csv"),
    **dict.fromkeys((".json", ".jsonld", ".html", ".htm"), "jsonld"),
    ".ics": "ical",
}
LARGEST = 20 * 1024 * 1024
BATCH = 100  # rows in one transaction, so that nobody who is buying waits for long
OUTCOMES = ("new", "changed", "unchanged", "refused")


@dataclass(frozen=True)
class Reported:
    """One line of the report."""

    outcome: str
    number: str
    where: str
    detail: str = ""


class _Rehearsed(Exception):
    """Ends the transaction of a dry run."""


@click.group("import")
def import_() -> None:
    """Take over what other programs know."""


@import_.command("courses")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=click.Choice(list(FORMATS)), help="else told from the file's ending")
@click.option("--category", default="weitere", show_default=True, help="for new courses that name none")
@click.option("--dry-run", is_flag=True, help="report only, keep nothing")
@with_appcontext
def courses(file: Path, kind: str | None, category: str, dry_run: bool) -> None:
    """Take over courses from FILE: CSV, schema.org JSON-LD (or an HTML page with it), or iCal.

    Courses are known by their number: those that exist are changed, nothing is deleted. Exits with 1
    when a row was refused; the other rows are kept all the same.
    """
    kind = kind or ENDINGS.get(file.suffix.lower())
    if kind is None:
        raise click.ClickException(f"{file.name} does not tell its format; say --format {'|'.join(FORMATS)}.")
    try:
        text, category = _text_of(file), read_category(category)
        if kind == "csv" and (others := csv_file.unread(text)):
            click.echo(f"Columns that are not read: {', '.join(others)}")
        drafts = list(FORMATS[kind](text))
    except Refused as refused:
        raise click.ClickException(f"Nothing was read: {refused}.") from None
    counted: Counter[str] = Counter()
    for line in bring_in(drafts, category, dry_run=dry_run):
        counted[line.outcome] += 1
        if line.outcome != "unchanged":
            detail = f": {line.detail}" if line.detail else ""
            click.echo(f"{line.outcome:9} {line.number or '-':20} {line.where}{detail}")
    click.echo(", ".join(f"{counted[outcome]} {outcome}" for outcome in OUTCOMES) + ".")
    if dry_run:
        click.echo("Nothing was kept (--dry-run).")
    if counted["refused"]:
        raise SystemExit(1)


def bring_in(drafts: list[Draft | Refusal], category: str, *, dry_run: bool = False) -> Iterator[Reported]:
    """Keep every draft for itself, packages after the courses they contain; yields what became of each."""
    first: dict[str, str] = {}
    ordered = sorted(drafts, key=lambda row: isinstance(row, Draft) and row.facts.get("kind") == "package")
    waiting = iter(ordered)
    while batch := list(islice(waiting, len(ordered) if dry_run else BATCH)):
        lines: list[Reported] = []
        try:
            with transaction():
                lines += [_kept(row, category, first) for row in batch]
                if dry_run:
                    raise _Rehearsed
        except _Rehearsed:
            db.session.expunge_all()
        yield from lines


def _kept(row: Draft | Refusal, category: str, first: dict[str, str]) -> Reported:
    """Keep one row behind a savepoint, so that its failure takes nothing else with it."""
    if isinstance(row, Refusal):
        return Reported("refused", row.number, row.where, row.reason)
    if earlier := first.get(row.number):
        return Reported("refused", row.number, row.where, f"this number stands in {earlier} already")
    first[row.number] = row.where
    try:
        with db.session.begin_nested():
            kept = keep(row, category)
    except Refused as refused:
        return Reported("refused", row.number, row.where, str(refused))
    except (DataError, IntegrityError) as error:
        return Reported("refused", row.number, row.where, f"the database refuses it: {error.orig}")
    return Reported(
        kept.outcome, row.number, row.where, "; ".join(filter(None, (", ".join(kept.fields), kept.note)))
    )


def _text_of(file: Path) -> str:
    """The file's text, with or without a byte order mark. Raises Refused."""
    if file.stat().st_size > LARGEST:
        raise Refused(f"{file.name} is larger than {LARGEST // 1024 // 1024} MB")
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{file.name} is not written in UTF-8 (byte {error.start})") from None
