"""`flask shop work | outbox | cases`: what a technician types and reads."""

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from shop.cases.open import open_case, open_cases
from shop.clerk import probe
from shop.clerk.worker import Worker
from shop.db import db, transaction
from shop.outbox import tray
from shop.outbox.models import Message


@pytest.fixture
def shop(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def failed(app: Flask) -> uuid.UUID:
    with transaction():
        message_id = probe.ask("no address", "de")
    Worker(app).drain()
    return message_id


def waiting() -> list[uuid.UUID]:
    """Open cases; nothing stays open that would keep a worker waiting on SQLite."""
    db.session.rollback()
    found = [case.id for case in open_cases()]
    db.session.rollback()
    return found


def mend(message_id: uuid.UUID) -> None:
    with transaction() as session:
        session.get_one(Message, message_id).recipient = "erna@example.org"


def test_probe_and_drain_put_a_mail_into_the_tray(shop: FlaskCliRunner) -> None:
    assert shop.invoke(args=["shop", "outbox", "probe", "erna@example.org"]).exit_code == 0
    assert shop.invoke(args=["shop", "work", "--drain"]).exit_code == 0
    assert len(tray.newest()) == 1


def test_once_does_one_round(shop: FlaskCliRunner) -> None:
    shop.invoke(args=["shop", "outbox", "probe", "erna@example.org", "--language", "en"])
    assert shop.invoke(args=["shop", "work", "--once"]).exit_code == 0
    assert len(tray.newest()) == 1


def test_drain_says_with_its_status_that_a_step_failed(shop: FlaskCliRunner, monkeypatch) -> None:
    from shop.payments import inbox

    monkeypatch.setattr(inbox, "open_events", lambda limit: 1 / 0)
    assert shop.invoke(args=["shop", "work", "--drain"]).exit_code == 1


def test_failed_mails_are_listed_with_the_reason(app: Flask, shop: FlaskCliRunner) -> None:
    assert "Every mail that was due has been sent." in shop.invoke(args=["shop", "outbox", "list"]).output
    message_id = failed(app)
    (line,) = shop.invoke(args=["shop", "outbox", "list"]).output.splitlines()
    assert line.startswith(f"{message_id}  failed  probe probe to no address: not an address")


@pytest.mark.parametrize("which", ["id", "--all"])
def test_a_failed_mail_is_sent_after_a_retry_and_its_case_closed(
    app: Flask, shop: FlaskCliRunner, which: str
) -> None:
    message_id = failed(app)
    mend(message_id)
    assert len(waiting()) == 1
    chosen = str(message_id) if which == "id" else which
    result = shop.invoke(args=["shop", "outbox", "retry", chosen, "--by", "Frau Amt"])
    assert result.output == f"{message_id} is queued anew.\n"
    assert waiting() == []
    Worker(app).drain()
    assert len(tray.newest()) == 1


def test_a_mail_that_fails_again_after_a_retry_is_a_new_case(app: Flask, shop: FlaskCliRunner) -> None:
    message_id = failed(app)
    shop.invoke(args=["shop", "outbox", "retry", str(message_id)])
    Worker(app).drain()
    assert len(waiting()) == 1
    assert db.session.scalars(select(Message.state)).one() == "failed"


def test_only_failed_mails_are_retried(app: Flask, shop: FlaskCliRunner) -> None:
    with transaction():
        message_id = probe.ask("erna@example.org", "de")
    result = shop.invoke(args=["shop", "outbox", "retry", str(message_id)])
    assert (result.exit_code, result.output) == (1, f"Error: There is no failed mail {message_id}.\n")


def test_cases_are_listed_without_codes_and_closed_with_a_note(app: Flask, shop: FlaskCliRunner) -> None:
    assert shop.invoke(args=["shop", "cases", "list"]).output == "Nothing waits for a human.\n"
    with transaction():
        open_case("payment certain", "evt_1", {"why": "amount differs", "said": "5RKD-DG44-MBJ7-MQAA\n"})
    (case,) = waiting()
    (line,) = shop.invoke(args=["shop", "cases", "list"]).output.splitlines()
    assert "payment certain: evt_1" in line
    assert "5RKD" not in line
    args = ["shop", "cases", "close", str(case), "--by", "Frau Amt"]
    assert shop.invoke(args=args).exit_code == 2, "a note is needed"
    assert shop.invoke(args=[*args, "--note", " "]).exit_code == 1
    assert shop.invoke(args=[*args, "--note", "zurückgezahlt"]).output == f"{case} is closed.\n"
    again = shop.invoke(args=[*args, "--note", "zurückgezahlt"])
    assert "was closed before" in again.output
    unknown = shop.invoke(args=["shop", "cases", "close", str(uuid.uuid4()), "--note", "x"])
    assert "There is no case" in unknown.output
