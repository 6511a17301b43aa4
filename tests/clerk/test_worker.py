"""The worker's rounds: money, mails, holds, seals; one failing step never stops the others."""

import ast
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from shop import clock
from shop.bookings.models import Booking
from shop.cards import top_up
from shop.cards.models import TopUp
from shop.cases.models import Case
from shop.clerk import probe
from shop.clerk.letters import LETTERS
from shop.clerk.worker import Worker
from shop.db import db, transaction
from shop.ledger import book
from shop.ledger.models import Seal
from shop.orders import settle
from shop.outbox import queue, tray
from shop.outbox.models import Message
from shop.payments import inbox
from tests.cards.cast import card_type, holder, ordered_top_up
from tests.conftest import ROOT
from tests.shopfloor import course, open_shop, press, put


def ask(recipient: str = "erna@example.org") -> uuid.UUID:
    with transaction():
        return probe.ask(recipient, "de")


def event(event_id: str = "evt_1") -> None:
    with transaction():
        inbox.keep(event_id, "pretend", "till.paid", "{}")


def cases() -> list[tuple[str, str]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(select(Case.reason, Case.reference))]


def test_every_kind_of_message_that_the_shop_queues_has_a_letter() -> None:
    """Kinds are plain words in the code, most of them passed to `queue.put` by name or by position."""
    trees = {path: ast.parse(path.read_text()) for path in Path(ROOT, "shop").rglob("*.py")}
    queued = {
        call.args[1].value
        for tree in trees.values()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "queue.put"
        if isinstance(call.args[1], ast.Constant)
    }
    words = {
        node.value
        for path, tree in trees.items()
        if path.name != "letters.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert len(queued) > 3
    assert queued - set(LETTERS) == set(), "queued, and nobody writes it"
    assert set(LETTERS) - words == set(), "written, and nobody queues it"


def test_a_round_delivers_what_is_due(any_app: Flask) -> None:
    ask()
    assert Worker(any_app).drain()
    assert len(tray.newest()) == 1


def test_a_top_up_that_cannot_be_given_up_keeps_no_seat_and_no_other_top_up(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is given up in a transaction of its own, after the seats."""
    open_shop()
    card_type("kredit", limit_ordered=5000)
    cards = [holder(name, "kredit")[1] for name in ("erna", "otto")]
    for card in cards:
        ordered_top_up(card)
    course(capacity=1)
    put()
    press()
    broken = cards[0].number
    db.session.rollback()
    good = top_up.tune
    monkeypatch.setattr(top_up, "tune", lambda card: 1 // 0 if card.number == broken else good(card))
    with clock.shifted_by(timedelta(hours=3)):
        assert Worker(app).round()[1] == 1
    db.session.rollback()
    assert sorted(db.session.scalars(select(TopUp.state))) == ["gone", "ordered"]
    assert db.session.scalars(select(Booking.state)).one() == "lapsed"


def test_a_mail_that_failed_for_good_is_a_case_with_what_staff_need(any_app: Flask) -> None:
    message_id = ask("no address")
    assert Worker(any_app).drain()
    ((reason, reference),) = cases()
    assert reason == "mail failed"
    assert reference.startswith(str(message_id))
    facts = db.session.scalars(select(Case.facts)).one()
    assert facts["message"] == str(message_id)
    assert facts["recipient"] == "no address"
    assert "not an address" in facts["error"]


def test_overdue_holds_are_given_back_and_transfers_sealed(any_app: Flask) -> None:
    voucher = "voucher:G4C18CCA0R"
    with transaction():
        facts = {"reason": "sale", "reference": "B1"}
        book.transfer(book.transfer_id("sale"), debit="till:pretend", credit=voucher, cents=5000, **facts)
        deadline = clock.of_database() + timedelta(minutes=1)
        hold = {"debit": voucher, "credit": "revenue", "cents": 3000, "deadline": deadline}
        book.hold(book.transfer_id("hold"), **hold, reason="claim", reference="B2")
    assert book.available(voucher) == 2000
    db.session.rollback()  # a reader that stays would keep the worker waiting
    with clock.shifted_by(timedelta(minutes=2)):
        assert Worker(any_app).drain()
    assert book.available(voucher) == 5000
    db.session.rollback()
    assert len(db.session.scalars(select(Seal)).all()) == 3


def test_payment_events_take_effect(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def act_on(event_id: str) -> None:
        seen.append(event_id)
        with transaction():
            inbox.close(event_id, "done")

    monkeypatch.setattr(settle, "act_on", act_on)
    event("evt_1")
    event("evt_2")
    assert Worker(any_app).drain()
    assert seen == ["evt_1", "evt_2"]


def test_an_event_that_cannot_be_acted_on_calls_staff_and_lets_the_others_pass(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def act_on(event_id: str) -> None:
        tried.append(event_id)
        if event_id == "evt_bad":
            raise ValueError("no such thing")
        with transaction():
            inbox.close(event_id, "done")

    monkeypatch.setattr(settle, "act_on", act_on)
    event("evt_bad")
    event("evt_good")
    assert not Worker(any_app).drain()
    assert cases() == [("event stuck", "evt_bad")]
    assert inbox.open_events() == ["evt_bad"]
    assert tried.count("evt_bad") == 1, "a stuck event rests before it is tried again"


def test_a_database_that_is_busy_makes_no_case(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def act_on(event_id: str) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr(settle, "act_on", act_on)
    event()
    assert Worker(any_app).round()[1] == 1
    assert cases() == []


def test_a_failing_step_does_not_stop_the_mail(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(limit: int) -> list[str]:
        raise RuntimeError("broken")

    monkeypatch.setattr(inbox, "open_events", broken)
    ask()
    assert not Worker(any_app).drain()
    assert len(tray.newest()) == 1


def test_a_worker_that_is_told_to_stop_begins_nothing_new(any_app: Flask) -> None:
    ask()
    worker = Worker(any_app)
    worker.stopping = True
    worker.run()
    assert tray.newest() == []


def test_an_unknown_kind_is_an_error_and_no_mail(any_app: Flask) -> None:
    with transaction():
        queue.put(uuid.uuid4(), "telegram", recipient="erna@example.org", facts={}, reference="B1")
    Worker(any_app).drain()
    db.session.rollback()
    assert db.session.scalars(select(Message.last_error)).one() == "KeyError: 'telegram'"


def test_the_letters_table_is_made_of_functions() -> None:
    assert all(isinstance(each, Callable) for each in LETTERS.values())
