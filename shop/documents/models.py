"""Number series without gaps, and the documents that carry their numbers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Facts, Moment


class Series(Base):
    """The last number given in one series, for example `KB-2026`."""

    __tablename__ = "document_series"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger, default=0)


class Document(Base):
    """An issued document: its facts are frozen, its row never changes (DOMAIN T5, QUALITY I5, I14)."""

    __tablename__ = "documents"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    series: Mapped[str] = mapped_column(ForeignKey("document_series.name"))
    position: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(20))
    order_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("orders.id"), index=True)
    cents: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[Any] = mapped_column(Facts)
    issued_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("series", "position", name="uq_documents_series_position"),)

    @property
    def number(self) -> str:
        """As printed: `KB-2026-00017`."""
        return f"{self.series}-{self.position:05d}"


class Certificate(Base):
    """What somebody has completed: one for each booking, frozen when it is issued (DOMAIN C7)."""

    __tablename__ = "certificates"

    number: Mapped[str] = mapped_column(String(10), primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("bookings.id"), unique=True)
    facts: Mapped[Any] = mapped_column(Facts)
    issued_at: Mapped[datetime] = mapped_column(Moment)
