"""Placing an order: what the buyer saw is frozen, once per form (DOMAIN P1, QUALITY F6)."""

import hashlib
import uuid
from dataclasses import asdict, dataclass
from enum import Enum
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, func, select

from shop import clock
from shop.centre import pages
from shop.core import codes
from shop.core.money import Cents
from shop.db import db, is_sqlite
from shop.orders import basket
from shop.orders.basket import BasketEntry
from shop.orders.models import BasketLine, Order, OrderLine
from shop.outbox import queue
from shop.payments.models import Payment

_ORDERS = uuid.UUID("6f0d3f5e-6c53-4f0e-9a3e-1d1b7f6a2c10")


class Refusal(Enum):
    """Why a basket cannot be ordered as it stands."""

    EMPTY = "empty"
    CHANGED = "changed"
    PROBLEM = "problem"
    CEILING = "ceiling"
    NO_TERMS = "no terms"


class Refused(Exception):
    """A basket that cannot be ordered; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Buyer:
    """Who orders, as typed and tidied."""

    first_name: str
    last_name: str
    email: str
    street: str
    postcode: str
    city: str


def order_id(visitor: str, form_key: UUID) -> UUID:
    """The id that one visitor's one form leads to, however often it is sent."""
    return uuid.uuid5(_ORDERS, f"{visitor}:{form_key}")


def token(order: Order) -> str:
    """The capability that opens an order's page; the database holds only its hash (QUALITY A2)."""
    return codes.capability(str(current_app.config["CODE_KEY"]).encode(), f"order:{order.id}")


def token_hash(text: str) -> str:
    """What the database keeps of a capability."""
    return hashlib.sha256(text.encode()).hexdigest()


def refusal(entries: list[BasketEntry], seen: str | None = None) -> Refusal | None:
    """Why these lines cannot be ordered, or None. `seen` is the mark of what the buyer was shown."""
    if not entries:
        return Refusal.EMPTY
    if any(entry.problem for entry in entries):
        return Refusal.PROBLEM
    if seen is not None and seen != basket.seen(entries):
        return Refusal.CHANGED
    if total(entries) > current_app.config["ORDER_CEILING"]:
        return Refusal.CEILING
    return None


def total(entries: list[BasketEntry]) -> Cents:
    """The price of all lines."""
    return sum(entry.cents for entry in entries)


def place(
    visitor: str, *, form_key: UUID, seen: str, buyer: Buyer, method: str, language: str
) -> tuple[Order, Payment]:
    """Freeze a visitor's basket as an order with its first payment, and empty the basket.

    Runs in the caller's transaction. The same form again gives the order it has already made.
    Raises Refused.
    """
    _take_turn(visitor)
    kept = db.session.get(Order, order_id(visitor, form_key))
    if kept is not None:
        return kept, latest_payment(kept.id)
    if db.session.scalar(select(Order.id).where(Order.form_key == form_key)):
        raise Refused(Refusal.CHANGED)  # an old tab's form: its order was made before the cookie was lost
    entries = basket.lines(visitor)
    if reason := refusal(entries, seen):
        raise Refused(reason)
    order = _freeze(visitor, form_key, entries, buyer, method, language)
    payment = new_payment(order, method, attempt=1)
    db.session.execute(
        delete(BasketLine).where(BasketLine.visitor == visitor, BasketLine.id.in_(e.id for e in entries))
    )
    if method == "bank":
        announce_received(order)
    db.session.flush()
    return order, payment


def _take_turn(visitor: str) -> None:
    """Let one visitor's orders stand in a row: two clicks or two tabs at once never sell a basket twice (F6)."""
    if not is_sqlite(db.engine):  # SQLite has one writer anyway
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"place:{visitor}", 0))))


def _freeze(
    visitor: str, form_key: UUID, entries: list[BasketEntry], buyer: Buyer, method: str, language: str
) -> Order:
    order = Order(
        id=order_id(visitor, form_key),
        form_key=form_key,
        number=codes.new_order_number(),
        state="placed",
        language=language,
        payment_method=method,
        total_cents=total(entries),
        currency="EUR",
        terms=_edition("agb", language),
        withdrawal=_edition("widerruf", language),
        placed_at=clock.now(),
        **asdict(buyer),
    )
    order.token_hash = token_hash(token(order))
    order.lines = [
        OrderLine(
            id=uuid.uuid5(order.id, str(position)),
            position=position,
            kind=entry.kind,
            title=entry.title,
            quantity=entry.quantity,
            unit_cents=entry.unit_cents,
            facts=dict(entry.facts),
        )
        for position, entry in enumerate(entries, start=1)
    ]
    db.session.add(order)
    return order


def _edition(slug: str, language: str) -> str:
    """Which version of a legal text is in force. Raises Refused: without terms nothing is sold (L2)."""
    page = pages.shown(slug, language)
    if page is None:
        raise Refused(Refusal.NO_TERMS)
    return f"{slug}/{page.language}/{page.version}"


def new_payment(order: Order, method: str, *, attempt: int) -> Payment:
    """The n-th attempt to pay an order. The id is made of its facts, so a repeat is the same attempt."""
    payment = Payment(
        id=uuid.uuid5(order.id, f"payment:{attempt}"),
        order_id=order.id,
        method=method,
        attempt=attempt,
        cents=order.total_cents,
        currency=order.currency,
        state="begun",
        begun_at=clock.now(),
    )
    db.session.add(payment)
    return payment


def latest_payment(order_id: UUID) -> Payment:
    """The newest attempt to pay an order."""
    query = select(Payment).where(Payment.order_id == order_id).order_by(Payment.attempt.desc()).limit(1)
    return db.session.scalars(query).one()


def announce_received(order: Order) -> None:
    """Queue the mail that says: your order is here, and this is how it gets paid."""
    queue.put(
        uuid.uuid5(order.id, "mail:order_received"),
        "order_received",
        recipient=order.email,
        facts={"order": str(order.id)},
        reference=order.number,
    )
