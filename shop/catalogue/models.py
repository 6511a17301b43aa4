"""Everything that can be booked or bought, as one kind of offer."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Facts


class Offer(Base):
    """A line of the programme: a course, or a voucher shown as one (DOMAIN G3a).

    Texts are `{"de": …, "en": …}`; what a language lacks is shown in German.
    `published` is the Webfreigabe: it stops sale, never what was sold (G1).
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

    __table_args__ = (
        CheckConstraint("kind IN ('course', 'voucher')", name="kind_known"),
        CheckConstraint("price_cents IS NULL OR price_cents >= 0", name="price_not_negative"),
        Index("ix_offers_list", "published", "kind", "starts_on"),
    )
