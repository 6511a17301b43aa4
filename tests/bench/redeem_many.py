"""Claims and releases beside few and beside very many vouchers, on two databases of one server."""

import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from statistics import median, quantiles

import psycopg
from flask import Flask
from flask_migrate import upgrade

from shop.core import codes
from shop.db import db, transaction
from shop.factory import create_app
from shop.orders.redemption.claim import claim
from shop.orders.redemption.release import release
from tests.bench import redeem_stock
from tests.bench.bench_settle import timed
from tests.conftest import KEYS, _database

FEW = 1_000
TARGET = 1.2
VISITOR = "wanda"
_INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'transfers' AND indexname LIKE 'ix%'"
_SPREAD = 0x9E3779B97F  # odd: numbers in no order, none twice


def measure_many(server: str, many: int, rounds: int, each: int) -> None:
    """Print claims and releases in a second with few and with many vouchers, and the ratio."""
    apps, works = [], []
    for count in (FEW, many):
        name = f"vouchers_{count}"
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")
        began = time.perf_counter()
        apps.append(_shop(_database(server, name), count))
        print(f"  {count} vouchers, purses and transfers copied in {time.perf_counter() - began:.0f} s")
        works.append(_work(apps[-1]))
    pairs = [(count, work) for count, work in zip((FEW, many), works, strict=True)]
    for count, work in pairs:
        timed(work, _numbers(count, 20))
    turns = [[timed(work, _numbers(count, each)).wall for count, work in pairs] for _ in range(rounds)]
    low, found, high = quantiles((slow / fast for fast, slow in turns), n=4)
    verdict = "met" if found <= TARGET else "MISSED"
    for (count, _), walls in zip(pairs, zip(*turns, strict=True), strict=True):
        print(f"  {count:>9} vouchers {each / median(walls):6.0f} claims and releases a second")
    print(f"  slower by {found:.2f} (half of the turns: {low:.2f} to {high:.2f}), target {TARGET} {verdict}")
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def _shop(uri: str, count: int) -> Flask:
    app = create_app({"SQLALCHEMY_DATABASE_URI": uri, **KEYS})
    with app.app_context():
        upgrade()
        redeem_stock.furnish()
        redeem_stock.vouchers(1)
        redeem_stock.fill_baskets([VISITOR], [uuid.uuid4()])
        db.session.remove()
        _fill(uri, count)
    return app


def _work(app: Flask) -> Callable[[str], None]:
    key = KEYS["CODE_KEY"].encode()

    def work(number: str) -> None:
        with app.app_context():
            claim(VISITOR, number, codes.derive_code(key, number, 0), ["address:127.0.0.1"])
            db.session.remove()
            with transaction():
                release(VISITOR, number)
            db.session.remove()

    return work


def _number(place: int) -> str:
    bits = place * _SPREAD % 2**40
    symbols = "G" + "".join(codes.ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))
    return symbols + codes.check_symbol(symbols)


def _numbers(count: int, wanted: int) -> list[str]:
    return [_number(place) for place in random.sample(range(count), wanted)]


def _fill(uri: str, count: int) -> None:
    """Copy vouchers in, all of one order line, each with its purse and the transfer that filled it."""
    names = [_number(place) for place in range(count)]
    with psycopg.connect(uri, autocommit=True) as connection:
        found = connection.execute("SELECT id FROM order_lines LIMIT 1").fetchone()
        assert found is not None
        line, indexes = found[0], connection.execute(_INDEXES).fetchall()
        facts = "5000\t5000\tEUR\tde\tErna\t\t\t\\N\tshop\t2026-11-21\t2026-11-21 12:00+00\t2029-12-31\tf\t"
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")  # rows refer to each other
            for name, _ in indexes:
                connection.execute(f"DROP INDEX {name}")  # made anew afterwards, which is quicker
            _copy(connection, "accounts", (f"voucher:{n}\tEUR\tt\t0\t0\t0\t5000\t0\n" for n in names))
            _copy(
                connection,
                "vouchers (number, serial, product_slug, order_line_id, copy, face_cents, paid_cents, currency,"
                " language, giver, recipient, dedication, motif, channel, issued_on, issued_at, valid_until,"
                " blocked, closed)",
                (f"{n}\t0\tstandard\t{line}\t{copy}\t{facts}\n" for copy, n in enumerate(names, 100)),
            )
            _copy(
                connection,
                "transfers (id, kind, debit, credit, cents, currency, reason, reference, made_at)",
                (
                    f"{uuid.UUID(int=place)}\ttransfer\ttill:stripe\tvoucher:{n}\t5000\tEUR\tvoucher sold\tB{n}"
                    "\t2026-11-21 12:00+00\n"
                    for place, n in enumerate(names)
                ),
            )
            for _, definition in indexes:
                connection.execute(definition)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _copy(connection: psycopg.Connection, table: str, rows: Iterable[str]) -> None:
    columns = (
        " (id, currency, purse, debits_pending, debits_posted, credits_pending, credits_posted, overdraft)"
    )
    target = table if "(" in table else table + columns
    with connection.cursor().copy(f"COPY {target} FROM STDIN") as copy:
        for chunk in _chunks(rows):
            copy.write(chunk)


def _chunks(rows: Iterable[str]) -> Iterator[str]:
    kept: list[str] = []
    for row in rows:
        kept.append(row)
        if len(kept) == 5_000:
            yield "".join(kept)
            kept.clear()
    yield "".join(kept)
