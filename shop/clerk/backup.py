"""`flask shop backup`: the whole shop in one file, taken while it runs (QUALITY F13)."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import URL

from shop import clock
from shop.clerk import archive, schema
from shop.db import db, is_sqlite


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Keep the whole shop in FILE (a .tar.gz): database, keys, settings, uploaded motifs.

    The shop may go on selling meanwhile. FILE holds the keys of every code: guard it like cash.
    """
    if file.exists():
        raise click.ClickException(f"{file} is there already: choose another name.")
    if not file.parent.is_dir():
        raise click.ClickException(f"There is no folder {file.parent}.")
    kind = "sqlite" if is_sqlite(db.engine) else "postgresql"
    made_at = clock.now().isoformat(timespec="seconds")
    revision = schema.current()
    if not revision:
        raise click.ClickException("There is no shop here yet: the database is empty.")
    db.session.rollback()  # this reader would keep a buyer waiting
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as name:
        folder = Path(name)
        _DUMPS[kind](folder / archive.DUMPS[kind])
        # After the database: a picture is on the disk before the row that names it is committed.
        _gather(folder)
        made = archive.pack(folder, file, made_at=made_at, database=kind, revision=revision)
    size = file.stat().st_size / 1_000_000
    click.echo(f"{file}: {size:.1f} MB, {len(made.files)} files, the shop of {made_at}.")


def _dump_sqlite(target: Path) -> None:
    """Copy the database in one step: whoever writes meanwhile waits for as long as that takes.

    In several steps, each sale in between would begin the copy anew.
    """
    source = db.engine.raw_connection()
    try:
        with closing(sqlite3.connect(target)) as copy:
            cast(sqlite3.Connection, source.driver_connection).backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            (answer,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        source.close()
    if answer != "ok":
        raise click.ClickException(f"The database is damaged ({answer}): keep your older backups.")


def _dump_postgres(target: Path) -> None:
    call_postgres("pg_dump", db.engine.url, "--format=custom", f"--file={target}")


def call_postgres(program: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on a database; the password is in no list of processes.

    Raises ClickException with one sentence.
    """
    found = shutil.which(program)
    if found is None:
        raise click.ClickException(
            f"{program} is not on this machine: install PostgreSQL's client programs, "
            "in the server's version or a newer one."
        )
    address = url.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(  # noqa: S603 - a program found on this machine, no shell
        [found, f"--dbname={address}", *arguments],
        env=os.environ | secret,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise click.ClickException(f"{program} failed: {' '.join(done.stderr.split())[:500]}")


def _gather(folder: Path) -> None:
    """Keys, settings and uploaded motifs. The keys are those in force, wherever they were set."""
    keys = (f'{name} = "{current_app.config[name]}"\n' for name in ("SECRET_KEY", "CODE_KEY"))
    (folder / "keys.toml").write_text("".join(keys))
    instance = Path(current_app.instance_path)
    if (instance / "settings.toml").exists():
        shutil.copyfile(instance / "settings.toml", folder / "settings.toml")
    (folder / "motifs").mkdir()
    for picture in (instance / "motifs").glob("[!.]*"):
        shutil.copyfile(picture, folder / "motifs" / picture.name)


_DUMPS = {"sqlite": _dump_sqlite, "postgresql": _dump_postgres}
