"""Messages are queued with what they announce, once."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop import clock
from shop.db import db, transaction
from shop.outbox import queue
from shop.outbox.deliver import deliver_due
from shop.outbox.models import Message

FACTS = {"order": "1", "lines": [1, 2]}


def put(message_id: uuid.UUID, **changed: object) -> None:
    facts: dict = {"recipient": "erna@example.org", "facts": FACTS, "reference": "B1", **changed}
    queue.put(message_id, "note", **facts)


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


def test_a_message_disappears_with_the_transaction_that_it_announces(any_app: Flask) -> None:
    with pytest.raises(RuntimeError), transaction():
        put(uuid.uuid4())
        raise RuntimeError
    assert count() == 0


def test_the_same_message_twice_is_quiet_and_once(any_app: Flask) -> None:
    same = uuid.uuid4()
    for _ in range(2):
        with transaction():
            put(same)
    with transaction():
        put(same)
        put(same, facts={"order": "1", "lines": (1, 2)})
    assert count() == 1


@pytest.mark.parametrize("changed", [{"recipient": "fritz@example.org"}, {"facts": {"order": "2"}}])
def test_the_same_id_with_other_facts_is_loud(any_app: Flask, changed: dict) -> None:
    same = uuid.uuid4()
    with transaction():
        put(same)
    with pytest.raises(queue.Contradiction), transaction():
        put(same, **changed)


def test_a_bad_address_never_stops_a_sale(any_app: Flask) -> None:
    with transaction():
        put(uuid.uuid4(), recipient="no address at all\n")
    assert count() == 1


def test_a_gift_waits_for_its_day(any_app: Flask, letters: dict) -> None:
    christmas = datetime(2099, 12, 24, 6, tzinfo=UTC)
    with transaction():
        put(uuid.uuid4(), due_at=christmas)
    with clock.stopped_at(christmas - timedelta(seconds=1)):
        assert not deliver_due(letters)
    with clock.stopped_at(christmas):
        assert deliver_due(letters).sent == 1
