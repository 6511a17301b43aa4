"""A real mail server, and messages to send through it."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shop.db import db, transaction
from shop.outbox import queue
from shop.outbox.letter import Attachment, Letter
from shop.outbox.models import Message
from tests.outbox.mailserver import Mailbox, running


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server on this machine that accepts, until a test says otherwise."""
    with running() as box:
        yield box


def note(message: Message) -> Letter:
    """A letter with umlauts and a paper."""
    return Letter(
        to=message.recipient,
        subject="Ihr Gutschein für Erna Müßig",
        text="Grüße\n",
        html="<p>Grüße</p>",
        attachments=(Attachment("Gutschein für Erna.pdf", "application/pdf", b"%PDF-1.7 paper"),),
        reply_to="hallo@example.org",
    )


Put = Callable[..., uuid.UUID]


@pytest.fixture
def put() -> Put:
    """Queues a message to Erna in a transaction of its own; gives its id."""

    def _put(recipient: str = "erna@example.org", kind: str = "note", **more: Any) -> uuid.UUID:
        message_id = uuid.uuid4()
        with transaction():
            queue.put(message_id, kind, recipient=recipient, facts={}, reference="B1234567", **more)
        return message_id

    return _put


@pytest.fixture
def row() -> Callable[[uuid.UUID], Message]:
    """Reads a message afresh."""

    def _row(message_id: uuid.UUID) -> Message:
        db.session.rollback()
        return db.session.get_one(Message, message_id, populate_existing=True)

    return _row


@pytest.fixture
def letters() -> dict[str, Callable[[Message], Letter]]:
    """A table of letters with one kind."""
    return {"note": note}
