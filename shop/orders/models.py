"""Baskets that may change, and orders that are frozen when they are placed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.db import Base, Facts, Moment


class BasketLine(Base):
    """One wish of one visitor, in the basket or on the remember list.

    `visitor` is the hash of the visitor's cookie; `facts` is what the goods room of `kind` needs
    to quote and fulfil it. Prices are not kept here: they are decided when they are shown.
    """

    __tablename__ = "basket_lines"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visitor: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(12))
    quantity: Mapped[int]
    remembered: Mapped[bool]
    facts: Mapped[Any] = mapped_column(Facts)
    added_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        Index("ix_basket_lines_visitor", "visitor", "added_at"),
        CheckConstraint("quantity BETWEEN 1 AND 50", name="quantity_bounded"),
    )


class Order(Base):
    """A frozen order (DOMAIN P1): buyer, lines, prices, versions of the texts agreed to.

    `state` is `placed` or `settled`, forward only. `number` is public and is the reference of a
    bank transfer. The link to its page is a capability: only the token's hash is here (QUALITY A2).
    `form_key` makes a double click one order (F6). `terms` and `withdrawal` name the versions of
    the pages that the buyer agreed to: `agb/de/3`.
    """

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    form_key: Mapped[UUID] = mapped_column(Uuid, unique=True)
    state: Mapped[str] = mapped_column(String(8), default="placed")
    language: Mapped[str] = mapped_column(String(2))
    payment_method: Mapped[str] = mapped_column(String(12))
    total_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    street: Mapped[str] = mapped_column(String(200))
    postcode: Mapped[str] = mapped_column(String(12))
    city: Mapped[str] = mapped_column(String(100))
    terms: Mapped[str] = mapped_column(String(80))
    withdrawal: Mapped[str] = mapped_column(String(80))
    placed_at: Mapped[datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)

    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.position")

    __table_args__ = (
        CheckConstraint("state IN ('placed', 'settled')", name="state_known"),
        CheckConstraint("total_cents > 0", name="total_positive"),
        CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled_has_moment"),
    )

    @property
    def buyer(self) -> str:
        """The buyer's name as written."""
        return f"{self.first_name} {self.last_name}".strip()


class OrderLine(Base):
    """One frozen line: text, price in cents, and the facts that its goods room fulfils."""

    __tablename__ = "order_lines"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    unit_cents: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[Any] = mapped_column(Facts)

    __table_args__ = (
        UniqueConstraint("order_id", "position", name="uq_order_lines_position"),
        CheckConstraint("unit_cents > 0", name="price_positive"),
        CheckConstraint("quantity BETWEEN 1 AND 50", name="quantity_bounded"),
    )

    @property
    def cents(self) -> int:
        """The price of all of this line's pieces, in cents."""
        return self.unit_cents * self.quantity


class WrongCode(Base):
    """One wrong number or code, and where it came from; the throttle counts these (QUALITY A1)."""

    __tablename__ = "wrong_codes"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_wrong_codes_source", "source", "at"), Index("ix_wrong_codes_at", "at"))
