"""Which goods room serves which line: an explicit table of the few functions that each room offers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shop.bookings import confirm as booking_confirm
from shop.bookings import quote as booking_quote
from shop.bookings import set_aside as booking_aside
from shop.cards import top_up
from shop.core.goods import OrderedLine, Quote
from shop.orders.placed import AnyLine, AnyOrder
from shop.vouchers import issue as vouchers
from shop.vouchers import quote as voucher_quote


@dataclass(frozen=True)
class Goods:
    """What a goods room can do for the deals; each runs in the caller's transaction.

    `set_aside` and `fulfil` raise `core.goods.Gone` when the thing can no longer be had; `let_go` of
    what was set aside is quiet when repeated.
    """

    quote: Callable[[Mapping[str, Any], str], Quote]
    set_aside: Callable[[OrderedLine, datetime], None]
    fulfil: Callable[[OrderedLine], None]
    let_go: Callable[[UUID], None]


SERVES: Mapping[str, Goods] = {
    "voucher": Goods(voucher_quote.quote, vouchers.set_aside, vouchers.fulfil, vouchers.let_go),
    "booking": Goods(
        booking_quote.quote, booking_aside.set_aside, booking_confirm.fulfil, booking_aside.let_go
    ),
    "card": Goods(top_up.quote, top_up.set_aside, top_up.fulfil, top_up.let_go),
}


def place_in_turn(line: AnyLine) -> tuple[str, str]:
    """Where a line stands when an order takes its goods: two orders for the same never wait in a ring."""
    return line.kind, str(line.facts.get("offer") or line.facts.get("card", ""))


def as_line(order: AnyOrder, line: AnyLine, till: str = "") -> OrderedLine:
    """A frozen line as its goods room needs it."""
    return OrderedLine(
        id=line.id,
        quantity=line.quantity,
        unit_cents=line.unit_cents,
        currency=order.currency,
        facts=line.facts,
        buyer=order.buyer,
        email=order.email,
        language=order.language,
        reference=order.number,
        till=till,
    )
