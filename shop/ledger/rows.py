"""How the book writes an entry, opens its accounts and moves their counters; for the book alone."""

from collections.abc import Mapping

from sqlalchemy import Connection, Executable

from shop.core.money import Cents
from shop.db import db
from shop.ledger import statements as sql
from shop.ledger.chart import is_purse
from shop.ledger.entry import Entry
from shop.ledger.reading import by_id
from shop.ledger.refusals import Contradiction


def connection_here() -> Connection:
    """The connection of the caller's writing transaction."""
    connection = db.session.connection()
    if not connection.get_execution_options().get("writes"):
        raise RuntimeError("money moves only inside db.transaction()")
    return connection


def ran(connection: Connection, statement: Executable, facts: Mapping[str, object]) -> bool:
    """Run a statement on one row; whether the row was there to be changed."""
    return connection.execute(statement, facts).rowcount == 1


def lock(connection: Connection, *entries: Entry) -> None:
    """Lock the accounts of these entries in one statement, so that nobody waits in a ring."""
    names = {name for entry in entries for name in (entry.debit, entry.credit)}
    if names and connection.dialect.name != "sqlite":
        connection.execute(sql.LOCK, {"names": list(names)})


def open_others(connection: Connection, wanted: Entry) -> bool:
    """Open the accounts that are not purses; a purse opens with its first credit, or was just debited."""
    names = [name for name in (wanted.debit, wanted.credit) if not is_purse(name)]
    for name in sorted(names):
        connection.execute(sql.OPEN, {"account": name, "currency": wanted.currency, "purse": False})
    return bool(names)


def keep(connection: Connection, wanted: Entry) -> bool:
    """Write an entry; whether its id, the hold that it ends and its accounts allowed that."""
    return ran(connection, sql.KEEP, wanted.row)


def shift(connection: Connection, entry: Entry, *, pending: Cents, posted: Cents) -> None:
    """Change the counters of those sides of an entry that are purses."""
    for name, own, other in ((entry.debit, "debit", "credit"), (entry.credit, "credit", "debit")):
        if is_purse(name):
            deltas = {f"{own}_pending": pending, f"{own}_posted": posted}
            deltas |= {f"{other}_pending": 0, f"{other}_posted": 0}
            connection.execute(sql.SHIFT, {"account": name, **deltas})


def kept_as(connection: Connection, wanted: Entry) -> Entry | None:
    """What is kept under the id, None if nothing is. Raises Contradiction."""
    kept = by_id(connection, wanted.id)
    return kept and same(kept, wanted)


def same(kept: Entry, wanted: Entry) -> Entry:
    """The kept entry. A repeat is quiet, a contradiction is loud."""
    if kept.facts != wanted.facts:
        raise Contradiction(kept, wanted)
    return kept
