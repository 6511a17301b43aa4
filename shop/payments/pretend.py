"""The pretend till: a provider for trying the shop out, which tells the same inbox the same stories.

It never runs where a live key is set (DOMAIN P2): `methods` hands it out, and the page asks there.
"""

import json
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, has_request_context, session
from sqlalchemy import select

from shop.db import db
from shop.payments import inbox
from shop.payments.gateway import Begun, Bill, GatewayError
from shop.payments.inbox import Notice
from shop.payments.models import Event, Payment

NEXT: dict[str, tuple[str, ...]] = {
    "open": ("paid", "delayed", "declined", "cancelled"),
    "delayed": ("arrived", "bounced"),
    "paid": (),
    "declined": (),
    "cancelled": (),
    "arrived": (),
    "bounced": (),
}
"""What a buyer can do next, by what the till has told last."""

MEANS = {
    "paid": "certain",
    "delayed": "waiting",
    "arrived": "certain",
    "bounced": "failed",
    "declined": "failed",
    "cancelled": "expired",
}
"""What each step means to the shop."""

_WAY_BACK = "pretend_way_back"
_KEPT = 5  # a session is a cookie, and small


class NoSuchStep(GatewayError):
    """The till has told another story before, or never tells this one."""


@dataclass(frozen=True)
class PretendTill:
    """The pretend till behind the gateway protocol."""

    method: str = "pretend"

    def begin(self, bill: Bill) -> Begun:
        """The till's page. The way back is kept in the buyer's own session, because it is a capability."""
        if has_request_context():
            kept = list(session.get(_WAY_BACK, {}).items())[-_KEPT + 1 :]
            session[_WAY_BACK] = {**dict(kept), str(bill.payment_id): [bill.return_url, bill.cancel_url]}
        path = current_app.url_map.bind("").build("hooks.pretend", {"payment": bill.payment_id})
        return Begun(ref(bill.payment_id), f"{current_app.config['BASE_URL']}{path}", None)

    def refund(self, payment_source_ref: str, cents: int, key: str) -> str:
        """Pretend money goes back at once."""
        return f"pretend_refund_{key}"


def ref(payment_id: UUID) -> str:
    """What this till calls a payment."""
    return f"pretend_{payment_id}"


def ways_back(payment_id: UUID) -> tuple[str, str] | None:
    """Where this visitor goes after paying and after leaving, or None for somebody else's payment."""
    kept = session.get(_WAY_BACK, {}).get(str(payment_id))
    return (kept[0], kept[1]) if kept else None


def told(payment_id: UUID) -> str:
    """The last step that the till has told about a payment: `open`, or a key of `MEANS`."""
    known = db.session.scalars(select(Event.id).where(Event.id.in_(_ids(payment_id))))
    steps = {event_id.rpartition("_")[2] for event_id in known}
    return max(steps, key=list(NEXT).index, default="open")


def tell(payment_id: UUID, step: str) -> Notice | None:
    """Tell the inbox a step, in the caller's transaction; a repeat of a step is quiet and gives None.

    Raises NoSuchStep when the till has told something else meanwhile.
    """
    payment = db.session.get_one(Payment, payment_id, with_for_update=True)
    now = told(payment_id)
    if step == now and step in MEANS:
        return None
    if step not in NEXT[now]:
        raise NoSuchStep(f"after {now} there is no {step}")
    notice = _notice(payment, step)
    inbox.keep(*notice)
    return notice


def _ids(payment_id: UUID) -> list[str]:
    return [f"{ref(payment_id)}_{step}" for step in MEANS]


def _notice(payment: Payment, step: str) -> Notice:
    facts = {
        "payment_id": str(payment.id),
        "step": step,
        "cents": payment.cents,
        "currency": payment.currency,
    }
    return Notice(
        f"{ref(payment.id)}_{step}", "pretend", f"pretend.{step}", json.dumps(facts, sort_keys=True)
    )
