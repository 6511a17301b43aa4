"""What every provider's door does with an event: keep it for good, then let it take effect."""

from flask import current_app

from shop.db import db, transaction
from shop.orders.settle import act_on
from shop.payments import inbox
from shop.payments.inbox import Notice


def take(notice: Notice) -> bool:
    """Keep an event and act on it; False for a repeat, which is left alone (QUALITY I8).

    The event is committed before anything else happens. Should acting fail, it stays open in the
    inbox and the worker acts on it later: a provider that has been heard need not say it again.
    """
    with transaction():
        is_new = inbox.keep(*notice)
    if is_new:
        act(notice.event_id)
    return is_new


def act(event_id: str) -> None:
    """Let a kept event take effect; a failure is logged, and the event stays open for the worker."""
    try:
        act_on(event_id)
    except Exception:
        db.session.rollback()
        current_app.logger.exception("event %s is kept, but could not be acted on", event_id)
