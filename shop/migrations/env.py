"""Runs migrations inside the shop's own app context, on its own engine."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection

from shop.db import Base, db, is_sqlite


@contextmanager
def tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew: until that is done, what refers to it is not looked at."""
    if not is_sqlite(db.engine):
        yield
        return
    driver = connection.connection.driver_connection  # outside of any transaction, where alone it has effect
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows refer to nothing after the migration: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def migrate_online() -> None:
    """Apply each migration in one transaction, where the database can."""
    with (
        db.engine.connect().execution_options(writes=True) as connection,
        tables_may_be_rebuilt(connection),
    ):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()


migrate_online()
