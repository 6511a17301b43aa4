"""Every event of every provider is kept once, word for word, before anyone acts on it (QUALITY I8)."""

from typing import NamedTuple, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shop import clock
from shop.db import db, is_sqlite
from shop.payments.models import Event

_events = cast(Table, Event.__table__)
_IS_OPEN = (_events.c.id == bindparam("event")) & _events.c.outcome.is_(None)
_TAKE = (
    select(_events.c.id, _events.c.provider, _events.c.kind, _events.c.payload)
    .where(_IS_OPEN)
    .with_for_update()
)
_CLOSE = update(_events).where(_IS_OPEN)


class Notice(NamedTuple):
    """An event as it arrived, in the order that `keep` takes it: `keep(*notice)`."""

    event_id: str
    provider: str
    kind: str
    payload: str


class AlreadyClosed(Exception):
    """An event was closed before, with another outcome."""


def keep(event_id: str, provider: str, kind: str, payload: str) -> bool:
    """Keep an event in the caller's transaction. True when it is new; a repeat changes nothing.

    Twenty deliveries at once make one row: the second waits for the first to commit, then yields.
    """
    insert = sqlite.insert if is_sqlite(db.engine) else postgresql.insert
    row = {
        "id": event_id,
        "provider": provider,
        "kind": kind,
        "payload": payload,
        "received_at": clock.now(),
    }
    made = insert(Event).values(row).on_conflict_do_nothing(index_elements=["id"]).returning(Event.id)
    return db.session.execute(made).first() is not None


def open_events(limit: int = 100) -> list[str]:
    """Ids of events that nobody has acted on yet, the oldest first."""
    query = select(Event.id).where(Event.outcome.is_(None)).order_by(Event.received_at, Event.id)
    return list(db.session.scalars(query.limit(limit)))


def take(event_id: str) -> Notice | None:
    """An open event to act on, locked in the caller's transaction; None when somebody has acted on it."""
    row = db.session.connection().execute(_TAKE, {"event": event_id}).one_or_none()
    return Notice(*row) if row else None


def close(event_id: str, outcome: str, note: str | None = None) -> None:
    """Say what became of an open event: `done`, `nothing` or `quarantined`, in the caller's transaction.

    A repeat is quiet; another outcome than the kept one raises AlreadyClosed.
    """
    said = {"outcome": outcome, "note": note, "acted_at": clock.now()}
    if db.session.connection().execute(_CLOSE, {"event": event_id, **said}).rowcount == 1:
        return
    kept = db.session.scalar(select(Event.outcome).where(Event.id == event_id))
    if kept != outcome:
        raise AlreadyClosed(f"event {event_id} is {kept or 'unknown'}, not {outcome}")
