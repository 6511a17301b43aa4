"""Mails travel encrypted to a server that proves its name, or not at all."""

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from shop.outbox.deliver import deliver_due
from shop.settings import HalfConfigured
from tests.processes import free_port

TLS = Path(__file__).parent / "tls"


def context() -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(TLS / "server-with-key.pem")
    return made


class StartTls(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, require_starttls=True, tls_context=context())


class Smtps(Controller):
    def _trigger_server(self) -> None:
        """Say hello as a client does; the one that is shipped speaks with the server's own context."""
        anyone = ssl._create_unverified_context()
        with socket.create_connection((self.hostname, self.port)) as plain, anyone.wrap_socket(plain) as line:
            line.recv(100)


@pytest.fixture(params=["MAIL_USE_TLS", "MAIL_USE_SSL"])
def encrypted(request: pytest.FixtureRequest, mailbox) -> Iterator[dict]:
    """A second door of the mail server, encrypted either way; the settings that lead to it."""
    port = free_port()
    if request.param == "MAIL_USE_TLS":
        door = StartTls(mailbox, hostname="127.0.0.1", port=port)
    else:
        door = Smtps(mailbox, hostname="127.0.0.1", port=port, ssl_context=context())
    door.start()
    yield mailbox.settings | {"MAIL_PORT": port, request.param: True}
    door.stop()


def test_a_server_with_a_trusted_certificate_gets_the_mail(
    encrypted: dict, mailbox, make_app: Callable, sqlite_uri: str, put: Callable, letters: dict, monkeypatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "server.pem"))
    with make_app(sqlite_uri, **encrypted).app_context():
        put()
        assert deliver_due(letters).sent == 1
    assert len(mailbox.mails) == 1


def test_a_server_with_a_certificate_of_its_own_making_gets_nothing(
    encrypted: dict, mailbox, make_app: Callable, sqlite_uri: str, put: Callable, letters: dict, row: Callable
) -> None:
    with make_app(sqlite_uri, **encrypted).app_context():
        message_id = put()
        assert deliver_due(letters).retried == 1
        assert "CERTIFICATE_VERIFY_FAILED" in row(message_id).last_error
    assert mailbox.mails == []


def test_a_server_that_does_not_encrypt_gets_nothing(
    mailbox, make_app: Callable, sqlite_uri: str, put: Callable, letters: dict, row: Callable
) -> None:
    with make_app(sqlite_uri, **mailbox.settings, MAIL_USE_TLS=True).app_context():
        message_id = put()
        assert deliver_due(letters).retried == 1
        assert "STARTTLS" in row(message_id).last_error
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"MAIL_USE_TLS": "no"}, "MAIL_USE_TLS must be true or false"),
        ({"MAIL_USE_SSL": 1}, "MAIL_USE_SSL must be true or false"),
        ({"MAIL_USE_TLS": True, "MAIL_USE_SSL": True}, "both set"),
    ],
)
def test_unclear_encryption_refuses_to_start(
    make_app: Callable, sqlite_uri: str, settings: dict, named: str
) -> None:
    with pytest.raises(HalfConfigured, match=named):
        make_app(sqlite_uri, **settings)


def test_a_password_of_digits_stays_a_password(make_app: Callable, sqlite_uri: str, mailbox) -> None:
    app = make_app(sqlite_uri, **mailbox.settings, MAIL_USERNAME="laden", MAIL_PASSWORD=123456)
    assert app.extensions["mail"].password == "123456"
