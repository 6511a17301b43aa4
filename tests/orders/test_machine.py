"""Orders, holds, events, cancellations and refunds, in any order (QUALITY, How it is tested 1 and 5)."""

from collections import Counter
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import event

from shop.db import db, is_sqlite
from tests.orders.compare import Provider
from tests.orders.machine import Shop
from tests.shopfloor import open_shop


def without_waiting_for_the_disk() -> None:
    """Nobody pulls the plug here, so commits need not be on disk."""
    words = "PRAGMA synchronous = OFF" if is_sqlite(db.engine) else "SET synchronous_commit = off"
    db.session.remove()
    db.engine.dispose()

    @event.listens_for(db.engine, "connect")
    def hurry(connection: Any, _record: object) -> None:
        connection.cursor().execute(words)


def test_the_shop_does_as_the_auditor_says_whatever_happens(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_shop()
    without_waiting_for_the_disk()

    class Stories(Shop):
        seen = Counter()
        provider = Provider()

    monkeypatch.setattr("shop.orders.send_refunds.gateway", lambda method: Stories.provider)
    run_state_machine_as_test(
        Stories,
        settings=settings(
            max_examples=16, stateful_step_count=30, deadline=None, database=None, report_multiple_bugs=False,
            derandomize=True,  # the same stories in every run, so that a red one can be told again
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    wanted = [
        "claim: held elsewhere", "expired hold", "redelivery", "late money took a new hold",
        "event: quarantined", "cancel: ok",
    ]  # fmt: skip
    assert [what for what in wanted if not Stories.seen[what]] == [], Stories.seen
