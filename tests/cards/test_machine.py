"""Top-ups, bookings, checkouts, expiries, debts and the desk, in any order (QUALITY, How it is tested 1 and 5)."""

from collections import Counter

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cards.cast import card_type, prices, row
from tests.cards.machine import Story
from tests.cards.story import PRICES, TIERS
from tests.orders.test_machine import without_waiting_for_the_disk
from tests.shopfloor import open_shop


def test_a_card_does_as_the_auditor_says_whatever_happens(any_app: Flask) -> None:
    open_shop()
    card_type("frei", tiers=TIERS, limit_ordered=5000)
    card_type("kredit", tiers=TIERS, limit_standard=1000, limit_ordered=3000)
    prices(PRICES["gruppe"])
    row(PRICES["einzel"], appointment=["einzel"])
    without_waiting_for_the_disk()

    class Stories(Story):
        seen = Counter()

    run_state_machine_as_test(
        Stories,
        settings=settings(
            max_examples=5, stateful_step_count=18, deadline=None, database=None, report_multiple_bugs=False,
            derandomize=True,  # the same stories in every run, so that a red one can be told again
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # to make a red story shorter takes many minutes
        ),
    )  # fmt: skip
    wanted = [
        "book: ok", "book: too little", "book: owes", "claim: no", "cancel by customer: too late", "cancelled late",
        "cancel by centre: ok", "frozen", "thawed", "expired hold", "expired lot", "overdraft covered later",
        "discount", "debt", "hold posted: done", "hold posted late: done", "hold posted late: quarantined",
        "close: ok", "close: not so", "reissue: ok", "pay out: ok", "pay out: not paid out", "correct: not so",
    ]  # fmt: skip
    assert [what for what in wanted if not Stories.seen[what]] == [], Stories.seen
