"""Messages queued in the same transaction as what they announce."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Facts, Moment


class Message(Base):
    """One message to one recipient. `kind` chooses the letter, `facts` is what the letter needs.

    `state`: queued, sent, failed (a person must look). `reference` is what it is about
    (an order's or a voucher's number), for the mail log. Leases are by the database's clock.
    """

    __tablename__ = "messages"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(254))
    facts: Mapped[Any] = mapped_column(Facts)
    reference: Mapped[str] = mapped_column(String(80), index=True)
    state: Mapped[str] = mapped_column(String(8), default="queued")
    due_at: Mapped[datetime] = mapped_column(Moment)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    queued_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'failed')", name="state_known"),
        Index("ix_messages_due", "state", "due_at"),
    )
