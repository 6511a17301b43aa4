"""Orders, holds, events, cancellations and refunds, in any order (QUALITY, How it is tested 1 and 5)."""

from collections import Counter

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.orders.machine import Provider, Shop
from tests.shopfloor import open_shop


def test_the_shop_does_as_the_auditor_says_whatever_happens(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_shop()

    class Stories(Shop):
        seen = Counter()
        provider = Provider()

    monkeypatch.setattr("shop.orders.send_refunds.gateway", lambda method: Stories.provider)
    run_state_machine_as_test(
        Stories,
        settings=settings(
            max_examples=20, stateful_step_count=30, deadline=None, database=None, phases=[Phase.generate], report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    print("SEEN", dict(Stories.seen))
    wanted = [
        "claim: held elsewhere", "expired hold", "redelivery", "late money took a new hold",
        "event: quarantined", "cancel: ok",
    ]  # fmt: skip
    assert [what for what in wanted if not Stories.seen[what]] == [], Stories.seen
