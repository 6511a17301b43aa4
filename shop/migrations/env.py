"""Runs migrations inside the shop's own app context, on its own engine."""

from alembic import context

from shop.db import Base, db


def migrate_online() -> None:
    """Apply each migration in one transaction, where the database can."""
    with db.engine.connect().execution_options(writes=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()


migrate_online()
