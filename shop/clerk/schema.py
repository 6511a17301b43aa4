"""Which state of the tables the database has, and which one this program wants."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from shop.db import db, migrate


def current() -> str:
    """The revision that the database is at; empty when it was never migrated."""
    return MigrationContext.configure(db.session.connection()).get_current_revision() or ""


def newest() -> str:
    """The revision that this program's migrations lead to."""
    return ScriptDirectory(migrate.directory).get_current_head() or ""
