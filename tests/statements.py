"""What the database is asked: the measure of work that no busy machine changes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from shop.db import db


@contextmanager
def statements(begin: str = "") -> Iterator[list[str]]:
    """The statements that are sent meanwhile, in the current app context; of those that begin so."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(begin):
            seen.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
