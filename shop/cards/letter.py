"""The letters about a card; each is a value, sending is the outbox's (STYLE)."""

from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from shop.cards import find
from shop.centre.facts import centre
from shop.core.money import written
from shop.core.words import said
from shop.db import db
from shop.outbox.letter import Letter, from_templates
from shop.outbox.models import Message
from shop.people.models import User


def low(message: Message) -> Letter:
    """Little credit is left: how much, and where to top up."""
    balance, language = message.facts["balance"], message.facts["language"]
    with force_locale(language):
        subject = _("Auf Ihrer Wertkarte sind noch %(amount)s", amount=written(balance, language))
        return _letter(message, "low", subject, balance=balance)


def expiring(message: Message) -> Letter:
    """Credit will expire: how much, and on which day it can be used for the last time."""
    ends = [(date.fromisoformat(day), cents) for day, cents in message.facts["ends"]]
    with force_locale(message.facts["language"]):
        return _letter(message, "expiring", _("Guthaben auf Ihrer Wertkarte läuft bald ab"), ends=ends)


def paid_out(message: Message) -> Letter:
    """A card was paid out: what comes back in which way, and what ended with it (W7)."""
    facts = {name: message.facts[name] for name in ("back", "by_hand", "bonus")}
    with force_locale(message.facts["language"]):
        return _letter(message, "paid_out", _("Ihre Wertkarte ist ausgezahlt"), **facts)


def taken_back(message: Message) -> Letter:
    """What an order has brought onto a card goes back to its payer; the rest of the card stays (L3, P4)."""
    facts = {name: message.facts[name] for name in ("order", "back", "bonus")}
    facts["cents"] = facts["back"] + facts["bonus"]
    with force_locale(message.facts["language"]):
        return _letter(message, "taken_back", _("Guthaben ist von Ihrer Wertkarte genommen"), **facts)


def _letter(message: Message, name: str, subject: str, **more: Any) -> Letter:
    card = find.card(message.facts["card"])
    owner = db.session.get_one(User, card.user_id)
    kind = find.type_of(card)
    facts = {
        "card": card,
        "title": said(kind.title, message.facts["language"]),
        "notice": said(kind.notice, message.facts["language"]),
        "owner": owner,
        **more,
    }
    return from_templates(
        f"cards/mail_{name}", to=message.recipient, subject=subject, facts=facts, reply_to=centre().email
    )
