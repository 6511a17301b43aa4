"""Forgetting what nobody needs any more: old baskets, names on used vouchers, wrong guesses (DOMAIN L5).

Order lines are frozen, and yet names are taken out of their facts here. That is lawful, and the only
change that is: what freezing protects is the contract (text, price, quantity, product, terms) and what
was booked for it, and none of that is touched. Who was given a present, and with which words, is about
a third person who made no contract; it belongs to no book and no business letter (§ 257 HGB), and must
go when its purpose is gone (Art. 5 (1) e and Art. 17 (1) a GDPR). Ledger, documents, numbers and
balances stay as they were.

Everything is decided by what the database holds, a batch at a time, and a repeat does nothing.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    Text,
    Update,
    and_,
    delete,
    exists,
    literal,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from shop import clock
from shop.cases.models import Case
from shop.db import changed, db, transaction
from shop.ledger.models import Account, Transfer
from shop.orders.models import BasketLine, Order, OrderLine, WrongCode
from shop.outbox.models import Message
from shop.vouchers.models import Voucher

BASKETS_AFTER = timedelta(days=60)
GUESSES_AFTER = timedelta(hours=1)
NAMES = ("recipient", "dedication", "recipient_email")


def forget(limit: int = 100) -> int:
    """Forget up to `limit` of each kind, each kind in a transaction of its own; how many rows changed.

    What is due is looked up first, by reading only, so that nobody waits while nothing is due.
    """
    deeds = (_forget_baskets, _forget_guesses, _forget_vouchers, _forget_lines)
    return sum(deed(limit) for deed in deeds)


def _names_before() -> datetime:
    """What was over before this moment needs no names any more (setting FORGET_GIFTS_DAYS)."""
    return clock.now() - timedelta(days=current_app.config["FORGET_GIFTS_DAYS"])


def _forget_baskets(limit: int) -> int:
    """Take out every line of visitors who put nothing in for long; who came back keeps all of theirs."""
    since = clock.now() - BASKETS_AFTER
    newer = aliased(BasketLine)
    touched = exists().where(newer.visitor == BasketLine.visitor, newer.added_at >= since)
    due = _due(select(BasketLine.id).where(BasketLine.added_at < since, ~touched), limit)
    return _write(delete(BasketLine).where(BasketLine.id.in_(due))) if due else 0


def _forget_guesses(limit: int) -> int:
    old = WrongCode.at < clock.of_database() - GUESSES_AFTER
    due = _due(select(WrongCode.id).where(old), limit)
    return _write(delete(WrongCode).where(WrongCode.id.in_(due))) if due else 0


def _forget_vouchers(limit: int) -> int:
    named = or_(Voucher.recipient != "", Voucher.dedication != "")
    due = _due(select(Voucher.number).where(named, _is_over()), limit)
    empty = update(Voucher).where(Voucher.number.in_(due)).values(recipient="", dedication="")
    return _write(empty) if due else 0


def _forget_lines(limit: int) -> int:
    """Empty the names in frozen lines and, with them, the recipient's address in the log of mails."""
    due = _due(_nobodys_lines().where(_has_names()), limit)
    if not due:
        return 0
    with transaction() as session:
        for line in session.scalars(select(OrderLine).where(OrderLine.id.in_(due)).with_for_update()):
            line.facts = _nameless(line.facts, paid=_is_fulfilled(line.id))
            _forget_letter(uuid.uuid5(line.id, "mail:voucher_gift"))
    return len(due)


def _is_over() -> ColumnElement[bool]:
    """Whether a voucher is used up or expired, and has been for long enough; never NULL."""
    account, moment = literal("voucher:") + Voucher.number, _names_before()
    empty = exists().where(
        Account.id == account,
        Account.credits_posted == Account.debits_posted,
        Account.debits_pending == 0,
    )
    sides = or_(Transfer.debit == account, Transfer.credit == account)
    moved = exists().where(sides, Transfer.made_at >= moment)
    expired = and_(Voucher.valid_until.is_not(None), Voucher.valid_until < clock.local(moment).date())
    return or_(expired, empty & ~moved) & ~_is_to_be_sent(Voucher.order_line_id)


def _is_to_be_sent(line_id: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether the order of a line has a present that is still to be sent: its letter needs the names."""
    line, order = aliased(OrderLine), aliased(Order)
    queued = and_(Message.kind == "voucher_gift", Message.state == "queued")
    return exists().where(
        line.id == line_id, order.id == line.order_id, Message.reference == order.number, queued
    )


def _nobodys_lines() -> Select[Any]:
    """Lines whose names nobody needs: every voucher of theirs is over, or they were never paid."""
    fulfilled = exists().where(Voucher.order_line_id == OrderLine.id)
    living = exists().where(Voucher.order_line_id == OrderLine.id, ~_is_over())
    unpaid = and_(Order.state == "placed", Order.placed_at < _names_before())
    lines = select(OrderLine.id).join(Order, Order.id == OrderLine.order_id)
    return lines.where(OrderLine.kind == "voucher", or_(fulfilled & ~living, unpaid))


def _has_names() -> ColumnElement[bool]:
    """Whether one of the names holds anything, read from the JSON as it is kept."""
    facts = type_coerce(OrderLine.facts, Text)
    return or_(
        *(
            facts.contains(f'"{name}": "', autoescape=True)
            & ~facts.contains(f'"{name}": ""', autoescape=True)
            for name in NAMES
        )
    )


def _is_fulfilled(line_id: UUID) -> bool:
    return bool(db.session.scalar(select(exists().where(Voucher.order_line_id == line_id))))


def _nameless(facts: dict[str, Any], *, paid: bool) -> dict[str, Any]:
    """The facts without names. Money that comes after all buys a voucher that goes to the buyer alone."""
    emptied = {name: "" for name in NAMES if name in facts}
    late = {} if paid else {"delivery": "buyer", "deliver_on": None}
    return {**facts, **emptied, **late}


def _forget_letter(message_id: UUID) -> None:
    """Take the address out of the mail log, and out of the case that the mail opened if it failed."""
    db.session.execute(
        update(Message)
        .where(Message.id == message_id, Message.state != "queued")
        .values(recipient="", last_error=None)
    )
    opened = select(Case).where(Case.reason == "mail failed", Case.reference.startswith(f"{message_id} "))
    for case in db.session.scalars(opened):
        case.facts = {name: fact for name, fact in case.facts.items() if name not in ("recipient", "error")}


def _due(query: Select[Any], limit: int) -> list[Any]:
    """What is due, read and let go, so that no lock is held between reading and writing."""
    found = list(db.session.scalars(query.limit(limit)))
    db.session.rollback()
    return found


def _write(statement: Update | Delete) -> int:
    with transaction() as session:
        return changed(session.execute(statement))
