"""What a view of the library has changed is written in one transaction that takes its lock at the start.

The library changes what it has read and commits at the end of the request. On SQLite that would begin
as a reader and become a writer, which is refused whenever somebody else writes (see `db.transaction`).
"""

from typing import Any

from flask import g
from sqlalchemy import inspect

from shop.db import db, transaction
from shop.people import accounts
from shop.people.models import User


def put_letter(kind: str, user: Any) -> None:
    """Have a letter about an account queued together with what the view changes; `current_user` will do."""
    is_proxy = hasattr(user, "_get_current_object")
    g.setdefault("account_letters", []).append((kind, user._get_current_object() if is_proxy else user))


def keep() -> None:
    """Write what has changed since the request began; quiet when nothing has."""
    session = db.session()
    letters: list[tuple[str, User]] = g.pop("account_letters", [])
    fresh, gone = list(session.new), list(session.deleted)
    altered = [(each, _altered(each)) for each in session.dirty]
    if not (letters or fresh or gone or any(values for _each, values in altered)):
        return
    with transaction():
        for each, values in altered:
            for name, value in values.items():
                setattr(each, name, value)
        session.add_all(fresh)
        for each in gone:
            session.delete(each)
        session.flush()
        for kind, user in letters:
            accounts.queue_letter(kind, user)


def _altered(row: Any) -> dict[str, Any]:
    """The columns of a row that were set anew, with their values."""
    state = inspect(row)
    names = [column.key for column in state.mapper.column_attrs]
    return {name: getattr(row, name) for name in names if state.attrs[name].history.has_changes()}
