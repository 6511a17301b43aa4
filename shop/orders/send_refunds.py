"""Sending refunds: the provider is asked outside of any transaction, with the refund's own key (DOMAIN P4)."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from shop import clock
from shop.cases.open import open_case
from shop.core.money import Cents
from shop.db import db, transaction
from shop.failpoints import reach
from shop.orders.models import Order, Refund
from shop.orders.owe import FAILED, call_staff
from shop.orders.refund import mark_sent
from shop.payments.gateway import NotOffered, Refused, Unreachable
from shop.payments.methods import gateway
from shop.payments.models import Payment

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=1)
"""How long this process leaves a provider alone that did not answer, so that mails go out meanwhile."""


@dataclass(frozen=True)
class _Due:
    id: UUID
    method: str
    source_ref: str | None
    cents: Cents


def send_due(limit: int = 20) -> int:
    """Send refunds that are due, the oldest first; how many came to an end, well or not.

    A provider that does not answer is asked again later, with the same key: a refund that it had
    made in spite of that is not made twice. What it refuses fails and becomes a case.
    """
    return sum(_send(refund) for refund in _due(limit))


def _due(limit: int) -> list[_Due]:
    query = (
        select(Refund.id, Payment.method, Payment.source_ref, Refund.cents)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.state == "due", Payment.method.not_in(_resting()))
        .order_by(Refund.made_at, Refund.id)
        .limit(limit)
    )
    found = [_Due(*row) for row in db.session.execute(query)]
    db.session.rollback()  # let the reading transaction go: the provider may take its time
    return found


def _send(due: _Due) -> int:
    if due.method in _resting():
        return 0
    try:
        name = gateway(due.method).refund(due.source_ref or "", due.cents, key=str(due.id))
    except Unreachable as error:
        log.warning("refund %s waits: %s", due.id, error)
        _rests()[due.method] = clock.now() + PAUSE
        return 0
    except NotOffered as error:
        _rests()[due.method] = clock.now() + PAUSE
        with transaction():
            open_case("refund waits", str(due.id), {"why": str(error), "cents": due.cents})
        return 0
    except Refused as error:
        return _failed(due.id, str(error))
    reach("refund.sent")
    return _sent(due, name)


def _sent(due: _Due, name: str) -> int:
    with transaction():
        refund = _locked(due.id)
        if refund.state == "due":
            mark_sent(refund, due.method, name)
        refund.provider_ref = refund.provider_ref or name  # the provider's own report was faster than we
        reach("refund.before_commit")
    return 1


def _failed(refund_id: UUID, why: str) -> int:
    with transaction():
        refund = _locked(refund_id)
        if refund.state == "due":
            refund.state = "failed"
            call_staff(FAILED, refund, db.session.get_one(Order, refund.order_id), why)
    return 1


def _locked(refund_id: UUID) -> Refund:
    return db.session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)


def _rests() -> dict[str, datetime]:
    """Until when this process leaves which provider alone; only a pause, so no other needs to know."""
    kept: dict[str, datetime] = current_app.extensions.setdefault("refunds_rest", {})
    return kept


def _resting() -> list[str]:
    return [method for method, until in _rests().items() if until > clock.now()]
