"""Types of value cards, people's cards, and the lots of credit on them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.tiers import Tier, read_tiers
from shop.db import Base, Facts, Moment


class CardType(Base):
    """What cards of this type hold and pay for (DOMAIN W1). Every top-up is invoiced singly and at once.

    Limits in cents: the standard one may always be overdrawn, the ordered one while a top-up is under
    way (W4). `tiers` is the string that staff wrote. `tax_code` is a key of `core.tax` when all that
    the card can pay for is taxed alike: then a top-up is invoiced with VAT and redeeming is untaxed;
    empty, a top-up gives a receipt and bookings are taxed (T1). `classes` are the appointment classes
    it may pay for. Below `low_cents` its owner is reminded; 0 is never.
    """

    __tablename__ = "card_types"

    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[Any] = mapped_column(Facts)
    limit_standard: Mapped[int] = mapped_column(BigInteger, default=0)
    limit_ordered: Mapped[int] = mapped_column(BigInteger, default=0)
    tiers: Mapped[str] = mapped_column(String(400))
    tax_code: Mapped[str] = mapped_column(String(20), default="")
    classes: Mapped[Any] = mapped_column(Facts, default=list)
    notice: Mapped[Any] = mapped_column(Facts)
    low_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    published: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        CheckConstraint(
            "limit_standard >= 0 AND limit_ordered >= 0 AND low_cents >= 0", name="limits_not_negative"
        ),
    )

    @property
    def offered(self) -> tuple[Tier, ...]:
        """The tiers, as they were read when staff wrote them."""
        return read_tiers(self.tiers)


class Card(Base):
    """A person's account of one type. The balance is the ledger's; `last` counts its movements.

    `state`: open or closed; a cancellation or a top-up opens a closed one again (W7). The reminders
    can be switched off one by one.
    """

    __tablename__ = "cards"

    number: Mapped[str] = mapped_column(String(10), primary_key=True)
    type_key: Mapped[str] = mapped_column(ForeignKey("card_types.key"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(String(8), default="open")
    last: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    reminds_low: Mapped[bool] = mapped_column(default=True)
    reminds_expiry: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        UniqueConstraint("user_id", "type_key", name="uq_cards_user_type"),
        CheckConstraint("state IN ('open', 'closed')", name="state_known"),
    )

    @property
    def account(self) -> str:
        """Its purse in the ledger: what can be spent, and what was overdrawn."""
        return f"card:{self.number}"

    @property
    def aside(self) -> str:
        """The purse of what lies on the card and cannot be spent: expired or frozen lots."""
        return f"card:{self.number}-aside"

    @property
    def debt(self) -> str:
        """What its owner owes the centre: overdrawn, and the top-up never paid (W4)."""
        return f"receivable:{self.number}"


# A long life leaves many empty lots behind, and pages ask only for the others. Written out, because no
# database can prove that a partial index helps a query whose numbers it does not know beforehand.
LIVE = text("(left_cents > 0 OR aside_cents > 0)")


class Lot(Base):
    """One loading of a card (DOMAIN W9). `source`: top-up, voucher, correction, debt.

    `left_cents` can be spent, `aside_cents` cannot (expired or frozen); `left_paid` and `aside_paid`
    are what was paid for those (T4). `since` is its age: a voucher's lot is as old as the voucher.
    `order_line_id` is what it was bought with, if it was. `taxed` says that its VAT is paid already
    (T1). `reminded_on` is the local day on which its owner was told that it will expire.
    """

    __tablename__ = "card_lots"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("cards.number"))
    source: Mapped[str] = mapped_column(String(12))
    reference: Mapped[str] = mapped_column(String(80))
    order_line_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("order_lines.id"), index=True)
    value_cents: Mapped[int] = mapped_column(BigInteger)
    paid_cents: Mapped[int] = mapped_column(BigInteger)
    left_cents: Mapped[int] = mapped_column(BigInteger)
    left_paid: Mapped[int] = mapped_column(BigInteger)
    aside_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    aside_paid: Mapped[int] = mapped_column(BigInteger, default=0)
    since: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[date | None]
    frozen: Mapped[bool] = mapped_column(default=False)
    taxed: Mapped[bool] = mapped_column(default=False)
    reminded_on: Mapped[date | None]

    __table_args__ = (
        Index("ix_card_lots_number", "number", "since"),
        Index("ix_card_lots_live", "number", "since", postgresql_where=LIVE, sqlite_where=LIVE),
        Index("ix_card_lots_valid_until", "valid_until"),
        CheckConstraint("source IN ('top-up', 'voucher', 'correction', 'debt')", name="source_known"),
        CheckConstraint(
            "left_cents >= 0 AND aside_cents >= 0 AND left_cents + aside_cents <= value_cents",
            name="value_not_exceeded",
        ),
        CheckConstraint(
            "left_paid BETWEEN 0 AND left_cents AND aside_paid BETWEEN 0 AND aside_cents"
            " AND paid_cents BETWEEN 0 AND value_cents",
            name="paid_not_more_than_value",
        ),
    )


class Use(Base):
    """What one lot has paid of one thing: `spent_for` is the order line, or the transfer without one.

    Without a lot it was spent on credit that is not bought yet (W4); a later lot takes it over.
    `cents` and `paid_cents` are net: what came back is taken off again.
    """

    __tablename__ = "card_uses"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("cards.number"))
    spent_for: Mapped[UUID] = mapped_column(Uuid)
    lot_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("card_lots.id"))
    cents: Mapped[int] = mapped_column(BigInteger)
    paid_cents: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("number", "spent_for", "lot_id", name="uq_card_uses_lot"),
        Index("ix_card_uses_spent_for", "spent_for"),
        Index("ix_card_uses_lot_id", "lot_id"),
        CheckConstraint("cents >= 0 AND paid_cents BETWEEN 0 AND cents", name="cents_not_negative"),
    )


class Movement(Base):
    """One line of a card's statement, never changed: what moved, and the balance after it, in cents.

    `kind`: top-up, voucher, booking, back, correction, aside, restored, debt, debt-paid, paid-out. `what`
    is what it was for, in words that its owner knows; `reference` is an order's, a voucher's or a
    transfer's name; `made_by` names the member of staff who did it.
    """

    __tablename__ = "card_movements"

    number: Mapped[str] = mapped_column(ForeignKey("cards.number"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12))
    cents: Mapped[int] = mapped_column(BigInteger)
    balance: Mapped[int] = mapped_column(BigInteger)
    what: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = mapped_column(String(80))
    made_by: Mapped[str] = mapped_column(String(80), default="")
    made_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint(
            "kind IN ('top-up', 'voucher', 'booking', 'back', 'correction', 'aside', 'restored', 'debt',"
            " 'debt-paid', 'paid-out')",
            name="kind_known",
        ),
        CheckConstraint("cents <> 0", name="something_moved"),
    )


class TopUp(Base):
    """A top-up that was ordered. `state`: ordered (until `until`, by the database's clock), paid, gone (W4)."""

    __tablename__ = "card_top_ups"

    order_line_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("order_lines.id"), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("cards.number"), index=True)
    state: Mapped[str] = mapped_column(String(8))
    until: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("state IN ('ordered', 'paid', 'gone')", name="state_known"),
        Index("ix_card_top_ups_open", "state", "until"),
    )
