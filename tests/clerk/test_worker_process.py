"""`flask shop work` as a real process: it drains on SIGTERM (QUALITY F14)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop.clerk import probe
from shop.db import db, transaction
from shop.outbox.models import Message
from tests.outbox.mailserver import Mailbox, running

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running() as box:
        yield box


@pytest.fixture
def app(make_app: Callable, any_uri: str, mailbox: Mailbox) -> Iterator[Flask]:
    app = make_app(any_uri, **mailbox.settings)
    with app.app_context():
        yield app


@pytest.fixture
def work(any_uri: str, mailbox: Mailbox, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts `flask shop work …` on the test's shop; what still runs in the end is killed."""
    started = []

    def start(*arguments: str) -> subprocess.Popen:
        mail = mailbox.settings
        env = {
            "FLASK_SQLALCHEMY_DATABASE_URI": any_uri,
            "FLASK_INSTANCE_PATH": str(tmp_path / "instance"),
            "FLASK_MAIL_SERVER": mail["MAIL_SERVER"],
            "FLASK_MAIL_PORT": str(mail["MAIL_PORT"]),
            "FLASK_MAIL_DEFAULT_SENDER": "laden@example.org",
            "FLASK_MAIL_TIMEOUT": "10",
        }
        command = [sys.executable, "-m", "flask", "--app", "app", "shop", "work", *arguments]
        started.append(subprocess.Popen(command, env=os.environ | env, cwd=ROOT))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def ask(count: int) -> None:
    with transaction():
        for _ in range(count):
            probe.ask("erna@example.org", "de")


def states() -> dict[str, int]:
    db.session.rollback()
    rows = db.session.execute(select(Message.state, func.count()).group_by(Message.state))
    return {state: count for state, count in rows}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_worker_finishes_its_mail_and_leaves_the_others(
    app: Flask, mailbox: Mailbox, work: Callable, number: signal.Signals
) -> None:
    mailbox.answers = ["wait 2"]
    ask(3)
    worker = work()
    assert mailbox.arrived.wait(30)
    worker.send_signal(number)
    assert worker.wait(10) == 0
    assert len(mailbox.mails) == 1
    assert states() == {"sent": 1, "queued": 2}


def test_a_resting_worker_stops_at_once_and_a_working_one_hears_of_new_mail(
    app: Flask, mailbox: Mailbox, work: Callable
) -> None:
    worker = work()
    time.sleep(3)  # it found nothing and rests
    ask(1)
    assert mailbox.arrived.wait(30)
    worker.terminate()
    assert worker.wait(10) == 0


def test_draining_ends_by_itself(app: Flask, mailbox: Mailbox, work: Callable) -> None:
    ask(3)
    assert work("--drain").wait(60) == 0
    assert states() == {"sent": 3}
    assert len(mailbox.mails) == 3
