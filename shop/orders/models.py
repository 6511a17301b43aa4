"""Baskets that may change, and orders that are frozen when they are placed."""

from datetime import date, datetime
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
    `due_cents` is what vouchers leave to be paid; with nothing due there is no payment, and
    `payment_method` is `none`. `form_key` makes a double click one order (F6). `terms` and
    `withdrawal` name the versions of the pages that the buyer agreed to: `agb/de/3`.
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
    due_cents: Mapped[int] = mapped_column(BigInteger)
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
        CheckConstraint("total_cents >= 0 AND due_cents BETWEEN 0 AND total_cents", name="amounts_fit"),
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
    order_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("orders.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    unit_cents: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[Any] = mapped_column(Facts)

    __table_args__ = (
        UniqueConstraint("order_id", "position", name="uq_order_lines_position"),
        CheckConstraint("unit_cents >= 0", name="price_not_negative"),
        CheckConstraint("quantity BETWEEN 1 AND 1000", name="quantity_bounded"),
    )

    @property
    def cents(self) -> int:
        """The price of all of this line's pieces, in cents."""
        return self.unit_cents * self.quantity


class Purchase(Base):
    """What an order of an organisation has besides: who ordered, and how its invoice is delivered and due.

    The order is settled when it is placed, against `receivable:<order number>`; its one payment has
    the method `invoice` and is certain when the transfer has arrived. `ordered_by` is the
    administrator; `due_on` is a local date.
    """

    __tablename__ = "purchases"

    order_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("orders.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("organisations.id"), index=True)
    ordered_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reference: Mapped[str] = mapped_column(String(80), default="")
    cost_centre: Mapped[str] = mapped_column(String(80), default="")
    leitweg_id: Mapped[str] = mapped_column(String(46), default="")
    due_on: Mapped[date]
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)


class WrongCode(Base):
    """One wrong number or code, and where it came from; the throttle counts these (QUALITY A1)."""

    __tablename__ = "wrong_codes"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_wrong_codes_source", "source", "at"), Index("ix_wrong_codes_at", "at"))


class Claim(Base):
    """A voucher or a card that a visitor pays the basket with, and the hold that keeps its share.

    `number` is a voucher's or a card's; its first letter tells which. `round` counts the holds that
    this claim has had: a new plan is a new hold with a new id. `cents` is what the current hold holds;
    without a hold (nothing to pay) it is 0.
    """

    __tablename__ = "claims"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    visitor: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(10))
    round: Mapped[int] = mapped_column(default=0)
    hold_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("transfers.id"))
    cents: Mapped[int] = mapped_column(BigInteger, default=0)
    held_until: Mapped[datetime | None] = mapped_column(Moment)
    claimed_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("visitor", "number", name="uq_claims_visitor_number"),
        CheckConstraint("(cents > 0) = (hold_id IS NOT NULL)", name="held_or_nothing"),
    )


class Tender(Base):
    """A purse's share of a placed order: held, then posted or released (DOMAIN R4).

    `round` as in `Claim`. `state`: held, posted, released.
    """

    __tablename__ = "tenders"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    order_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("orders.id"), index=True)
    position: Mapped[int]
    account: Mapped[str] = mapped_column(String(80))
    cents: Mapped[int] = mapped_column(BigInteger)
    round: Mapped[int] = mapped_column(default=1)
    hold_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("transfers.id"))
    state: Mapped[str] = mapped_column(String(8), default="held")

    __table_args__ = (
        UniqueConstraint("order_id", "account", name="uq_tenders_order_account"),
        CheckConstraint("cents > 0", name="cents_positive"),
        CheckConstraint("state IN ('held', 'posted', 'released')", name="state_known"),
    )


class Share(Base):
    """Who pays how much of one order line: a purse's account, or `payment` for the order's payment.

    Frozen when the order is placed; a cancellation gives back along these (DOMAIN R8). `given_back`
    is what has gone back so far.
    """

    __tablename__ = "shares"

    line_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("order_lines.id"), primary_key=True)
    account: Mapped[str] = mapped_column(String(80), primary_key=True)
    cents: Mapped[int] = mapped_column(BigInteger)
    given_back: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        CheckConstraint("given_back BETWEEN 0 AND cents", name="never_more_back"),
    )


class Refund(Base):
    """Money that goes back to where a payment came from (DOMAIN P4, R8).

    `state`: due (the worker sends it), to_pay (a person transfers it), sent, failed. `cause` names
    what it is for and makes it unique: `cancel:<booking>`, `voucher:<number>`.
    """

    __tablename__ = "refunds"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    order_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("orders.id"), index=True)
    payment_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("payments.id"), index=True)
    cause: Mapped[str] = mapped_column(String(80), unique=True)
    cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(8))
    provider_ref: Mapped[str | None] = mapped_column(String(255))
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        CheckConstraint("state IN ('due', 'to_pay', 'sent', 'failed')", name="state_known"),
    )
