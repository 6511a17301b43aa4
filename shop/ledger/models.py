"""The ledger's tables: accounts, of which purses keep four counters, and append-only transfers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Moment


class Account(Base):
    """A place where money can be. A purse (voucher, card) also keeps running counters in cents.

    `available = credits_posted - debits_posted - debits_pending + overdraft`, never below zero.
    Other accounts are summed when asked, so that no hot row serialises the shop (DESIGN, Ledger).
    """

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    purse: Mapped[bool]
    debits_pending: Mapped[int] = mapped_column(BigInteger, default=0)
    debits_posted: Mapped[int] = mapped_column(BigInteger, default=0)
    credits_pending: Mapped[int] = mapped_column(BigInteger, default=0)
    credits_posted: Mapped[int] = mapped_column(BigInteger, default=0)
    overdraft: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (
        CheckConstraint(
            "NOT purse OR credits_posted - debits_posted - debits_pending + overdraft >= 0",
            name="purse_not_overdrawn",
        ),
        CheckConstraint(
            "debits_pending >= 0 AND debits_posted >= 0 AND credits_pending >= 0"
            " AND credits_posted >= 0 AND overdraft >= 0",
            name="counters_not_negative",
        ),
    )


class Transfer(Base):
    """One movement of money; never changed, never deleted (QUALITY I5).

    `kind` is `transfer`, `hold`, or what ended a hold: `post`, `void`, `expire` (`ends` names it,
    and is unique: a hold ends exactly once, I4). Only `transfer` and `post` move money for good.
    """

    __tablename__ = "transfers"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    debit: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    credit: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(80))
    deadline: Mapped[datetime | None] = mapped_column(Moment)
    ends: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("transfers.id"), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("kind IN ('transfer', 'hold', 'post', 'void', 'expire')", name="kind_known"),
        CheckConstraint(
            "cents > 0 OR kind IN ('post', 'void', 'expire') AND cents >= 0", name="cents_positive"
        ),
        CheckConstraint("debit <> credit", name="two_sides"),
        CheckConstraint("(kind IN ('post', 'void', 'expire')) = (ends IS NOT NULL)", name="ends_a_hold"),
        CheckConstraint("(kind = 'hold') = (deadline IS NOT NULL)", name="hold_has_deadline"),
        Index("ix_transfers_debit", "debit", "made_at"),
        Index("ix_transfers_credit", "credit", "made_at"),
        Index("ix_transfers_reference", "reference"),
        Index("ix_transfers_deadline", "deadline"),
    )


class Seal(Base):
    """A link of the audit chain: the hash of the link before and of one transfer (QUALITY I16)."""

    __tablename__ = "seals"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    transfer_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("transfers.id"), unique=True)
    hash: Mapped[str] = mapped_column(String(64))
