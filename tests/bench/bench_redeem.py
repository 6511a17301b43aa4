"""How fast vouchers are redeemed: run `python -m tests.bench.bench_redeem` from the top of the shop.

In process, over HTTP, and with a million vouchers in the database; what each figure is, and what it
should be, stands in tests/bench/README.md.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from itertools import islice

from flask_migrate import upgrade

from shop.db import db, transaction
from shop.factory import create_app
from shop.orders import place
from shop.orders.redemption.claim import claim
from tests import shopfloor
from tests.bench import redeem_stock
from tests.bench.bench_settle import by_hand, postgres, report, timed
from tests.bench.redeem_by_hand import ByHand, Piece
from tests.bench.redeem_http import measure_http
from tests.bench.redeem_many import measure_many
from tests.conftest import KEYS


def main() -> None:
    """Measure and print; nothing is kept."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rounds", type=int, default=20, help="how often each takes its turn (default 20)")
    options.add_argument("--each", type=int, default=6, help="orders or claims in a turn (default 6)")
    options.add_argument("--seconds", type=float, default=10, help="of load over HTTP (default 10)")
    options.add_argument("--vouchers", type=int, default=1_000_000, help="in the big database")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="shop-bench-") as folder, postgres() as server:
        os.environ["FLASK_INSTANCE_PATH"] = folder
        print(f"{asked.rounds} turns of {asked.each}; medians of the turns")
        measure("SQLite", f"sqlite:///{folder}/shop.sqlite", asked.rounds, asked.each)
        measure("PostgreSQL", server, asked.rounds, asked.each)
        measure_http(server, folder, asked.seconds)
        measure_many(server, asked.vouchers, asked.rounds, asked.each)


def measure(name: str, uri: str, rounds: int, each: int) -> None:
    """Claim and order with nothing left to pay: the shop and the bare driver in turn, on the same tables."""
    app = create_app({"SQLALCHEMY_DATABASE_URI": uri, **KEYS})
    with app.app_context():
        upgrade()
        redeem_stock.furnish()
        hand, durability = by_hand(uri)
        website, key = str(app.config["BASE_URL"]), KEYS["CODE_KEY"].encode()
        works: list[Callable[[Piece], None]] = [by_shop, _of(ByHand(hand, website, key))]
        for work in works:
            timed(work, redeem_stock.pieces(5))
        ready = iter(redeem_stock.pieces(rounds * each * len(works)))
        turns = [[timed(work, list(islice(ready, each))) for work in works] for _ in range(rounds)]
        hand.connection.close()
        report(f"{name} ({durability})", turns, each, "claims and orders", ["by hand"])
        shopfloor.assert_sound()
        db.session.remove()
        db.engine.dispose()


def by_shop(piece: Piece) -> None:
    """Claim and order as two requests do, each with a session of its own."""
    claim(piece.visitor, piece.number, piece.code, ["address:127.0.0.1"])
    db.session.remove()
    with transaction():
        _, payment = place.place(
            piece.visitor,
            form_key=piece.form_key,
            seen=piece.seen,
            buyer=shopfloor.ERNA,
            method="none",
            language="de",
        )
        if payment is not None:
            raise RuntimeError("something was left to pay")
    db.session.remove()


def _of(hand: ByHand) -> Callable[[Piece], None]:
    def work(piece: Piece) -> None:
        hand.claim(piece)
        hand.place(piece)

    return work


if __name__ == "__main__":
    main()
