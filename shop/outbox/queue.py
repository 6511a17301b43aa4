"""Queue a message in the same transaction as what it announces (QUALITY I12)."""

import json
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from shop import clock
from shop.db import changed, db
from shop.outbox.models import Message


class Contradiction(ValueError):
    """This message id is taken by a message with other facts."""


# Made once: this stands in the path of every sale. psycopg tells an INSERT's count only when asked.
_messages = cast(Table, Message.__table__)
_PUT = {
    name: insert(_messages).on_conflict_do_nothing(index_elements=["id"])
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_COUNTED = {"preserve_rowcount": True}


def put(
    message_id: UUID,
    kind: str,
    *,
    recipient: str,
    facts: dict[str, Any],
    reference: str,
    due_at: datetime | None = None,
) -> None:
    """Queue one message to one recipient, at once or from `due_at`, inside the caller's transaction.

    The same id with the same facts is quiet; with other facts it raises Contradiction. The address
    is looked at when the mail is sent, so that a bad one never stops a sale.
    """
    now = clock.now()
    now = now.replace(
        microsecond=now.microsecond // 1000 * 1000
    )  # what is due now is due by SQLite's clock too
    row = {
        "id": message_id,
        "kind": kind,
        "recipient": recipient,
        "facts": facts,
        "reference": reference,
        "state": "queued",
        "due_at": due_at or now,
        "tries": 0,
        "queued_at": now,
    }
    connection = db.session.connection()
    if changed(connection.execute(_PUT[connection.dialect.name], row, execution_options=_COUNTED)):
        return
    kept = db.session.get_one(Message, message_id)
    if _facts(kept.kind, kept.recipient, kept.facts) != _facts(kind, recipient, facts):
        raise Contradiction(f"message {message_id} is a {kept.kind} about {kept.reference} already")


def _facts(*values: Any) -> str:
    """Facts as they are kept, so that a tuple equals the list that came back."""
    return json.dumps(values, sort_keys=True)
