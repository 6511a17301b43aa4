"""A real mail server whose answers a test can choose."""

import asyncio
import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.processes import free_port


@dataclass
class Mailbox:
    """What a mail server has accepted, and how it answers next: one word for each mail, then `ok`."""

    port: int
    answers: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    pause: float = 0.0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers[0] if self.answers else "ok"
        if answer in ("451", "550"):
            self.answers.pop(0)
            return f"{answer} 4.7.1 not for {address}" if answer == "451" else f"{answer} 5.1.1 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "ok"
        self.arrived.set()
        if answer == "hang":
            await asyncio.sleep(30)
        if answer.startswith("wait "):
            await asyncio.sleep(float(answer.removeprefix("wait ")))
        if answer == "552 after data":
            return "552 5.3.4 too big"
        await asyncio.sleep(self.pause)
        self.mails.append(email.message_from_bytes(bytes(envelope.content or b""), policy=default))
        self.senders.append(str(envelope.mail_from))
        if answer == "drop":
            server.transport.abort()
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answers and self.answers[0] == "rude":
            self.answers.pop(0)
            server.transport.abort()
        return "221 Bye"

    @property
    def ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mails]

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": self.port,
            "MAIL_DEFAULT_SENDER": "Volkshochschule <laden@example.org>",
            "MAIL_TIMEOUT": 1,
            "BASE_URL": "https://laden.example.org",
        }


@contextmanager
def running() -> Iterator[Mailbox]:
    """A mail server on this machine that accepts, until a test says otherwise."""
    box = Mailbox(free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()
