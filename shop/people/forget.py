"""Accounts that nobody has confirmed, and user names that are kept for nobody, are deleted after a while."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, exists, or_, select, update

from shop import clock
from shop.db import Base, db, transaction
from shop.outbox.models import Message
from shop.people.models import User

AFTER = timedelta(days=30)  # the link that confirms an address holds for two


def forget_unconfirmed(limit: int = 100) -> int:
    """Delete up to `limit` accounts whose address was not confirmed in 30 days; how many.

    The addresses leave the log of mails too. Names that are kept for nobody (`accounts.keep_name`) go as
    early as accounts do, or asking for one would tell which of the two it was. What anything refers to
    stays: who redeems a course voucher has a place with an account that is confirmed later. What is due
    is looked up first, by reading only.
    """
    opened_before = (clock.now() - AFTER).replace(tzinfo=None)
    due = (User.confirmed_at.is_(None), User.create_datetime < opened_before, ~_is_referred_to())
    found = list(db.session.scalars(select(User.id).where(*due).limit(limit)))
    db.session.rollback()
    if not found:
        return 0
    with transaction() as session:
        gone = session.scalars(delete(User).where(User.id.in_(found), *due).returning(User.id)).all()
        mine = Message.reference.in_([f"account {each}" for each in gone])
        session.execute(
            update(Message).where(mine, Message.state != "queued").values(recipient="", last_error=None)
        )
    return len(gone)


def _is_referred_to() -> ColumnElement[bool]:
    """Whether a row of any table belongs to the account: the database itself knows which can."""
    mine = User.__table__.c.id
    keys = (key for table in Base.metadata.tables.values() for key in table.foreign_keys)
    return or_(*(exists().where(key.parent == mine) for key in keys if key.column is mine))
