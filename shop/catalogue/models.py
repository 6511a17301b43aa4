"""Everything that can be booked or bought, as one kind of offer."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Facts


class Offer(Base):
    """A line of the programme: a course, a package of courses, or a voucher shown as one (G3a, R1).

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

    __table_args__ = (
        CheckConstraint("kind IN ('course', 'package', 'voucher')", name="kind_known"),
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
