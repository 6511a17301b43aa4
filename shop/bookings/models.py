"""Bookings, one for each participant, and the waiting list."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Facts, Moment


class Booking(Base):
    """One person's place in one offer; of a package, a place in each of its courses.

    `state`: held (until `held_until`, by the database's clock), confirmed, cancelled, lapsed.
    `places` lists the course numbers whose seats it takes. `order_line_id` is empty while the place
    is offered from the waiting list and not ordered yet, and for a place that a course voucher paid.
    """

    __tablename__ = "bookings"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    order_line_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("order_lines.id"), unique=True)
    offer_number: Mapped[str] = mapped_column(ForeignKey("offers.number"), index=True)
    places: Mapped[Any] = mapped_column(Facts)
    state: Mapped[str] = mapped_column(String(10))
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    reduction: Mapped[str] = mapped_column(String(40), default="")
    held_until: Mapped[datetime | None] = mapped_column(Moment)
    made_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str] = mapped_column(String(10), default="")

    __table_args__ = (
        CheckConstraint("state IN ('held', 'confirmed', 'cancelled', 'lapsed')", name="state_known"),
        CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name="held_has_deadline"),
        Index("ix_bookings_held", "state", "held_until"),
    )


class Enrolment(Base):
    """A booking that belongs to an account, whose owner finds it on pages of their own (DOMAIN C7).

    The course is open to them through `access_until`, which is not a voucher's last day (C3); like
    `completed_on` it is a local date.
    """

    __tablename__ = "enrolments"

    booking_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("bookings.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    access_until: Mapped[date]
    completed_on: Mapped[date | None]


class Waiting(Base):
    """Someone who waits for a place. `state`: waiting, offered (until `offered_until`), taken, passed, left.

    `token_hash` opens the page where a place is accepted or passed on; `booking_id` is the held
    place while it is offered.
    """

    __tablename__ = "waiting"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    offer_number: Mapped[str] = mapped_column(ForeignKey("offers.number"))
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    joined_at: Mapped[datetime] = mapped_column(Moment)
    offered_until: Mapped[datetime | None] = mapped_column(Moment)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    booking_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("bookings.id"))

    __table_args__ = (
        UniqueConstraint("offer_number", "email", "first_name", "last_name", name="uq_waiting_person"),
        CheckConstraint("state IN ('waiting', 'offered', 'taken', 'passed', 'left')", name="state_known"),
        Index("ix_waiting_line", "offer_number", "state", "joined_at"),
    )
