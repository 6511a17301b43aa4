"""Placing an order: what the buyer saw is frozen, once per form (DOMAIN P1, QUALITY F6)."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import cast
from uuid import UUID

from flask import current_app
from sqlalchemy import Table, bindparam, delete, select

from shop import clock
from shop.centre import pages
from shop.core import codes
from shop.core.goods import Gone
from shop.core.money import Cents
from shop.db import db
from shop.failpoints import reach
from shop.orders import basket, keep, tender, throttle
from shop.orders.attempts import BY_REFERENCE, announce_received, latest_payment, new_payment
from shop.orders.basket import BasketEntry
from shop.orders.fulfil import settle_order
from shop.orders.models import BasketLine, Order, OrderLine
from shop.orders.redemption.plan import Plan, plan
from shop.payments.models import Payment

_ORDERS = uuid.UUID("6f0d3f5e-6c53-4f0e-9a3e-1d1b7f6a2c10")
_orders, _wishes = cast(Table, Order.__table__), cast(Table, BasketLine.__table__)
_OF_FORM = select(_orders.c.id).where(_orders.c.form_key == bindparam("form_key"))
_EMPTY = delete(_wishes).where(
    _wishes.c.visitor == bindparam("owner"), _wishes.c.id.in_(bindparam("lines", expanding=True))
)


class Refusal(Enum):
    """Why a basket cannot be ordered as it stands."""

    EMPTY = "empty"
    CHANGED = "changed"
    PROBLEM = "problem"
    CEILING = "ceiling"
    GONE = "gone"
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


def refusal(entries: list[BasketEntry], seen: str | None = None, paid_by: str = "") -> Refusal | None:
    """Why these lines cannot be ordered, or None.

    `seen` is the mark of what the buyer was shown, `paid_by` that of the spending plan.
    """
    if not entries:
        return Refusal.EMPTY
    if any(entry.problem for entry in entries):
        return Refusal.PROBLEM
    if seen is not None and seen != basket.seen(entries, paid_by):
        return Refusal.CHANGED
    bought = [entry for entry in entries if entry.kind == "voucher"]
    if total(bought) > current_app.config["ORDER_CEILING"]:
        return Refusal.CEILING
    return None


def total(entries: list[BasketEntry]) -> Cents:
    """The price of all lines."""
    return sum(entry.cents for entry in entries)


def place(
    visitor: str,
    *,
    form_key: UUID,
    seen: str,
    buyer: Buyer,
    method: str,
    language: str,
    sources: Sequence[str] = (),
) -> tuple[Order, Payment | None]:
    """Freeze a visitor's basket as an order, keep its seats and vouchers, and empty the basket.

    Runs in the caller's transaction. With nothing due the order is settled at once and there is no
    payment. The same form again gives the order it has already made. Raises Refused, or
    `throttle.Throttled` when `sources` have ordered too much that nobody has paid for.
    """
    basket.take_turn(visitor)
    if kept := _made_before(visitor, form_key):
        return kept, latest_payment(kept.id)
    entries = basket.lines(visitor)
    wanted = plan(visitor, entries)
    if reason := refusal(entries, seen, wanted.mark):
        raise Refused(reason)
    if not wanted.total or (
        wanted.due and method in BY_REFERENCE
    ):  # else a mail needs a payment or a voucher
        throttle.admit_letter(sources)
    order = freeze(order_id(visitor, form_key), form_key, entries, wanted, buyer, method, language)
    take(order, wanted)
    ordered = {"owner": visitor, "lines": [entry.id for entry in entries]}
    db.session.connection().execute(_EMPTY, ordered)
    reach("place.taken")
    return order, ask_for_payment(order)


def _made_before(visitor: str, form_key: UUID) -> Order | None:
    """The order that this visitor's form has made already. Raises Refused for a stranger's form."""
    found = db.session.connection().scalar(_OF_FORM, {"form_key": form_key})
    if found is None:
        return None
    if found != order_id(visitor, form_key):
        raise Refused(Refusal.CHANGED)  # an old tab's form: its order was made before the cookie was lost
    return db.session.get_one(Order, found)


def take(order: Order, wanted: Plan) -> None:
    """Keep what a frozen order is about, in the placing transaction. Raises Refused.

    Seats first, then purses, as everywhere: so that two orders never wait for each other."""
    until = tender.deadline(order.payment_method)
    try:
        keep.set_aside(order, until)
        reach("place.seated")
        tender.take(order, wanted, until)
    except Gone:
        raise Refused(Refusal.GONE) from None
    except tender.Lost:
        raise Refused(Refusal.CHANGED) from None


def ask_for_payment(order: Order) -> Payment | None:
    """The first attempt to pay an order; with nothing due it is settled at once, and there is none."""
    if not order.due_cents:
        settle_order(order, None)
        return None
    payment = new_payment(order, order.payment_method, attempt=1)
    if payment.method in BY_REFERENCE:
        announce_received(order)
    db.session.flush()
    return payment


def freeze(
    id: UUID,
    form_key: UUID,
    entries: list[BasketEntry],
    wanted: Plan,
    buyer: Buyer,
    method: str,
    language: str,
) -> Order:
    """Freeze lines and a spending plan as an order, in the placing transaction. Raises Refused."""
    order = Order(
        id=id,
        form_key=form_key,
        number=codes.new_order_number(),
        state="placed",
        language=language,
        payment_method=method if wanted.due else "none",
        total_cents=wanted.total,
        due_cents=wanted.due,
        currency="EUR",
        **_editions(language),
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
    db.session.flush()
    return order


def _editions(language: str) -> dict[str, str]:
    """Which versions of the legal texts are in force. Raises Refused: without terms nothing is sold (L2)."""
    found = pages.in_force(("agb", "widerruf"), language)
    if len(found) < 2:
        raise Refused(Refusal.NO_TERMS)
    return {"terms": found["agb"], "withdrawal": found["widerruf"]}
