"""A call for help when a code does not work: to the centre, with a copy to whoever asks (DOMAIN C8)."""

import base64
import hashlib
import uuid
from dataclasses import asdict, dataclass, replace

from cryptography.fernet import Fernet
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from shop.centre.facts import centre
from shop.outbox import queue
from shop.outbox.letter import Letter, from_templates
from shop.outbox.models import Message


@dataclass(frozen=True)
class Question:
    """What somebody writes who cannot redeem a code; all but `email` may be empty."""

    email: str
    organisation: str = ""
    course: str = ""
    username: str = ""
    error: str = ""
    code: str = ""
    message: str = ""


def ask(question: Question, language: str) -> None:
    """Queue the letter to the centre and the copy, inside the caller's transaction.

    The address is SUPPORT_EMAIL, or else the centre's. The code is sealed until the letter is
    written: the database never holds one (DOMAIN S3).
    """
    asked = uuid.uuid4()
    facts = {
        **asdict(replace(question, code=_seal().encrypt(question.code.encode()).decode())),
        "language": language,
    }
    to_centre = str(current_app.config["SUPPORT_EMAIL"]) or centre().email
    for kind, recipient in (("support_request", to_centre), ("support_copy", question.email)):
        queue.put(
            uuid.uuid5(asked, f"mail:{kind}"), kind, recipient=recipient, facts=facts, reference="support"
        )


def request(message: Message) -> Letter:
    """To the centre, answered to whoever asks; in the centre's language."""
    return _letter(
        message, "request", str(current_app.config["BABEL_DEFAULT_LOCALE"]), message.facts["email"]
    )


def copy(message: Message) -> Letter:
    """The same to whoever asks, so that they know what was sent."""
    return _letter(message, "copy", message.facts["language"], centre().email)


def _letter(message: Message, name: str, language: str, reply_to: str) -> Letter:
    question = {**message.facts, "code": _seal().decrypt(message.facts["code"].encode()).decode()}
    with force_locale(language):
        facts = {"question": question, "is_copy": name == "copy"}
        return from_templates(
            "orders/mail_support",
            to=message.recipient,
            subject=_("Hilfe beim Einlösen eines Vouchers"),
            facts=facts,
            reply_to=reply_to,
        )


def _seal() -> Fernet:
    key = str(current_app.config["CODE_KEY"]).encode()
    return Fernet(
        base64.urlsafe_b64encode(hashlib.blake2b(key[:64], person=b"support", digest_size=32).digest())
    )
