"""Reading the ledger: balances, movements, open holds. Nothing here writes."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from shop.core.money import Cents
from shop.db import db
from shop.ledger import statements as sql
from shop.ledger.chart import currency_of, is_purse, side
from shop.ledger.entry import Entry


class Standing(NamedTuple):
    """A purse's counters in cents: what was moved for good, what is held of that, how far it may be overdrawn."""

    posted: Cents
    held: Cents
    overdraft: Cents

    @property
    def free(self) -> Cents:
        """What is neither spent nor held; below zero when it is overdrawn."""
        return self.posted - self.held


def standing(account: str) -> Standing:
    """How a purse stands; all zero if it never opened."""
    currency_of(account)
    row = db.session.connection().execute(sql.PURSE, {"account": account}).one_or_none()
    if row is None:
        return Standing(0, 0, 0)
    return Standing(row.credits_posted - row.debits_posted, row.debits_pending, row.overdraft)


def available(account: str, besides: UUID | None = None) -> Cents:
    """What a purse can still give: posted, less what is held, plus its overdraft; 0 if it never opened.

    `besides` is a hold on it that is the asker's own: while it is open, its cents can be given too.
    """
    if not is_purse(account):
        raise ValueError(f"{account!r} is not a purse: nothing limits what it gives")
    currency_of(account)
    if besides is None:
        return left(db.session.connection(), account)
    asked = {"account": account, "hold": besides}
    return int(db.session.connection().scalar(sql.LEFT_BESIDES, asked) or 0)


def posted(account: str) -> Cents:
    """The balance of any account, holds apart, as an accountant reads it.

    Tills, receivables and discounts grow by debits, all others by credits, so both a full till and
    a full purse are above zero. Purses know their balance; other accounts are summed now.
    """
    currency_of(account)
    connection = db.session.connection()
    if is_purse(account):
        row = connection.execute(sql.PURSE, {"account": account}).one_or_none()
        return row.credits_posted - row.debits_posted if row else 0
    return int(connection.execute(sql.SUM, {"account": account}).scalar_one()) * side(account)


def movements(account: str, limit: int, before: UUID | None = None) -> list[Entry]:
    """What was moved for good (transfers and posts), newest first; `before` is the last id of a page."""
    currency_of(account)
    statement = sql.MOVEMENTS if before is None else sql.MOVEMENTS_BEFORE
    facts = {"account": account, "limit": limit} | ({} if before is None else {"before": before})
    return [Entry(*row) for row in db.session.connection().execute(statement, facts)]


def open_holds(account: str) -> list[Entry]:
    """What is held on an account now, whether to be given or to be got, the nearest deadline first.

    A hold past its deadline is listed until it is swept: until then it counts against the purse.
    """
    currency_of(account)
    rows = db.session.connection().execute(sql.OPEN_HOLDS, {"account": account})
    return [Entry(*row) for row in rows]


def ending(hold_id: UUID) -> Entry | None:
    """What ended a hold (kind `post`, `void` or `expire`), or None while nothing has."""
    row = db.session.connection().execute(sql.BY_ENDED_HOLD, {"hold_id": hold_id}).one_or_none()
    return Entry(*row) if row else None


def by_id(connection: Connection, id: UUID) -> Entry | None:
    """The entry with an id, or None."""
    row = connection.execute(sql.BY_ID, {"id": id}).one_or_none()
    return Entry(*row) if row else None


def is_known(id: UUID) -> bool:
    """Whether there is an entry with this id."""
    return by_id(db.session.connection(), id) is not None


def left(connection: Connection, account: str) -> Cents:
    """What is available in a purse on a connection."""
    return int(connection.scalar(sql.LEFT, {"account": account}) or 0)
