"""Sending through a real mail server, on its good and on its bad days (QUALITY F10)."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from shop import clock
from shop.outbox import deliver
from shop.outbox.deliver import deliver_due


@pytest.fixture
def app(make_app: Callable, sqlite_uri: str, mailbox) -> Flask:
    app = make_app(sqlite_uri, **mailbox.settings)
    with app.app_context():
        yield app


def test_a_mail_arrives_whole(app: Flask, mailbox, put: Callable, letters: dict, row: Callable) -> None:
    message_id = put()
    assert deliver_due(letters).sent == 1
    (mail,) = mailbox.mails
    assert mail["Message-ID"] == f"<{message_id}@laden.example.org>"
    assert mail["From"] == "Volkshochschule <laden@example.org>"
    assert mail["To"] == "erna@example.org"
    assert mail["Reply-To"] == "hallo@example.org"
    assert mail["Subject"] == "Ihr Gutschein für Erna Müßig"
    assert [part.get_content() for part in mail.iter_attachments()] == [b"%PDF-1.7 paper"]
    sent = row(message_id)
    assert (sent.state, sent.last_error, sent.leased_until) == ("sent", None, None)
    assert sent.sent_at is not None


def test_a_temporary_no_waits_and_then_goes_out_under_the_same_message_id(
    app: Flask, mailbox, put: Callable, letters: dict, row: Callable
) -> None:
    mailbox.answers = ["451"]
    message_id = put()
    assert deliver_due(letters).retried == 1
    assert row(message_id).last_error.startswith("451 4.7.1")
    with clock.shifted_by(timedelta(seconds=28)):
        assert not deliver_due(letters)
    with clock.shifted_by(timedelta(seconds=31)):
        assert deliver_due(letters).sent == 1
    assert mailbox.ids == [f"<{message_id}@laden.example.org>"]


@pytest.mark.parametrize(("answer", "said"), [("550", "550 5.1.1"), ("552 after data", "552 5.3.4")])
def test_a_final_no_goes_to_staff_at_once(
    app: Flask, mailbox, put: Callable, letters: dict, row: Callable, answer: str, said: str
) -> None:
    mailbox.answers = [answer]
    message_id = put()
    told = []
    done = deliver_due(letters, gave_up=told.append)
    assert [each.id for each in done.failed] == [each.id for each in told] == [message_id]
    assert told[0].last_error.startswith(said)
    assert row(message_id).state == "failed"
    with clock.shifted_by(timedelta(days=9)):
        assert not deliver_due(letters)
    assert mailbox.mails == []


def test_a_server_that_hangs_is_left_after_the_time_out(
    app: Flask, mailbox, put: Callable, letters: dict, row: Callable
) -> None:
    mailbox.answers = ["hang"]
    message_id = put()
    begun = time.monotonic()
    assert deliver_due(letters).retried == 1
    assert time.monotonic() - begun < 5
    assert row(message_id).state == "queued"


def test_a_connection_lost_after_the_data_may_send_twice_but_never_loses(
    app: Flask, mailbox, put: Callable, letters: dict
) -> None:
    mailbox.answers = ["drop"]
    put()
    assert deliver_due(letters).retried == 1
    with clock.shifted_by(timedelta(seconds=31)):
        assert deliver_due(letters).sent == 1
    assert len(mailbox.ids) == 2
    assert len(set(mailbox.ids)) == 1


def test_a_rude_good_bye_does_not_send_the_mail_again(
    app: Flask, mailbox, put: Callable, letters: dict
) -> None:
    mailbox.answers = ["ok", "rude"]
    put()
    assert deliver_due(letters).sent == 1


def test_one_bad_recipient_does_not_hold_up_the_others(
    app: Flask, mailbox, put: Callable, letters: dict
) -> None:
    mailbox.answers = ["550"]
    put("nobody@example.org")
    put("fritz@example.org")
    done = deliver_due(letters)
    assert (done.sent, len(done.failed)) == (1, 1)
    assert [mail["To"] for mail in mailbox.mails] == ["fritz@example.org"]


def test_without_any_server_it_tries_for_three_days_and_then_calls_staff(
    make_app: Callable, any_uri: str, mailbox, put: Callable, letters: dict, row: Callable
) -> None:
    app = make_app(any_uri, **mailbox.settings | {"MAIL_PORT": 9})
    with app.app_context():
        message_id = put()
        start = clock.of_database()
        told = []
        passed = timedelta(0)
        for wait in (timedelta(0), *deliver.WAITS):
            passed += wait + timedelta(seconds=1)
            with clock.shifted_by(passed):
                assert deliver_due(letters, gave_up=told.append)
        assert timedelta(days=2.5) < passed < timedelta(days=3.5)
        assert [each.id for each in told] == [message_id]
        assert row(message_id).state == "failed"
        assert row(message_id).tries == len(deliver.WAITS) + 1
        assert row(message_id).due_at > start


def test_stop_ends_after_the_current_mail(app: Flask, mailbox, put: Callable, letters: dict) -> None:
    put()
    put()
    done = deliver_due(letters, stop=lambda: bool(mailbox.mails))
    assert (done.sent, len(mailbox.mails)) == (1, 1)
