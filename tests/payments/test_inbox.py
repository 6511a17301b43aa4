"""The inbox keeps every event once (QUALITY I8, F3)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop.db import db, transaction
from shop.payments import inbox
from shop.payments.models import Event

FACTS = ("evt_1", "stripe", "checkout.session.completed", '{"wort": "für Wort"}')


def _kept() -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event)))


def test_an_event_is_kept_word_for_word(any_app: Flask) -> None:
    with transaction():
        assert inbox.keep(*FACTS) is True
    (event,) = _kept()
    assert (event.id, event.provider, event.kind, event.payload) == FACTS
    assert event.outcome is None


def test_the_same_event_again_changes_nothing(any_app: Flask) -> None:
    with transaction():
        inbox.keep(*FACTS)
    with transaction():
        assert inbox.keep("evt_1", "stripe", "another.kind", "{}") is False
        assert inbox.keep(*FACTS) is False
    (event,) = _kept()
    assert event.payload == FACTS[3]


def test_nothing_is_kept_when_the_transaction_fails(any_app: Flask) -> None:
    with pytest.raises(RuntimeError), transaction():
        inbox.keep(*FACTS)
        raise RuntimeError("the power is gone")
    assert _kept() == []


def test_twenty_deliveries_at_once_make_one_event(any_app: Flask) -> None:
    together = Barrier(20)

    def deliver(_: int) -> bool:
        with any_app.app_context():
            together.wait(20)
            with transaction():
                return inbox.keep(*FACTS)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(deliver, range(20)))
    assert sorted(answers) == [False] * 19 + [True]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Event)) == 1


def test_open_events_are_told_oldest_first_until_they_are_closed(any_app: Flask) -> None:
    with transaction():
        for n in range(5):
            inbox.keep(f"evt_{n}", "stripe", "k", "{}")
    assert inbox.open_events(limit=3) == ["evt_0", "evt_1", "evt_2"]
    with transaction():
        inbox.close("evt_1", "done", "settled")
    assert inbox.open_events() == ["evt_0", "evt_2", "evt_3", "evt_4"]


def test_closing_says_what_became_of_an_event_once(any_app: Flask) -> None:
    with transaction():
        inbox.keep(*FACTS)
    with transaction():
        inbox.close("evt_1", "quarantined", "wrong amount")
    with transaction():
        inbox.close("evt_1", "quarantined", "a repeat")
    with pytest.raises(inbox.AlreadyClosed), transaction():
        inbox.close("evt_1", "done")
    (event,) = _kept()
    assert (event.outcome, event.note) == ("quarantined", "wrong amount")
    assert event.acted_at is not None


def test_closing_an_unknown_event_is_loud(any_app: Flask) -> None:
    with pytest.raises(inbox.AlreadyClosed, match="unknown"), transaction():
        inbox.close("evt_none", "done")
