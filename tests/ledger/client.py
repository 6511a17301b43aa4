"""One server process of a race: waits for the word, then spends from one purse on several threads.

Called by the race tests as `python -m tests.ledger.client ADDRESS PURSE CENTS THREADS TIMES`;
prints how often it was served, and how often refused.
"""

import sys
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from shop.db import transaction
from shop.factory import create_app
from shop.ledger import book


def spend(app: Flask, purse: str, cents: int) -> str:
    """Spend once, in a transaction of its own."""
    with app.app_context():
        try:
            with transaction():
                facts = {"debit": purse, "credit": "revenue", "reason": "race", "reference": ""}
                book.transfer(uuid.uuid4(), cents=cents, **facts)
        except book.Overdrawn:
            return "overdrawn"
        return "ok"


def main(uri: str, purse: str, cents: str, threads: str, times: str) -> None:
    """Say that we are ready, wait, race, report."""
    app = create_app({"SQLALCHEMY_DATABASE_URI": uri, "SECRET_KEY": "s" * 40, "CODE_KEY": "c" * 40})
    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(int(threads)) as pool:
        answers = Counter(pool.map(lambda _: spend(app, purse, int(cents)), range(int(threads) * int(times))))
    print(answers["ok"], answers["overdrawn"], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
