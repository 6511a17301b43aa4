"""Anything, in any order, with the clock and the sweeper as players of their own (QUALITY, How it is tested 1).

Hypothesis makes up the story; a plain-Python auditor says after each line what must be.
"""

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shop import clock
from shop.db import db, transaction
from shop.ledger import audit, book, chart
from tests.ledger.auditor import Auditor, Said
from tests.ledger.bank import NOON, answer_of, in_order

PURSES = st.sampled_from(["voucher:A", "voucher:B", "card:C"])
CENTS = st.integers(1, 60)


class Ledger(RuleBasedStateMachine):
    """One story. Its purses are its own, so that all stories can use one database."""

    seen: Counter[str]

    @initialize()
    def open(self) -> None:
        self.story = uuid.uuid4().hex[:12]
        self.auditor = Auditor()
        self.now = NOON
        self.count = 0
        self.before = {name: self._real_balance(name) for name in ("till:pretend", "revenue")}
        self.deeds: list[tuple[str, Said, timedelta | None]] = []
        for purse in ("voucher:A", "voucher:B", "card:C"):
            self.sell(purse, 50)
            self.hold(purse, purse, 10, 30)

    @rule(purse=PURSES, cents=st.integers(1, 100))
    def sell(self, purse: str, cents: int) -> None:
        self._enter(("transfer", "till:pretend", self._own(purse), cents))

    @rule(purse=PURSES, cents=CENTS)
    def spend(self, purse: str, cents: int) -> None:
        self._enter(("transfer", self._own(purse), "revenue", cents))

    @rule(purse=PURSES, other=PURSES, cents=CENTS)
    def load(self, purse: str, other: str, cents: int) -> None:
        if purse != other:
            self._enter(("transfer", self._own(purse), self._own(other), cents))

    @rule(purse=PURSES, other=PURSES, cents=st.integers(1, 30), minutes=st.integers(-1, 60))
    def hold(self, purse: str, other: str, cents: int, minutes: int) -> None:
        credit = "revenue" if purse == other else self._own(other)
        self._enter(("hold", self._own(purse), credit, cents), timedelta(minutes=minutes))

    @precondition(lambda self: self.deeds)
    @rule(data=st.data(), more=st.sampled_from([0, 0, 0, 1]))
    def say_it_again(self, data: st.DataObject, more: int) -> None:
        """A double click, a retry, a replay, or one id for two things."""
        name, (kind, debit, credit, cents), span = data.draw(st.sampled_from(self.deeds))
        known = name in self.auditor.said
        answer = self._enter((kind, debit, credit, cents + more), span, name)
        self.seen["repeat"] += known and answer == "ok"

    @precondition(lambda self: self.auditor.holds)
    @rule(data=st.data(), part=st.sampled_from(["all", "all", "half", "too much"]))
    def post(self, data: st.DataObject, part: str) -> None:
        name = self._some_hold(data)
        held = self.auditor.holds[name].cents
        cents = {"all": held, "half": (held + 1) // 2, "too much": held + 1}[part]
        self._end(name, "posted", lambda id: book.post(id, cents), cents)

    @precondition(lambda self: self.auditor.holds)
    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        self._end(self._some_hold(data), "voided", book.void)

    @precondition(lambda self: self.auditor.holds)
    @rule(data=st.data())
    def expire(self, data: st.DataObject) -> None:
        self._end(self._some_hold(data), "expired", book.expire)

    @rule(minutes=st.sampled_from([1, 10, 30, 60, -60]))
    def the_clock_goes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_sweeper_comes(self) -> None:
        swept: list[int] = []
        assert self._do(lambda: swept.append(book.expire_overdue(1000))) == "ok"
        assert swept == [self.auditor.sweep(self.now)]
        self.seen["swept"] += swept[0]

    @rule()
    def the_worker_seals(self) -> None:
        assert self._do(lambda: audit.seal(5)) == "ok"

    @rule(purse=PURSES, cents=CENTS)
    def the_caller_fails_afterwards(self, purse: str, cents: int) -> None:
        facts = {"debit": "till:pretend", "credit": self._own(purse), "reason": "story", "reference": ""}
        with pytest.raises(LookupError), transaction():
            book.transfer(uuid.uuid4(), cents=cents, **facts)
            raise LookupError

    @invariant()
    def every_balance_is_the_auditors(self) -> None:
        for account in ("till:pretend", "revenue"):
            assert self._real_balance(account) - self.before[account] == self.auditor.posted(account)
        for purse in ("voucher:A", "voucher:B", "card:C"):
            own = self._own(purse)
            assert book.posted(own) == self.auditor.posted(own)
            assert book.available(own) == self.auditor.available(own) >= 0
        db.session.rollback()

    def teardown(self) -> None:
        """At the end everything open is overdue, and the auditor of the house looks at everything."""
        for name in sorted(name for name, hold in self.auditor.holds.items() if hold.how is None)[:1]:
            self.now = self.auditor.holds[name].deadline
            self._end(name, "posted", book.post, self.auditor.holds[name].cents)
            self._end(name, "expired", book.expire)
        name, (kind, debit, credit, cents), span = self.deeds[0]
        assert self._enter((kind, debit, credit, cents + 1), span, name) == "contradiction"
        self.now += timedelta(days=1)
        self.the_sweeper_comes()
        self.every_balance_is_the_auditors()
        in_order()

    def _own(self, purse: str) -> str:
        return f"{purse}{self.story}"

    def _id(self, name: str) -> uuid.UUID:
        return book.transfer_id(self.story, name)

    def _real_balance(self, account: str) -> int:
        return book.posted(account) * chart.side(account)

    def _do(self, deed: Callable[[], object]) -> str:
        with clock.stopped_at(self.now):
            return answer_of(deed)

    def _some_hold(self, data: st.DataObject) -> str:
        """Any hold, most often one that is still open."""
        still = sorted(name for name, hold in self.auditor.holds.items() if hold.how is None)
        often = data.draw(st.sampled_from([True, True, False]))
        return data.draw(st.sampled_from(still if often and still else sorted(self.auditor.holds)))

    def _end(self, name: str, how: str, deed: Callable[[uuid.UUID], object], cents: int = 0) -> None:
        answer = self._do(lambda: deed(self._id(name)))
        assert answer == self.auditor.end(name, how, cents, self.now)
        self.seen[f"{how}: {answer}"] += 1

    def _enter(self, said: Said, span: timedelta | None = None, name: str = "") -> str:
        self.count += 1
        name = name or str(self.count)
        _, debit, credit, cents = said
        facts: dict[str, Any] = {
            "debit": debit,
            "credit": credit,
            "cents": cents,
            "reason": "story",
            "reference": "",
        }
        deadline = None if span is None else self.now + span
        if deadline is None:
            answer = self._do(lambda: book.transfer(self._id(name), **facts))
        else:
            answer = self._do(lambda: book.hold(self._id(name), deadline=deadline, **facts))
        assert answer == self.auditor.enter(name, said, deadline)
        if answer == "ok" and (name, said, span) not in self.deeds:
            self.deeds.append((name, said, span))
        self.seen[answer] += 1
        return answer


def test_the_ledger_answers_as_the_auditor_does_whatever_happens(any_app: Flask) -> None:
    class Stories(Ledger):
        seen = Counter()

    run_state_machine_as_test(
        Stories,
        settings=settings(
            max_examples=25, stateful_step_count=40, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    wanted = ["overdrawn", "repeat", "contradiction", "swept", "posted: already_expired"]
    wanted += ["posted: ok", "voided: ok", "expired: ok"]
    assert [what for what in wanted if not Stories.seen[what]] == []
