"""The few statements by which money moves: plain SQL that SQLite and PostgreSQL both read."""

from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    String,
    Table,
    TextClause,
    Uuid,
    any_,
    bindparam,
    func,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.types import TypeEngine

from shop.db import Moment
from shop.ledger.models import Account, Transfer

accounts = cast(Table, Account.__table__)
transfers = cast(Table, Transfer.__table__)

_TYPES: dict[str, TypeEngine[Any]] = {
    **dict.fromkeys(("id", "ends"), Uuid()),
    **dict.fromkeys(("deadline", "made_at"), Moment()),
    **dict.fromkeys(("cents", "posted", "pending", "overdraft"), BigInteger()),
    **dict.fromkeys(("debit_pending", "debit_posted", "credit_pending", "credit_posted"), BigInteger()),
    "purse": Boolean(),
}


def _sql(words: str, *names: str) -> TextClause:
    """A statement with the types of its parameters; names without a type above are text."""
    return text(words).bindparams(*(bindparam(name, type_=_TYPES[name]) for name in names))


# Check and change in one statement; the CHECK `purse_not_overdrawn` repeats the rule (QUALITY I3).
DEBIT = _sql(
    """
    UPDATE accounts
    SET debits_posted = debits_posted + :posted, debits_pending = debits_pending + :pending
    WHERE id = :account
      AND credits_posted - debits_posted - debits_pending + overdraft >= :cents
    """,
    "posted", "pending", "cents",
)  # fmt: skip

# A purse opens itself with its first credit.
CREDIT = _sql(
    """
    INSERT INTO accounts (id, currency, purse, debits_pending, debits_posted,
                          credits_pending, credits_posted, overdraft)
    VALUES (:account, :currency, :purse, 0, 0, :pending, :posted, 0)
    ON CONFLICT (id) DO UPDATE
    SET credits_posted = accounts.credits_posted + excluded.credits_posted,
        credits_pending = accounts.credits_pending + excluded.credits_pending
    """,
    "purse", "posted", "pending",
)  # fmt: skip

# How far a purse may be overdrawn; never less than it is overdrawn already (DOMAIN W4).
LIMIT = _sql(
    """
    INSERT INTO accounts (id, currency, purse, debits_pending, debits_posted,
                          credits_pending, credits_posted, overdraft)
    VALUES (:account, :currency, :purse, 0, 0, 0, 0, :overdraft)
    ON CONFLICT (id) DO UPDATE SET overdraft = excluded.overdraft
    WHERE accounts.credits_posted - accounts.debits_posted - accounts.debits_pending + excluded.overdraft >= 0
    """,
    "purse", "overdraft",
)  # fmt: skip

# Where money comes out of a hold, or a movement that proved to be a repeat is taken back.
SHIFT = _sql(
    """
    UPDATE accounts
    SET debits_pending = debits_pending + :debit_pending, debits_posted = debits_posted + :debit_posted,
        credits_pending = credits_pending + :credit_pending, credits_posted = credits_posted + :credit_posted
    WHERE id = :account
    """,
    "debit_pending", "debit_posted", "credit_pending", "credit_posted",
)  # fmt: skip

# Other accounts open themselves too, and are never touched again.
OPEN = _sql(
    """
    INSERT INTO accounts (id, currency, purse, debits_pending, debits_posted,
                          credits_pending, credits_posted, overdraft)
    VALUES (:account, :currency, :purse, 0, 0, 0, 0, 0)
    ON CONFLICT (id) DO NOTHING
    """,
    "purse",
)

# Nothing happens when the id is known, when the hold has ended (`ends` is unique), or when an
# account is not yet open: that costs the usual case nothing.
KEEP = _sql(
    """
    INSERT INTO transfers (id, kind, debit, credit, cents, currency, reason, reference,
                           deadline, ends, made_at)
    SELECT :id, :kind, d.id, c.id, :cents, :currency, :reason, :reference, :deadline, :ends, :made_at
    FROM accounts AS d, accounts AS c WHERE d.id = :debit AND c.id = :credit
    ON CONFLICT DO NOTHING
    """,
    "id", "cents", "deadline", "ends", "made_at",
).execution_options(preserve_rowcount=True)  # fmt: skip

BY_ID = select(transfers).where(transfers.c.id == bindparam("id"))
BY_ENDED_HOLD = select(transfers).where(transfers.c.ends == bindparam("hold_id"))
PURSE = select(accounts).where(accounts.c.id == bindparam("account"))
LEFT = select(
    accounts.c.credits_posted - accounts.c.debits_posted - accounts.c.debits_pending + accounts.c.overdraft
).where(accounts.c.id == bindparam("account"))

# Purses are locked in the order of their names, and before any id is taken: two payments with the
# same purses, or two ends of one hold, then never wait for each other in a ring. SQLite needs none
# of this, its writers already queue at BEGIN IMMEDIATE.
LOCK = (
    select(accounts.c.id)
    .where(accounts.c.id == any_(bindparam("names", type_=ARRAY(String()))), accounts.c.purse)
    .order_by(accounts.c.id)
    .with_for_update(key_share=True)
)

_t = transfers.c
_end = transfers.alias("ended")
_before = transfers.alias("before")
_account = bindparam("account", type_=String())
_limit = bindparam("limit", type_=BigInteger())
_is_open = (_t.kind == "hold") & ~select(_end.c.id).where(_end.c.ends == _t.id).exists()
_moved = _t.kind.in_(("transfer", "post"))

# What a purse can give to somebody who keeps some of it aside already.
LEFT_BESIDES = select(
    LEFT.scalar_subquery()
    + func.coalesce(select(_t.cents).where(_is_open, _t.id == bindparam("hold")).scalar_subquery(), 0)
)

OVERDUE = (
    select(transfers)
    .where(_is_open, _t.deadline <= bindparam("moment", type_=Moment()))
    .order_by(_t.deadline)
    .limit(_limit)
)
OPEN_HOLDS = (
    select(transfers)
    .where(_is_open, or_(_t.debit == _account, _t.credit == _account))
    .order_by(_t.deadline, _t.id)
)
SUM = select(
    select(func.coalesce(func.sum(_t.cents), 0)).where(_t.credit == _account, _moved).scalar_subquery()
    - select(func.coalesce(func.sum(_t.cents), 0)).where(_t.debit == _account, _moved).scalar_subquery()
)


def _page(*older: ColumnElement[bool]) -> Select[Any]:
    """The newest movements of an account: a few from each index, then the newest of those."""
    sides = [
        select(
            select(transfers)
            .where(column == _account, _moved, *older)
            .order_by(_t.made_at.desc(), _t.id.desc())
            .limit(_limit)
            .subquery()
        )
        for column in (_t.debit, _t.credit)
    ]
    both = union_all(*sides).subquery()
    return select(both).order_by(both.c.made_at.desc(), both.c.id.desc()).limit(_limit)


MOVEMENTS = _page()
MOVEMENTS_BEFORE = _page(
    tuple_(_t.made_at, _t.id)
    < select(_before.c.made_at, _before.c.id)
    .where(_before.c.id == bindparam("before", type_=Uuid()))
    .scalar_subquery()
)
