"""A card's page with many movements beside one with few: run `python -m tests.bench.bench_cards` from the top.

What the figures are, and what they should be, stands in tests/bench/README.md.
"""

import argparse
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert

from shop import clock
from shop.cards.models import Card, Lot, Movement, TopUp
from shop.db import db, transaction
from shop.factory import create_app
from shop.orders.models import Order, OrderLine
from tests.bench.bench_settle import postgres, timed
from tests.cards.cast import card_type, holder, topped_up
from tests.cards_pages.wallet import HOME, signed_in
from tests.conftest import KEYS
from tests.shopfloor import open_shop
from tests.web.guest import Guest

FEW, TARGET = 100, 1.2
EVERY = 20  # so many movements from one top-up to the next
BATCH = 5_000


def main() -> None:
    """Measure and print; nothing is kept."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rounds", type=int, default=30, help="how often each takes its turn (default 30)")
    options.add_argument("--each", type=int, default=5, help="pages in a turn (default 5)")
    options.add_argument("--movements", type=int, default=100_000, help="of the long statement")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="shop-bench-") as folder, postgres() as server:
        os.environ["FLASK_INSTANCE_PATH"] = folder
        print(f"{asked.rounds} turns of {asked.each}; medians of the turns")
        for name, uri in (("SQLite", f"sqlite:///{folder}/shop.sqlite"), ("PostgreSQL", server)):
            app = create_app({"SQLALCHEMY_DATABASE_URI": uri, **KEYS})
            _measure(name, app, asked.movements, asked.rounds, asked.each)


def _measure(name: str, app: Flask, many: int, rounds: int, each: int) -> None:
    with app.app_context():
        upgrade()
        open_shop()
        card_type()
        for username, count in (("erna", FEW), ("nora", many)):
            _statement(username, count)
        db.session.rollback()
    short, long = signed_in(app, "erna"), signed_in(app, "nora")
    _compare(f"{name}, newest", lambda: _page(short, ""), lambda: _page(long, ""), rounds, each)
    middle = f"?vor={many // 2}"
    _compare(f"{name}, middle", lambda: _page(short, "?vor=50"), lambda: _page(long, middle), rounds, each)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _compare(
    name: str, few: Callable[[], object], many: Callable[[], object], rounds: int, each: int
) -> None:
    works = [lambda _piece, work=work: work() for work in (few, many)]  # type: ignore[misc]
    for work in works:
        timed(work, range(3))
    turns = [[timed(work, range(each)).wall for work in works] for _ in range(rounds)]
    low, found, high = quantiles((slow / fast for fast, slow in turns), n=4)
    fast, slow = (median(walls) / each * 1000 for walls in zip(*turns, strict=True))
    verdict = "met" if found <= TARGET else "MISSED"
    print(f"  {name:20} {fast:5.1f} ms and {slow:5.1f} ms a page, slower by {found:.2f}", end=" ")
    print(f"(half of the turns: {low:.2f} to {high:.2f}), target {TARGET} {verdict}")


def _page(guest: Guest, query: str) -> None:
    answer = guest.get(HOME + query)
    assert answer.status_code == 200
    assert answer.text.count('<tr role="row">') == 26


def _statement(username: str, count: int) -> None:
    """Somebody with so many movements: every twentieth tops up, the others book all of it again."""
    _user, card = holder(username)
    order = topped_up(card)
    with transaction() as session:
        for table, rows in _rows(card.number, order, count):
            session.execute(insert(table), rows)
        session.get_one(Card, card.number).last = count
        db.session.connection().exec_driver_sql("ANALYZE")


def _rows(number: str, order: Order, count: int) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """What stands in the tables besides the one top-up that the ledger knows, a batch at a time."""
    began = clock.now() - timedelta(minutes=count + 1)
    for start in range(2, count + 1, BATCH):
        places = range(start, min(start + BATCH, count + 1))
        bought = [(place, uuid.uuid4()) for place in places if place % EVERY == 0]
        facts = {"card": number, "value": 10000}
        line = {"order_id": order.id, "kind": "card", "title": "Wertkarte: 100 € Guthaben", "quantity": 1}
        yield (
            OrderLine,
            [{"id": key, "position": at, "unit_cents": 10000, "facts": facts, **line} for at, key in bought],
        )
        until = clock.now()
        yield (
            TopUp,
            [
                {"order_line_id": key, "number": number, "state": "paid", "until": until}
                for _at, key in bought
            ],
        )
        yield Lot, [_lot(number, key, began + timedelta(minutes=at)) for at, key in bought]
        yield Movement, [_movement(number, order, at, began + timedelta(minutes=at)) for at in places]


def _lot(number: str, key: uuid.UUID, since: Any) -> dict[str, Any]:
    """A lot that is spent."""
    spent = {"left_cents": 0, "left_paid": 0, "aside_cents": 0, "aside_paid": 0}
    bought = {"value_cents": 10000, "paid_cents": 10000, "valid_until": clock.today(), "reference": "x"}
    kinds = {"source": "top-up", "frozen": False, "taxed": False}
    return {"id": key, "number": number, "order_line_id": key, "since": since, **spent, **bought, **kinds}


def _movement(number: str, order: Order, at: int, when: Any) -> dict[str, Any]:
    is_credit = at % EVERY == 0
    return {
        "number": number,
        "position": at,
        "kind": "top-up" if is_credit else "booking",
        "cents": 10000 if is_credit else -500,
        "balance": 10000,
        "what": "" if is_credit else "Töpfern am Abend",
        "reference": order.number,
        "made_by": "",
        "made_at": when,
    }


if __name__ == "__main__":
    main()
