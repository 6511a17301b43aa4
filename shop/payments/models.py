"""Payments that were begun, and every event that a provider has sent, kept once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Moment


class Payment(Base):
    """One attempt to pay one order. `state`: begun, waiting, certain, failed, expired.

    `provider_ref` is what the provider calls it (a Checkout session, a transfer's reference);
    `source_ref` is where a refund goes (a payment intent, an account). `returned` says that money
    left again at the provider's side (refund, dispute), perhaps before we heard that it came.
    """

    __tablename__ = "payments"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    order_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("orders.id"), index=True)
    method: Mapped[str] = mapped_column(String(12))
    attempt: Mapped[int]
    cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(8))
    provider_ref: Mapped[str | None] = mapped_column(String(255), index=True)
    source_ref: Mapped[str | None] = mapped_column(String(255))
    pay_url: Mapped[str | None] = mapped_column(Text)
    begun_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    certain_at: Mapped[datetime | None] = mapped_column(Moment)
    returned: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("order_id", "attempt", name="uq_payments_order_attempt"),
        CheckConstraint("cents > 0", name="cents_positive"),
        CheckConstraint("state IN ('begun', 'waiting', 'certain', 'failed', 'expired')", name="state_known"),
    )


class Event(Base):
    """What a provider told us, word for word, under its own id. `outcome` stays empty until acted on:

    `done`, `nothing` (understood, nothing to do), `quarantined` (a person must look).
    """

    __tablename__ = "payment_events"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    provider: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(80))
    payload: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(12))
    note: Mapped[str | None] = mapped_column(Text)
    acted_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_payment_events_open", "outcome", "received_at"),)
