"""Many at once: never over value, one winner, no ring of waiting (QUALITY F7, F8)."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier, current_thread

import pytest
from flask import Flask

from shop import clock
from shop.db import db, transaction
from shop.ledger import audit, book
from tests.ledger.bank import answer_of, in_order

ROOT = Path(__file__).resolve().parent.parent.parent
G1, G2 = "voucher:G1", "voucher:G2"


def together(app: Flask, deeds: Sequence[Callable[[], object]]) -> list[str]:
    """Start all deeds at one moment, each on a thread and connection of its own; their answers in order."""
    start = Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> str:
        with app.app_context():
            start.wait(20)
            return answer_of(deed)

    db.session.rollback()
    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def move(*name: object, debit: str, credit: str, cents: int) -> Callable[[], object]:
    facts = {"debit": debit, "credit": credit, "cents": cents, "reason": "race", "reference": ""}
    return lambda: book.transfer(book.transfer_id(*map(str, name)), **facts)


def sell(
    *name: object, purse: str = G1, cents: int = 10000, till: str = "till:pretend"
) -> Callable[[], object]:
    return move("sell", *name, debit=till, credit=purse, cents=cents)


def hold(name: str, cents: int, seconds: float = 1800) -> book.Entry:
    facts = {"debit": G1, "credit": "revenue", "reason": "race", "reference": ""}
    deadline = clock.of_database() + timedelta(seconds=seconds)
    return book.hold(book.transfer_id(name), cents=cents, deadline=deadline, **facts)


def test_one_purse_and_many_clients_on_two_servers(any_app: Flask, any_uri: str, tmp_path: Path) -> None:
    """100,00 in the purse and 7,00 a time: exactly fourteen are served, whoever they are."""
    assert answer_of(sell()) == "ok"
    db.session.rollback()
    facts = [any_uri, G1, "700", "4", "4"]
    servers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.ledger.client", *facts],
            cwd=ROOT,
            env=os.environ | {"FLASK_INSTANCE_PATH": str(tmp_path / name)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b")
    ]
    for server in servers:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
    for server in servers:
        assert server.stdin is not None
        server.stdin.write("go\n")
        server.stdin.flush()
    reports = [list(map(int, server.communicate(timeout=60)[0].split())) for server in servers]
    served, refused = (sum(numbers) for numbers in zip(*reports, strict=True))
    assert (served, refused) == (14, 18)
    assert book.available(G1) == 200
    in_order()


def test_holds_and_debits_of_many_clients_never_pass_the_value(any_app: Flask) -> None:
    assert answer_of(sell()) == "ok"
    deeds = [lambda number=number: hold(f"h{number}", 1500) for number in range(6)]
    deeds += [move("m", number, debit=G1, credit="revenue", cents=1500) for number in range(6)]
    assert Counter(together(any_app, deeds)) == {"ok": 6, "overdrawn": 6}
    assert book.available(G1) == 1000
    in_order()


def test_one_id_from_many_clients_takes_effect_once(any_app: Flask) -> None:
    assert together(any_app, [sell("same")] * 8) == ["ok"] * 8
    assert together(any_app, [move("same", debit=G1, credit="revenue", cents=6000)] * 8) == ["ok"] * 8
    assert (book.posted(G1), book.posted("revenue")) == (4000, 6000)
    in_order()


def test_one_id_with_different_facts_lets_one_in(any_app: Flask) -> None:
    deeds = [move("same", debit="till:pretend", credit=f"voucher:G{n}", cents=100) for n in range(6)]
    assert Counter(together(any_app, deeds)) == {"ok": 1, "contradiction": 5}
    assert book.posted("till:pretend") == 100
    in_order()


def test_accounts_open_once_however_many_need_them(any_app: Flask) -> None:
    deeds = [sell(number, purse=f"voucher:G{number % 3}", cents=100, till="till:bank") for number in range(9)]
    assert together(any_app, deeds) == ["ok"] * 9
    assert [book.posted(f"voucher:G{number}") for number in range(3)] == [300, 300, 300]
    in_order()


def test_post_void_and_expiry_at_one_moment_have_one_winner(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the deadline: one server's look at the clock was just before it, another's just after."""
    assert answer_of(sell()) == "ok"
    winners: Counter[str] = Counter()
    for turn in range(12):
        with transaction():
            held = hold(f"h{turn}", 100)
        assert held.deadline is not None
        late, early = held.deadline, held.deadline - timedelta(microseconds=1)
        monkeypatch.setattr(
            clock, "of_database", lambda e=early, b=late: e if current_thread().name == "early" else b
        )

        def post(id=held.id) -> None:
            current_thread().name = "early"
            try:
                book.post(id)
            finally:
                current_thread().name = "late"

        deeds = [post, lambda id=held.id: book.void(id), lambda id=held.id: book.expire(id)]
        deeds = deeds[turn % 3 :] + deeds[: turn % 3]
        answers = together(any_app, deeds)
        monkeypatch.undo()
        ended = book.ending(held.id)
        assert ended is not None
        winner = {"post": "posted", "void": "voided", "expire": "expired"}[ended.kind]
        assert sorted(answers) == [f"already_{winner}", f"already_{winner}", "ok"]
        winners[ended.kind] += 1
    assert book.available(G1) == 10000 - 100 * winners["post"]
    in_order()


def test_payments_in_both_directions_do_not_wait_in_a_ring(any_app: Flask) -> None:
    for purse in (G1, G2):
        assert answer_of(sell(purse, purse=purse)) == "ok"
    for turn in range(10):
        deeds = [
            move(turn, way, debit=debit, credit=credit, cents=10)
            for way, (debit, credit) in enumerate([(G1, G2), (G2, G1)] * 3)
        ]
        assert together(any_app, deeds) == ["ok"] * 6
    assert (book.posted(G1), book.posted(G2)) == (10000, 10000)


def test_ending_a_hold_while_its_purse_is_spent_does_not_wait_in_a_ring(any_app: Flask) -> None:
    assert answer_of(sell()) == "ok"
    for turn in range(8):
        with transaction():
            held = hold(f"h{turn}", 100)

        def spend_and_void(turn=turn, id=held.id) -> None:
            move("spend", turn, debit=G1, credit="revenue", cents=1)()
            book.void(id)

        answers = together(any_app, [spend_and_void, lambda id=held.id: book.post(id)])
        assert sorted(answers) in (["already_posted", "ok"], ["already_voided", "ok"])
    in_order()


def test_two_sweepers_expire_each_hold_once(any_app: Flask) -> None:
    assert answer_of(sell()) == "ok"
    with transaction():
        for number in range(30):
            hold(f"h{number}", 10, seconds=-1)
    swept: list[int] = []
    sweep = lambda: swept.append(book.expire_overdue(30))  # noqa: E731
    assert together(any_app, [sweep, sweep]) == ["ok", "ok"]
    assert sum(swept) == 30
    assert book.available(G1) == 10000
    in_order()


def test_two_workers_seal_one_chain(any_app: Flask) -> None:
    with transaction():
        for number in range(40):
            sell(number, cents=1)()
    sealed: list[int] = []
    deeds = [lambda limit=limit: sealed.append(audit.seal(limit)) for limit in (7, 10)]
    while sum(sealed) < 40:
        assert together(any_app, deeds) == ["ok", "ok"]
        in_order()
    assert (sum(sealed), audit.head()[0]) == (40, 40)
