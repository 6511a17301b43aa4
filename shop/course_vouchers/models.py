"""Course vouchers, and what happened to each."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Facts, Moment


class CourseVoucher(Base):
    """One place in one course or package (DOMAIN C3). The code is derived from number and serial (S3).

    `state`: open, redeemed (it has a booking and a user), cancelled (its purchase was taken back).
    Raising `serial` voids the code and makes a new one. `valid_until` is a local date, inclusive.
    `frozen` is empty, or why an open code does not work: `unpaid` (codes only after payment) or
    `overdue`. `sent_to` is the address that the code went to last.
    """

    __tablename__ = "course_vouchers"

    number: Mapped[str] = mapped_column(String(10), primary_key=True)
    serial: Mapped[int] = mapped_column(default=0)
    organisation_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("organisations.id"))
    order_line_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("order_lines.id"))
    copy: Mapped[int]
    offer_number: Mapped[str] = mapped_column(ForeignKey("offers.number"))
    price_cents: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10), default="open")
    frozen: Mapped[str] = mapped_column(String(10), default="")
    issued_at: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[date]
    sent_to: Mapped[str] = mapped_column(String(254), default="")
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    redeemed_at: Mapped[datetime | None] = mapped_column(Moment)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    booking_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("bookings.id"), unique=True)

    __table_args__ = (
        UniqueConstraint("order_line_id", "copy", name="uq_course_vouchers_line_copy"),
        CheckConstraint("state IN ('open', 'redeemed', 'cancelled')", name="state_known"),
        CheckConstraint("frozen IN ('', 'unpaid', 'overdue')", name="frozen_known"),
        CheckConstraint(
            "(state = 'redeemed') = (booking_id IS NOT NULL AND user_id IS NOT NULL AND redeemed_at IS NOT NULL)",
            name="redeemed_has_booking",
        ),
        CheckConstraint("price_cents > 0", name="price_positive"),
        Index("ix_course_vouchers_desk", "organisation_id", "state", "offer_number"),
    )


class CourseVoucherEvent(Base):
    """What happened to a course voucher, in order: append only. `by` is a user's id, empty for staff and worker.

    `what`: issued, sent, reminded, redeemed, undone, revoked, swapped, frozen, thawed, cancelled, extended.
    """

    __tablename__ = "course_voucher_events"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("course_vouchers.number"), index=True)
    what: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    facts: Mapped[Any] = mapped_column(Facts, default=dict)
