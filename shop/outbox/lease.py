"""Leases: which worker holds which message, in short transactions and by the database's clock."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, or_, select, update

from shop import clock
from shop.db import db, transaction
from shop.outbox.models import Message

log = logging.getLogger(__name__)

# Short, so that a killed worker's mail goes out within a minute (QUALITY, Faults); a living worker
# renews it, so that a slow mail server never makes two workers send one message at the same time.
LEASE = timedelta(seconds=30)
RENEW_EVERY = timedelta(seconds=10)
RENEW_AT_MOST = timedelta(minutes=10)  # a worker that hangs for longer is as good as dead


def _ready(now: datetime) -> ColumnElement[bool]:
    unleased = or_(Message.leased_until.is_(None), Message.leased_until <= now)
    return and_(Message.state == "queued", Message.due_at <= now, unleased)


def anything_due() -> bool:
    """Whether a message waits to be delivered now; only reads."""
    try:
        return db.session.scalar(select(Message.id).where(_ready(clock.of_database())).limit(1)) is not None
    finally:
        db.session.rollback()


def take() -> Message | None:
    """Lease the message that has been due longest, in a transaction of its own; None when nothing is.

    `tries` counts this one already, so that a message which kills its worker does not come back for
    ever; together with the id it says whose lease it is.
    """
    with transaction() as session:
        now = clock.of_database()
        longest_due = (
            select(Message.id)
            .where(_ready(now))
            .order_by(Message.due_at, Message.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        taking = (
            update(Message)
            .where(Message.id == longest_due)
            .values(leased_until=now + LEASE, tries=Message.tries + 1)
            .returning(Message)
        )
        options = {"synchronize_session": False, "populate_existing": True}
        message = session.scalars(taking, execution_options=options).one_or_none()
        if message is not None:
            session.expunge(message)
    return message


def renew(message: Message) -> bool:
    """Lengthen a lease in a transaction of its own; False when it is no longer ours."""
    with transaction():
        return _change(message, leased_until=clock.of_database() + LEASE)


@contextmanager
def kept(message: Message) -> Iterator[None]:
    """Renew a lease from beside while the message is made and sent."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    done = threading.Event()

    def renewing() -> None:
        end = time.monotonic() + RENEW_AT_MOST.total_seconds()
        while not done.wait(RENEW_EVERY.total_seconds()) and time.monotonic() < end:
            with app.app_context():
                try:
                    renew(message)
                except Exception:
                    log.exception("lease of message %s was not renewed", message.id)

    renewer = threading.Thread(target=renewing, name=f"lease {message.id}", daemon=True)
    renewer.start()
    try:
        yield
    finally:
        done.set()
        renewer.join()


def finish(message: Message) -> None:
    """Mark as sent, inside the caller's transaction, whoever holds the lease by now: it is sent."""
    db.session.execute(
        update(Message)
        .where(Message.id == message.id, Message.state == "queued")
        .values(state="sent", sent_at=clock.of_database(), leased_until=None, last_error=None)
    )


def put_back(message: Message, wait: timedelta, error: str) -> bool:
    """Let the message wait and be tried again, inside the caller's transaction; False when not ours."""
    return _change(message, due_at=clock.of_database() + wait, leased_until=None, last_error=error)


def give_up(message: Message, error: str) -> bool:
    """Mark as failed for good, inside the caller's transaction; False when not ours."""
    message.state, message.last_error = "failed", error
    return _change(message, state="failed", leased_until=None, last_error=error)


def _change(message: Message, **values: Any) -> bool:
    """Change the row as long as this lease holds it: nobody else has taken it since."""
    ours = (Message.id == message.id, Message.state == "queued", Message.tries == message.tries)
    return bool(db.session.execute(update(Message).where(*ours).values(values)).rowcount)  # type: ignore[attr-defined]
