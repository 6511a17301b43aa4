"""A placed order as settling reads it: plain values in one statement, because nothing of it changes."""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select

from shop.core.money import Cents
from shop.db import db
from shop.orders.models import Order, OrderLine


class PlacedLine(NamedTuple):
    """A frozen line; the columns of the same names."""

    id: UUID
    kind: str
    title: str
    quantity: int
    unit_cents: Cents
    facts: Mapping[str, Any]

    @property
    def cents(self) -> Cents:
        """The price of all of this line's pieces."""
        return self.unit_cents * self.quantity


class Placed(NamedTuple):
    """A frozen order; the columns of the same names, and its lines in their order."""

    id: UUID
    number: str
    language: str
    total_cents: Cents
    due_cents: Cents
    currency: str
    first_name: str
    last_name: str
    email: str
    street: str
    postcode: str
    city: str
    lines: tuple[PlacedLine, ...]

    @property
    def buyer(self) -> str:
        """The buyer's name as written."""
        return f"{self.first_name} {self.last_name}".strip()


AnyOrder = Order | Placed
AnyLine = OrderLine | PlacedLine

_orders, _lines = cast(Table, Order.__table__), cast(Table, OrderLine.__table__)
_OWN = Placed._fields[:-1]
_PLACED = (
    select(*(_orders.c[name] for name in _OWN), *(_lines.c[name] for name in PlacedLine._fields))
    .join_from(_orders, _lines, _lines.c.order_id == _orders.c.id)
    .where(_orders.c.id == bindparam("order"))
    .order_by(_lines.c.position)
)


def placed(order_id: UUID) -> Placed:
    """The order with this id and its lines, as they stand now."""
    rows = db.session.connection().execute(_PLACED, {"order": order_id}).all()
    lines = tuple(PlacedLine._make(row[len(_OWN) :]) for row in rows)
    return Placed._make((*rows[0][: len(_OWN)], lines))
