"""`flask shop restore`: a backup becomes a shop again, where none is (QUALITY F13)."""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import URL, create_engine, inspect, make_url
from sqlalchemy.exc import OperationalError

from shop import settings
from shop.clerk import archive
from shop.clerk.backup import call_postgres

AFTERWARDS = """\
What happened after that moment is not in it. Before you open the shop:
- Stripe: send the events since then again (Stripe's dashboard keeps them for 30 days). Money for orders
  that this shop does not know goes into suspense, and `flask shop cases list` names it.
- Bank: go through the account since then, `flask shop payment confirm` for each transfer.
- Receipts: numbers given since then will be given again; tell whoever keeps the books.
- Mails that waited then and were sent since go out once more, with the same Message-ID."""


@dataclass(frozen=True)
class Place:
    """Where a backup goes: the instance folder, and the database that its settings name."""

    folder: Path
    url: URL

    @property
    def file(self) -> Path:
        """The SQLite file; as Flask-SQLAlchemy reads it, relative to the instance folder."""
        return self.folder / (self.url.database or "shop.sqlite")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Make the shop that FILE keeps, in an empty instance; refuses where a shop is already.

    The books are verified before anything is put in place.
    """
    instance = Path(current_app.instance_path)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=instance) as name:
        staged = Path(name)
        try:
            manifest = archive.unpack(file, staged)
            place = _place(staged, instance)
        except (archive.Damaged, settings.HalfConfigured) as error:
            raise click.ClickException(str(error)) from None
        _refuse(place, staged, manifest)
        if manifest.database == "postgresql":
            dump = str(staged / manifest.dump)
            call_postgres("pg_restore", place.url, "--no-owner", "--single-transaction", dump)
        verified = _rehearsed(staged, place)
        _put(staged, place)
    click.echo(verified)
    click.echo(f"The shop of {manifest.made_at} is here again, and its books are in order.\n{AFTERWARDS}")


def _place(staged: Path, instance: Path) -> Place:
    """Read the restored settings as the shop will read them. Raises HalfConfigured."""
    probe = Flask("shop", instance_path=str(staged))
    settings.load(probe)
    kept = tomllib.loads((staged / "keys.toml").read_text())
    if probe.config["CODE_KEY"] != kept["CODE_KEY"]:
        raise settings.HalfConfigured(
            "FLASK_CODE_KEY is set here to another key than the backup's: no code of its vouchers would fit."
        )
    url = make_url(str(probe.config["SQLALCHEMY_DATABASE_URI"]))
    by_default = url.database == str(staged / "shop.sqlite")
    return Place(instance, url.set(database=str(instance / "shop.sqlite")) if by_default else url)


def _refuse(place: Place, staged: Path, manifest: archive.Manifest) -> None:
    """Raise ClickException where something is already, or where the database is of another kind."""
    if place.url.get_backend_name() != manifest.database:
        raise click.ClickException(
            f"The backup is of {manifest.database}, but SQLALCHEMY_DATABASE_URI names "
            f"{place.url.get_backend_name()}."
        )
    if _is_inhabited(place):
        raise click.ClickException("There is a shop in this database already: restore into an empty one.")
    for name in manifest.files:
        there = place.folder / name
        kept = there.read_bytes() if name not in ("keys.toml", manifest.dump) and there.exists() else None
        if kept is not None and kept != (staged / name).read_bytes():
            raise click.ClickException(f"{there} is there already: move it away first.")


def _is_inhabited(place: Place) -> bool:
    if place.url.get_backend_name() == "sqlite":
        return place.file.exists() and place.file.stat().st_size > 0
    engine = create_engine(place.url)
    try:
        return bool(inspect(engine).get_table_names())
    except OperationalError as error:
        raise click.ClickException(f"The database cannot be reached: {error.orig}.") from None
    finally:
        engine.dispose()


def _rehearsed(staged: Path, place: Place) -> str:
    """Bring the staged shop's tables up to date and verify its books, in processes of their own.

    Returns what `verify` said; raises ClickException, with nothing put in place, if it fails.
    """
    env = os.environ | {"FLASK_INSTANCE_PATH": str(staged)}
    if place.url.get_backend_name() == "sqlite":
        env["FLASK_SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{staged / 'shop.sqlite'}"
    said = ""
    for words in (("db", "upgrade"), ("shop", "verify")):
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            [sys.executable, "-m", "flask", "--app", "app", *words],
            cwd=settings.ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout.rstrip()
        if done.returncode:
            filled = "" if "FLASK_SQLALCHEMY_DATABASE_URI" in env else " The database was filled: empty it."
            raise click.ClickException(
                f"The backup does not pass `flask {' '.join(words)}`; no file was put in place.{filled}\n"
                f"{said}\n{done.stderr.strip()[-2000:]}"
            )
    return said


def _put(staged: Path, place: Place) -> None:
    """Move everything in place, the database last: until it is there, the same restore can be done again."""
    for picture in sorted((staged / "motifs").glob("*")):
        (place.folder / "motifs").mkdir(exist_ok=True)
        _move(picture, place.folder / "motifs" / picture.name)
    if (staged / "settings.toml").exists():
        _move(staged / "settings.toml", place.folder / "settings.toml")
    keys = place.folder / "keys.toml"
    if keys.exists() and keys.read_bytes() != (staged / "keys.toml").read_bytes():
        # Made by this very start, as a rule; but a key is nothing to throw away unseen.
        os.replace(keys, keys.with_name("keys.toml.unused"))
    _move(staged / "keys.toml", keys)
    if (staged / "shop.sqlite").exists():
        _move(staged / "shop.sqlite", place.file)


def _move(source: Path, target: Path) -> None:
    with open(source, "rb") as content, archive.whole(target) as file:
        shutil.copyfileobj(content, file)
