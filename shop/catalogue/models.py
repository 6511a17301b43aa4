"""Everything that can be booked or bought, as one kind of offer; and what appointments cost whom."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Facts, Moment


class Offer(Base):
    """A line of the programme: a course, a package, an appointment, or a voucher shown as one (G3a, R1, W10).

    Texts are `{"de": …, "en": …}`; what a language lacks is shown in German.
    `published` is the Webfreigabe: it stops sale, never what was sold (G1). `price_cents` is empty
    for vouchers, and for what is not published because nobody has named its price; 0 is free of
    charge. `sessions` are the dates as `[start, end]`, local ISO
    times; `weekdays` names their days as digits, Monday is 1. `place` begins with the house, a comma
    may follow and the room; it is empty when the offer is online only. `register_until` and
    `cancel_until` are local dates, inclusive; empty means until the course begins, and never.
    `reductions` are `{"key", "words", "cents", "proof"}`: a price for those who can show the proof,
    words and proof by language. `tax_code` is a key of `core.tax`. Not `redeemable` means that no
    voucher pays for it (R6). A package `contains` the numbers of its courses. A centre that cancels
    sets `cancelled_on`.

    An appointment is one session that people book by themselves, week after week; it has no price of
    its own: rows of the price matrix name it for each person (W5). `class_key` is the appointment
    class that a value card must allow, for courses too (W1; empty: no card pays); `resource_key` is what
    an appointment takes up. `moved_at` is when its time or place was changed last: who had booked
    before may cancel for nothing.
    """

    __tablename__ = "offers"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    category: Mapped[str] = mapped_column(String(40))
    title: Mapped[Any] = mapped_column(Facts)
    summary: Mapped[Any] = mapped_column(Facts)
    description: Mapped[Any] = mapped_column(Facts)
    schedule: Mapped[Any] = mapped_column(Facts, default=dict)
    starts_on: Mapped[date | None]
    place: Mapped[str] = mapped_column(String(120), default="")
    lecturer: Mapped[str] = mapped_column(String(120), default="")
    price_cents: Mapped[int | None] = mapped_column(BigInteger)
    published: Mapped[bool] = mapped_column(default=True)
    sessions: Mapped[Any] = mapped_column(Facts, default=list)
    weekdays: Mapped[str] = mapped_column(String(7), default="")
    is_online: Mapped[bool] = mapped_column(default=False)
    register_until: Mapped[date | None]
    cancel_until: Mapped[date | None]
    cancel_fee_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    tax_code: Mapped[str] = mapped_column(String(20), default="exempt")
    redeemable: Mapped[bool] = mapped_column(default=True)
    reductions: Mapped[Any] = mapped_column(Facts, default=list)
    contains: Mapped[Any] = mapped_column(Facts, default=list)
    cancelled_on: Mapped[date | None]
    class_key: Mapped[str] = mapped_column(String(40), default="")
    resource_key: Mapped[str] = mapped_column(String(40), default="")
    moved_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("kind IN ('course', 'package', 'voucher', 'appointment')", name="kind_known"),
        CheckConstraint("price_cents IS NULL OR price_cents >= 0", name="price_not_negative"),
        CheckConstraint("cancel_fee_cents >= 0", name="fee_not_negative"),
        Index("ix_offers_list", "published", "kind", "starts_on"),
    )


class Seats(Base):
    """How many places a course has and how many are taken, held ones included; None is without limit.

    The one row that a booking must change: check and change are one statement, and the database
    repeats the rule under a name (DOMAIN R2).
    """

    __tablename__ = "seats"

    offer_number: Mapped[str] = mapped_column(ForeignKey("offers.number"), primary_key=True)
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("capacity IS NULL OR taken <= capacity", name="not_oversold"),
    )


class PriceClass(Base):
    """A value of one of the four dimensions of prices: `user`, `appointment`, `resource` or `member` (W5).

    What the dimensions are called is the centre's to say. The default of `user` and `member` is what
    somebody is whom nobody has given a class.
    """

    __tablename__ = "price_classes"

    dimension: Mapped[str] = mapped_column(String(12), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[Any] = mapped_column(Facts)
    position: Mapped[int] = mapped_column(default=0)
    is_default: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("dimension IN ('user', 'appointment', 'resource', 'member')", name="dimension_known"),
    )


class ContractKind(Base):
    """A base card or a contract that somebody may own, and that can lower prices (W5)."""

    __tablename__ = "contract_kinds"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[Any] = mapped_column(Facts)


class PriceRow(Base):
    """A price in cents for every combination of the ticked classes, each a list of keys (W5).

    `requires` is the key of a base card or contract that must be valid on the appointment's day, or
    empty. `made_by` names who has added it, or changed it last.
    """

    __tablename__ = "price_rows"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    cents: Mapped[int] = mapped_column(BigInteger)
    users: Mapped[Any] = mapped_column(Facts)
    appointments: Mapped[Any] = mapped_column(Facts)
    resources: Mapped[Any] = mapped_column(Facts)
    members: Mapped[Any] = mapped_column(Facts)
    requires: Mapped[str | None] = mapped_column(ForeignKey("contract_kinds.key"))
    made_by: Mapped[str] = mapped_column(String(80), default="")
    made_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (CheckConstraint("cents >= 0", name="price_not_negative"),)


class PersonClasses(Base):
    """Which user class and which member class somebody has; an empty key is the default class."""

    __tablename__ = "person_classes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    user_class: Mapped[str] = mapped_column(String(40), default="")
    member_class: Mapped[str] = mapped_column(String(40), default="")


class Contract(Base):
    """A base card or contract that somebody owns, from one local day through another; None is without end."""

    __tablename__ = "contracts"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(ForeignKey("contract_kinds.key"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    made_by: Mapped[str] = mapped_column(String(80), default="")
    made_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="days_ordered"),
    )
