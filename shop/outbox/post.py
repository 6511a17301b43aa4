"""The post: one mail to one recipient by SMTP, or into the tray when there is no mail server."""

import logging
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import flask_mail
from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app

from shop import clock
from shop.outbox import tray
from shop.outbox.letter import Letter
from shop.settings import HalfConfigured

log = logging.getLogger(__name__)


class Refused(Exception):
    """The mail server has said a final no to this mail (5xx), or the address is none."""


class Unsent(Exception):
    """The mail has not gone out, or nobody can say whether it has: try again later."""


def furnish(app: Flask) -> None:
    """Set Flask-Mail up. Raises HalfConfigured for settings that would send in the clear or not at all."""
    for name in ("MAIL_USE_TLS", "MAIL_USE_SSL"):
        if not isinstance(app.config.setdefault(name, False), bool):
            raise HalfConfigured(f"{name} must be true or false.")
    if app.config["MAIL_USE_TLS"] and app.config["MAIL_USE_SSL"]:
        raise HalfConfigured("MAIL_USE_TLS and MAIL_USE_SSL are both set: choose the one your server speaks.")
    state = flask_mail.Mail().init_app(app)
    state.suppress = False  # what is marked as sent was sent; without a server there is the tray
    state.debug = 0  # smtplib would print whole mails, codes included
    for name in ("username", "password"):
        value = getattr(state, name)
        setattr(
            state, name, None if value in (None, "") else str(value)
        )  # 123456 is a password, not a number


def send(message_id: UUID, mail: EmailMessage) -> None:
    """Hand one written mail over. Raises Refused or Unsent."""
    try:
        if not current_app.config["MAIL_SERVER"]:
            tray.keep(message_id, mail.as_bytes())
            return
        with _Connection(current_app.extensions["mail"]) as connection:
            connection.send(_Whole(mail), envelope_from=_sender()[1])
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise _said(error) from error


def written(message_id: UUID, letter: Letter) -> EmailMessage:
    """The mail as it travels. Raises Refused for an address that is none, and what attachments raise.

    The Message-ID is always the message's own, so that a repeat can be recognised (QUALITY I12);
    `EmailMessage` refuses line breaks in headers (A7).
    """
    name, address = _sender()
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = f"<{message_id}@{_host()}>"
    mail["Date"] = format_datetime(clock.now())
    mail["From"] = formataddr((letter.sender_name or name, address))
    mail["To"] = _address(letter.to)
    if letter.reply_to:
        mail["Reply-To"] = _address(letter.reply_to)
    mail["Subject"] = letter.subject
    mail["Auto-Submitted"] = "auto-generated"
    # Quoted-printable keeps every line short enough for any server.
    mail.set_content(letter.text, cte="quoted-printable")
    if letter.html is not None:
        mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for each in letter.attachments:
        main, _, sub = each.media_type.partition("/")
        mail.add_attachment(each.made().data, maintype=main, subtype=sub, filename=each.name)
    return mail


def _host() -> str:
    return urlsplit(str(current_app.config["BASE_URL"])).hostname or "localhost"


def _sender() -> tuple[str, str]:
    return parseaddr(str(current_app.config["MAIL_DEFAULT_SENDER"]))


def _address(text: str) -> str:
    """An address as every server takes it. Raises Refused."""
    try:
        found = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False
        )
    except EmailNotValidError as error:
        raise Refused(f"not an address: {error}") from None
    return str(found.ascii_email)


def _said(error: Exception) -> Refused | Unsent:
    """What a failure means: 5xx about this mail is final; anything else may pass."""
    text: bytes | str
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
        case smtplib.SMTPSenderRefused() | smtplib.SMTPDataError():
            code, text = error.smtp_code, error.smtp_error
        case _:  # no connection, time-out, TLS, log-in, full disk: nothing about this mail
            return Unsent(f"{type(error).__name__}: {error}")
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return (Refused if 500 <= code < 600 else Unsent)(f"{code} {words}")


class _Whole(flask_mail.Message):
    """A mail that is written already; Flask-Mail checks its headers again and carries it."""

    def __init__(self, mail: EmailMessage) -> None:
        super().__init__(subject=mail["Subject"], recipients=[mail["To"]], sender=_sender()[1])
        self._mail = mail

    def as_bytes(self) -> bytes:
        return self._mail.as_bytes()


class _Connection(flask_mail.Connection):
    """Flask-Mail's connection, with the time-out and the certificate check that it lacks."""

    def configure_host(self) -> smtplib.SMTP:
        state = self.mail
        options: dict[str, Any] = {
            "local_hostname": _host(),
            "timeout": float(current_app.config["MAIL_TIMEOUT"]),
        }
        if state.use_ssl:
            options["context"] = ssl.create_default_context()
        kind = smtplib.SMTP_SSL if state.use_ssl else smtplib.SMTP
        host = kind(state.server, int(state.port or 0), **options)
        try:
            if state.use_tls:
                host.starttls(context=ssl.create_default_context())
            if state.username and state.password:
                host.login(state.username, state.password)
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Say good-bye; whatever comes back changes nothing about a mail that was taken."""
        host = self.host
        if host is None:
            return
        try:
            if exc_type is None and host.sock is not None:
                host.sock.settimeout(2)
                host.quit()
        except (smtplib.SMTPException, OSError) as error:
            log.info("the mail server did not say good-bye: %s", type(error).__name__)
        finally:
            host.close()
