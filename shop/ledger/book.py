"""The only writer of money: transfer, hold, post, void, expire, limit, each in the caller's transaction.

A debit takes from an account what it may still give, a credit gives: selling a voucher debits the
till and credits the voucher's purse, redeeming debits the purse and credits revenue. All amounts
are cents. Ids are the caller's: a repeat with the same facts is quiet and returns the kept entry,
other facts under a known id are a `Contradiction`. When a call is refused it has changed nothing.

A transaction that touches several purses should do so in the order of their names, so that two of
them never wait for each other.
"""

import json
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection

from shop import clock
from shop.core.money import Cents
from shop.ledger import statements as sql
from shop.ledger.chart import EUR, is_purse, named
from shop.ledger.entry import Entry, check, check_cents
from shop.ledger.reading import (
    Standing,
    available,
    by_id,
    ending,
    is_known,
    left,
    movements,
    open_holds,
    posted,
    standing,
)
from shop.ledger.refusals import (
    HOW,
    Contradiction,
    HoldEnded,
    MoreThanHeld,
    NoSuchHold,
    NotOverdue,
    Overdrawn,
    Refused,
)
from shop.ledger.rows import connection_here, keep, kept_as, lock, open_others, ran, same, shift

__all__ = [
    "Contradiction",
    "Entry",
    "HoldEnded",
    "MoreThanHeld",
    "NoSuchHold",
    "NotOverdue",
    "Overdrawn",
    "Refused",
    "Standing",
    "available",
    "ending",
    "expire",
    "expire_overdue",
    "hold",
    "is_known",
    "limit",
    "movements",
    "open_holds",
    "post",
    "posted",
    "standing",
    "transfer",
    "transfer_id",
    "void",
]

_NAMESPACE = UUID("6f1c0f0e-8c1f-5a53-9a57-6b75727367ff")


def transfer_id(*facts: str | int | UUID | date) -> UUID:
    """The id that these facts always have: `transfer_id("settle", order.id, line.id)`."""
    return uuid5(_NAMESPACE, json.dumps([str(fact) for fact in facts]))


def transfer(
    id: UUID, *, debit: str, credit: str, cents: Cents, reason: str, reference: str, currency: str = EUR
) -> Entry:
    """Move cents at once. Raises Overdrawn (the debit is a purse without so much) or Contradiction."""
    debit, credit = named(debit, currency), named(credit, currency)
    return _enter(
        Entry(id, "transfer", debit, credit, cents, currency, reason, reference, None, None, clock.now())
    )


def hold(
    id: UUID,
    *,
    debit: str,
    credit: str,
    cents: Cents,
    deadline: datetime,
    reason: str,
    reference: str,
    currency: str = EUR,
) -> Entry:
    """Set cents aside until posted, voided or past a deadline; they count against the purse at once.

    The deadline is by the database's clock. A repeat keeps the first deadline, and is quiet even
    when the hold has ended: a new try needs a new id. Raises Overdrawn or Contradiction.
    """
    if not (is_purse(debit) or is_purse(credit)):
        raise ValueError("a hold needs a purse: other accounts set nothing aside")
    debit, credit = named(debit, currency), named(credit, currency)
    return _enter(
        Entry(id, "hold", debit, credit, cents, currency, reason, reference, deadline, None, clock.now())
    )


def post(hold_id: UUID, cents: Cents | None = None) -> Entry:
    """Make a hold final with all its cents or fewer; the rest goes back.

    Raises HoldEnded (past the deadline too, swept or not: QUALITY I4), MoreThanHeld, NoSuchHold,
    or Contradiction when it was posted with other cents.
    """
    if cents is not None:
        check_cents(cents)
    return _end("post", hold_id, cents)


def void(hold_id: UUID) -> Entry:
    """Give everything that is held back. Raises HoldEnded or NoSuchHold."""
    return _end("void", hold_id, 0)


def expire(hold_id: UUID) -> Entry:
    """Give back what is held past its deadline. Raises NotOverdue, HoldEnded or NoSuchHold."""
    return _end("expire", hold_id, 0)


def expire_overdue(limit: int = 100) -> int:
    """Expire holds that are past their deadline, the oldest first; how many were still open."""
    connection, now = connection_here(), clock.of_database()
    overdue = [Entry(*row) for row in connection.execute(sql.OVERDUE, {"moment": now, "limit": limit})]
    lock(connection, *overdue)
    return sum(_ended(connection, held, _ending(held, "expire", 0, now)) for held in overdue)


def limit(account: str, cents: Cents, currency: str = EUR) -> None:
    """Let a purse be overdrawn by so many cents, opening it if need be; no money moves (DOMAIN W4).

    Raises Overdrawn when it is overdrawn by more already.
    """
    if not is_purse(account) or type(cents) is not int or not 0 <= cents < 2**53:
        raise ValueError(f"{account!r} cannot be overdrawn by {cents!r}")
    connection, account = connection_here(), named(account, currency)
    facts = {"account": account, "currency": currency, "purse": True, "overdraft": cents}
    if not ran(connection, sql.LIMIT, facts):
        raise Overdrawn(account, cents, left(connection, account))


def _enter(wanted: Entry) -> Entry:
    """Counters first, guarded, then the entry; if its id turns out to be known, the counters go back."""
    check(wanted)
    connection = connection_here()
    pending, at_once = (wanted.cents, 0) if wanted.kind == "hold" else (0, wanted.cents)
    amounts = {"cents": wanted.cents, "pending": pending, "posted": at_once}
    debit, credit = wanted.debit, wanted.credit
    if is_purse(debit) and is_purse(credit):
        lock(connection, wanted)
    if is_purse(debit) and not ran(connection, sql.DEBIT, {"account": debit, **amounts}):
        if kept := kept_as(connection, wanted):
            return kept
        raise Overdrawn(debit, wanted.cents, left(connection, debit))
    if is_purse(credit):
        facts = {"account": credit, "currency": wanted.currency, "purse": True, **amounts}
        connection.execute(sql.CREDIT, facts)
    if keep(connection, wanted) or (open_others(connection, wanted) and keep(connection, wanted)):
        return wanted
    shift(connection, wanted, pending=-pending, posted=-at_once)
    if kept := kept_as(connection, wanted):
        return kept
    raise RuntimeError(f"the database refused entry {wanted.id} and keeps no other")


def _end(kind: str, hold_id: UUID, cents: Cents | None) -> Entry:
    """Add the entry that ends a hold, or tell what ended it before."""
    connection = connection_here()
    held = by_id(connection, hold_id)
    if held is None or held.deadline is None:
        raise NoSuchHold(hold_id)
    cents = held.cents if cents is None else cents
    if cents > held.cents:
        raise MoreThanHeld(hold_id, cents, held.cents)
    lock(connection, held)
    now = clock.of_database()
    overdue = now >= held.deadline
    wanted = _ending(held, kind, cents, now)
    in_time = {"post": not overdue, "void": True, "expire": overdue}[kind]
    if in_time and _ended(connection, held, wanted):
        return wanted
    first = ending(hold_id)
    if first is None:
        raise HoldEnded(hold_id, "expired") if overdue else NotOverdue(hold_id, held.deadline)
    if first.kind != kind:
        raise HoldEnded(hold_id, HOW[first.kind])
    return same(first, wanted)


def _ending(held: Entry, kind: str, cents: Cents, now: datetime) -> Entry:
    id = transfer_id("an end of", held.id, kind)
    return replace(held, id=id, kind=kind, cents=cents, deadline=None, ends=held.id, made_at=now)


def _ended(connection: Connection, held: Entry, wanted: Entry) -> bool:
    """Whether this is the end of the hold: `ends` is unique, so the database picks one winner."""
    if not keep(connection, wanted):
        return False
    shift(connection, wanted, pending=-held.cents, posted=wanted.cents)
    return True
