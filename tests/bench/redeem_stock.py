"""Work to redeem: vouchers sold in the shop, and visitors with one place of a course in the basket."""

import json
import uuid

from sqlalchemy import insert

from shop import clock
from shop.db import db, transaction
from shop.orders import basket
from shop.orders.basket import BasketEntry
from shop.orders.models import BasketLine
from shop.vouchers.find import code_of
from shop.vouchers.models import Voucher
from tests import shopfloor
from tests.bench.redeem_by_hand import Piece

CENTS = 500
COPIES = 50


def furnish() -> None:
    """A shop with a course that everybody fits into."""
    shopfloor.open_shop()
    shopfloor.course("K1", CENTS, None)


def vouchers(count: int) -> list[tuple[str, str]]:
    """So many vouchers, bought and paid for: their numbers and codes."""
    before = {voucher.number for voucher in db.session.query(Voucher)}
    for _ in range(-(-count // COPIES)):
        _, payment = shopfloor.order(shopfloor.wish(CENTS), quantity=COPIES, visitor="greta")
        shopfloor.pay(payment)
    sold = [voucher for voucher in db.session.query(Voucher) if voucher.number not in before]
    return [(voucher.number, code_of(voucher)) for voucher in sold[:count]]


def pieces(count: int) -> list[Piece]:
    """A voucher and a visitor's full basket for each piece of work."""
    work = [_piece(number, code, uuid.uuid4().hex) for number, code in vouchers(count)]
    fill_baskets([piece.visitor for piece, _ in work], [line for _, line in work])
    return [piece for piece, _ in work]


def fill_baskets(visitors: list[str], lines: list[uuid.UUID]) -> None:
    """Put one place into each visitor's basket."""
    facts, now = shopfloor.place_in(), clock.now()
    rows = [
        {
            "id": line,
            "visitor": visitor,
            "kind": "booking",
            "quantity": 1,
            "remembered": False,
            "facts": facts,
            "added_at": now,
        }
        for visitor, line in zip(visitors, lines, strict=True)
    ]
    with transaction() as session:
        session.execute(insert(BasketLine), rows)
    db.session.remove()


def _piece(number: str, code: str, visitor: str) -> tuple[Piece, uuid.UUID]:
    """A piece of work, with the mark of what its buyer was shown, and the id of its basket line."""
    line, facts = uuid.uuid4(), json.loads(json.dumps(shopfloor.place_in(), sort_keys=True))
    seen = basket.seen([BasketEntry(line, "booking", "", 1, CENTS, facts)], f"{number}:{CENTS}")
    return Piece(visitor, number, code, CENTS, uuid.uuid4(), seen), line
