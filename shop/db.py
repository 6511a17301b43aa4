"""The database: one handle, one naming convention, one way to open a writing transaction."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, Result, Text, event
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table of the shop is made from."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
migrate = Migrate(directory=os.path.join(os.path.dirname(__file__), "migrations"))


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets zones, so it is given back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Facts(TypeDecorator[Any]):
    """JSON as readable text, so that `LIKE` finds umlauts on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one writing transaction of this request or job; commit at the end, or nothing.

    What was read before is let go first, so that on SQLite the lock is taken at the start
    (`BEGIN IMMEDIATE`) and nothing decided on an old reading is written.
    """
    session: Session = db.session()
    session.rollback()
    session.connection(execution_options={"writes": True})
    session.info["known"] = {}  # what this transaction asks once: see `clock.of_database`
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("known", None)


def changed(result: Result[Any]) -> int:
    """How many rows an UPDATE or DELETE has touched: the answer to check-and-change in one statement."""
    return int(result.rowcount)  # type: ignore[attr-defined]


def is_sqlite(engine: Engine) -> bool:
    """Whether this engine speaks to a SQLite file."""
    return engine.dialect.name == "sqlite"


def prepare(engine: Engine) -> None:
    """Set an engine's connections up so that money is safe on them."""
    if not is_sqlite(engine):
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's events begin, not the driver
        # Older libraries can corrupt a WAL file in a rare race (LIBRARIES).
        journal = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "TRUNCATE"
        for pragma in (
            "foreign_keys = ON",
            "recursive_triggers = ON",  # else INSERT OR REPLACE deletes past the triggers (QUALITY I5)
            "busy_timeout = 10000",
            f"journal_mode = {journal}",
            "synchronous = FULL",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")
