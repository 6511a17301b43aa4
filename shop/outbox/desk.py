"""What staff see of the outbox, and how they try a failed message again."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select, update

from shop import clock
from shop.db import db
from shop.outbox.models import Message


class MessageMissing(LookupError):
    """There is no failed message with this id."""


def troubled(limit: int = 50) -> Sequence[Message]:
    """Messages that have failed for good, then those that wait after an error; the longest due first."""
    in_trouble = or_(Message.state == "failed", (Message.state == "queued") & Message.last_error.is_not(None))
    # "failed" sorts before "queued".
    return db.session.scalars(
        select(Message).where(in_trouble).order_by(Message.state, Message.due_at).limit(limit)
    ).all()


def failed(message_id: UUID) -> Message:
    """The failed message of this id. Raises MessageMissing."""
    message = db.session.get(Message, message_id)
    if message is None or message.state != "failed":
        raise MessageMissing(str(message_id))
    return message


def retry(message_id: UUID) -> None:
    """Queue a failed message anew, with all its tries, inside the caller's transaction.

    Raises MessageMissing. Safe to repeat: what was accepted before keeps its Message-ID.
    """
    moved = db.session.execute(
        update(Message)
        .where(Message.id == message_id, Message.state == "failed")
        .values(state="queued", due_at=clock.of_database(), tries=0, leased_until=None)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        raise MessageMissing(str(message_id))
