"""Real worker processes: killed in the middle, and side by side (QUALITY F1, F10, I12)."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from shop import clock
from shop.db import db, transaction
from shop.outbox import deliver, lease
from shop.outbox.deliver import deliver_due
from shop.outbox.letter import Letter
from shop.outbox.models import Message

ROOT = Path(__file__).resolve().parents[2]
AFTER_LEASE = timedelta(seconds=31)


@pytest.fixture
def app(make_app: Callable, any_uri: str, mailbox) -> Flask:
    app = make_app(any_uri, **mailbox.settings)
    with app.app_context():
        yield app


@pytest.fixture
def child(any_uri: str, mailbox, tmp_path: Path) -> Callable[..., subprocess.Popen]:
    """Starts a worker process on the test's own shop."""

    def start(*arguments: str, name: str = "laden", **env: str) -> subprocess.Popen:
        mail = mailbox.settings
        own = {
            "FLASK_SQLALCHEMY_DATABASE_URI": any_uri,
            "FLASK_INSTANCE_PATH": str(tmp_path / "instance"),
            "FLASK_MAIL_SERVER": mail["MAIL_SERVER"],
            "FLASK_MAIL_PORT": str(mail["MAIL_PORT"]),
            "FLASK_MAIL_DEFAULT_SENDER": f"{name}@example.org",
            "FLASK_BASE_URL": mail["BASE_URL"],
            "PYTHONPATH": str(ROOT),
        }
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("deliver_child.py")), *arguments],
            env=os.environ | own | env,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.mark.parametrize(
    ("point", "arrived", "state"),
    [
        ("outbox.after_lease", 0, "queued"),
        ("outbox.before_send", 0, "queued"),
        ("outbox.after_send", 1, "queued"),
        ("outbox.after_mark", 1, "sent"),
    ],
)
def test_a_killed_worker_loses_no_mail(
    app: Flask, mailbox, put: Callable, letters: dict, row: Callable, child: Callable, point, arrived, state
) -> None:
    message_id = put()
    process = child(SHOP_FAILPOINT=point)
    assert process.wait(30) == -signal.SIGKILL
    assert len(mailbox.mails) == arrived
    assert row(message_id).state == state
    assert not deliver_due(letters)  # the lease of the dead still holds
    with clock.shifted_by(AFTER_LEASE):
        assert deliver_due(letters).sent == (state == "queued")
    assert row(message_id).state == "sent"
    assert set(mailbox.ids) == {f"<{message_id}@laden.example.org>"}
    assert len(mailbox.ids) == max(1, arrived) + (point == "outbox.after_send")


def test_workers_side_by_side_send_every_mail_once(
    app: Flask, mailbox, put: Callable, child: Callable
) -> None:
    sent = {str(put()) for _ in range(60)}
    mailbox.pause = 0.02
    workers = [child("together", name=f"worker{number}") for number in range(3)]
    assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * 3
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = [int(worker.communicate(timeout=90)[0]) for worker in workers]
    assert sum(told) == 60
    assert Counter(mailbox.ids) == Counter({f"<{each}@laden.example.org>": 1 for each in sent})
    assert len(set(mailbox.senders)) == 3, "the test saw nothing: one worker did it all"


def test_a_slow_mail_keeps_its_lease(
    app: Flask, mailbox, put: Callable, letters: dict, row: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LEASE", timedelta(seconds=0.8))
    monkeypatch.setattr(lease, "RENEW_EVERY", timedelta(seconds=0.2))
    app.config["MAIL_TIMEOUT"] = 10
    mailbox.answers = ["wait 2.5"]
    message_id = put()

    def work() -> None:
        with app.app_context():
            deliver_due(letters)

    worker = threading.Thread(target=work)
    worker.start()
    assert mailbox.arrived.wait(5)
    looks = 0
    while worker.is_alive():
        taken = lease.take() if row(message_id).state == "queued" else None
        assert taken is None
        looks += 1
        time.sleep(0.05)
    worker.join()
    assert looks > 10
    assert row(message_id).state == "sent"
    assert len(mailbox.mails) == 1


def test_a_worker_that_lost_its_lease_neither_sends_nor_marks(
    app: Flask, mailbox, put: Callable, row: Callable
) -> None:
    message_id = put()

    def letter(message: Message) -> Letter:
        with clock.shifted_by(AFTER_LEASE):
            assert lease.take().tries == 2  # the other worker, while this one writes
        return Letter(to=message.recipient, subject="Zu spät", text="")

    done = deliver_due({"note": letter})
    assert (done.sent, done.retried, done.failed) == (0, 0, ())
    assert mailbox.mails == []
    assert (row(message_id).state, row(message_id).tries) == ("queued", 2)


def test_a_mail_that_kills_every_worker_ends_with_staff(
    app: Flask, mailbox, put: Callable, letters: dict, row: Callable
) -> None:
    message_id = put()
    passed = timedelta(0)
    for _ in range(len(deliver.WAITS) + 1):
        with clock.shifted_by(passed):
            assert lease.take() is not None  # and the worker dies here
        passed += AFTER_LEASE
    with clock.shifted_by(passed):
        assert len(deliver_due(letters).failed) == 1
    assert "stopped in the middle" in row(message_id).last_error
    assert mailbox.mails == []


def test_what_was_sent_stays_sent_whoever_holds_the_lease(app: Flask, put: Callable, row: Callable) -> None:
    message_id = put()
    first = lease.take()
    with clock.shifted_by(AFTER_LEASE):
        second = lease.take()
    with transaction():
        lease.finish(first)
    with transaction():
        assert not lease.put_back(second, timedelta(seconds=1), "late")
        assert not lease.give_up(second, "late")
    assert row(message_id).state == "sent"
    db.session.rollback()
