"""A letter that only shows that the post works."""

import uuid

from flask import render_template
from flask_babel import force_locale, format_datetime
from flask_babel import gettext as _

from shop import clock
from shop.centre.facts import centre
from shop.outbox import queue
from shop.outbox.letter import Letter
from shop.outbox.models import Message


def ask(recipient: str, language: str) -> uuid.UUID:
    """Queue a probe to an address, inside the caller's transaction."""
    message_id = uuid.uuid4()
    queue.put(message_id, "probe", recipient=recipient, facts={"language": language}, reference="probe")
    return message_id


def letter(message: Message) -> Letter:
    """Write the probe."""
    with force_locale(message.facts["language"]):
        facts = {"sent_at": format_datetime(clock.now(), "long")}
        return Letter(
            to=message.recipient,
            subject=_("Probe aus Ihrem Gutscheinladen"),
            text=render_template("mail/probe.txt", **facts),
            html=render_template("mail/probe.html", **facts),
            sender_name=centre().name,
        )
