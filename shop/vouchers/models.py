"""Voucher products, their motifs, and the vouchers that were issued."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.catalogue.models import Offer
from shop.core.pricing import AmountRule
from shop.db import Base, Facts, Moment


class Motif(Base):
    """A picture for vouchers, decoded and re-encoded before it came here (DOMAIN G5).

    `picture` names the files under the motif folder: `<picture>.jpg` for print,
    `<picture>.webp` for pages.
    """

    __tablename__ = "motifs"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[Any] = mapped_column(Facts)
    picture: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)


class VoucherProduct(Base):
    """What a voucher may cost and carry (DOMAIN G1, G2). Title, number and Webfreigabe are its offer's.

    Amounts in cents; `low` and `high` are both set or both empty. `motifs` lists slugs, in order;
    empty means a voucher without picture, sent as text. `tax_kind`: multi or single purpose (T1).
    `valid_for` lists the categories that it may pay for; empty means every course.
    """

    __tablename__ = "voucher_products"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    offer_number: Mapped[str] = mapped_column(ForeignKey("offers.number"), unique=True)
    tiers: Mapped[Any] = mapped_column(Facts)
    low: Mapped[int | None] = mapped_column(BigInteger)
    high: Mapped[int | None] = mapped_column(BigInteger)
    motifs: Mapped[Any] = mapped_column(Facts)
    asks_recipient: Mapped[bool] = mapped_column(default=True)
    asks_dedication: Mapped[bool] = mapped_column(default=True)
    terms: Mapped[Any] = mapped_column(Facts)
    tax_kind: Mapped[str] = mapped_column(String(8), default="multi")
    valid_for: Mapped[Any] = mapped_column(Facts, default=list)

    offer: Mapped[Offer] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        CheckConstraint("(low IS NULL) = (high IS NULL)", name="free_amount_whole"),
        CheckConstraint("low IS NULL OR low > 0 AND low <= high", name="free_amount_ordered"),
        CheckConstraint("tax_kind IN ('multi', 'single')", name="tax_kind_known"),
    )

    @property
    def amount_rule(self) -> AmountRule:
        """The rule that decides which amounts may be bought."""
        return AmountRule(tuple(self.tiers), self.low, self.high)


class Voucher(Base):
    """An issued gift voucher (DOMAIN G7). Its balance is the ledger's; its code is derived (S3).

    `serial` rises when the code is re-issued. `closed` is empty, `cancelled`, `paid out` or `expired`.
    `valid_until` is a local date, inclusive; empty means without end.
    """

    __tablename__ = "vouchers"

    number: Mapped[str] = mapped_column(String(10), primary_key=True)
    serial: Mapped[int] = mapped_column(default=0)
    product_slug: Mapped[str] = mapped_column(ForeignKey("voucher_products.slug"))
    order_line_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("order_lines.id"))
    copy: Mapped[int]
    face_cents: Mapped[int] = mapped_column(BigInteger)
    paid_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(2))
    giver: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(200))
    dedication: Mapped[str] = mapped_column(Text)
    motif: Mapped[str | None] = mapped_column(ForeignKey("motifs.slug"))
    channel: Mapped[str] = mapped_column(String(12))
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[date | None]
    blocked: Mapped[bool] = mapped_column(default=False)
    closed: Mapped[str] = mapped_column(String(12), default="")

    __table_args__ = (
        UniqueConstraint("order_line_id", "copy", name="uq_vouchers_line_copy"),
        CheckConstraint("face_cents > 0", name="face_positive"),
        CheckConstraint("paid_cents >= 0", name="paid_not_negative"),
        CheckConstraint("closed IN ('', 'cancelled', 'paid out', 'expired')", name="closed_known"),
    )

    @property
    def account(self) -> str:
        """This voucher's purse in the ledger."""
        return f"voucher:{self.number}"
