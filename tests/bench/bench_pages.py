"""How fast pages are served: run `python -m tests.bench.bench_pages` from the top of the shop.

A bare Flask page and the demo shop on SQLite, each served by gunicorn with the shop's own settings,
are asked in turn; prints rates, percentiles, and the ratio of each page's rate to the bare page's.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from tests.bench.load import CONNECTIONS, Load, drive, generator
from tests.processes import ROOT, _await, child, environment, free_port

ROWS = 40
# Pages are kept for a second (shop/web/frame/kept.py); an address with a query is drawn for each visitor.
PAGES = (
    ("start page", "/", 0.25),
    ("configurator", "/gutscheine/standard", 0.25),
    ("list", "/kurse/", 0.15),
    ("start page, drawn anew", "/?anew=1", None),
    ("configurator, drawn anew", "/gutscheine/standard?anew=1", None),
    ("list, drawn anew", "/kurse/?anew=1", None),
)

FILL = """
from flask import current_app
from shop.catalogue.models import Offer
from shop.clerk.serve import prepare
from shop.db import db, transaction
prepare(current_app)
with transaction() as session:
    pattern = session.query(Offer).filter_by(kind="course").order_by(Offer.number).first()
    columns = {column.name: getattr(pattern, column.name) for column in Offer.__table__.columns}
    for place in range(int(arguments[0]) - session.query(Offer).count()):
        session.add(Offer(**columns | {"number": f"{pattern.number}-{place}"}))
"""


def main() -> None:
    """Measure and print; nothing is kept."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--seconds", type=float, default=3, help="of each load (default 3)")
    options.add_argument("--rounds", type=int, default=5, help="how often each page is asked (default 5)")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bare = stack.enter_context(_served("tests.bench.bare:app", dict(os.environ)))
        env = environment(f"sqlite:///{folder}/shop.sqlite", Path(folder))
        filled = child(FILL, env, str(ROWS))
        if filled.returncode:
            raise RuntimeError(filled.stderr)
        shop = stack.enter_context(_served("app:app", env))
        print(f"load: {generator()}, {CONNECTIONS} keep-alive connections")
        print(f"{asked.rounds} rounds of {asked.seconds:g} s for each; medians of the rounds")
        _report(bare, shop, asked.seconds, asked.rounds)


def _report(bare: str, shop: str, seconds: float, rounds: int) -> None:
    measured: dict[str, list[Load]] = {name: [] for name, *_ in PAGES}
    beside: list[Load] = []
    ratios: dict[str, list[float]] = {name: [] for name, *_ in PAGES}
    for path in (f"{bare}/", *(shop + path for _, path, _ in PAGES)):
        drive(path, 1)  # the first answers load templates and open connections
    for _ in range(rounds):
        for name, path, _ in PAGES:
            beside.append(drive(f"{bare}/", seconds))
            measured[name].append(drive(shop + path, seconds))
            ratios[name].append(measured[name][-1].rate / beside[-1].rate)
    print(
        f"{'':26}{'per second':>12}{'p50 ms':>9}{'p99 ms':>9}{'size KB':>9}{'of bare':>9}   (of each round)"
    )
    print(_line("bare", f"{bare}/", beside))
    for name, path, target in PAGES:
        found = median(ratios[name])
        each = " ".join(f"{ratio:.1%}" for ratio in ratios[name])
        verdict = f"target {target:.0%} {'met' if found >= target else 'MISSED'} " if target else ""
        print(f"{_line(name, shop + path, measured[name])}{found:>9.1%}   {verdict}({each})")


def _line(name: str, url: str, loads: list[Load]) -> str:
    rate, p50, p99 = (median(getattr(load, key) for load in loads) for key in ("rate", "p50", "p99"))
    with urllib.request.urlopen(url) as answer:
        size = len(answer.read()) / 1024
    return f"{name:26}{rate:>12.0f}{p50:>9.1f}{p99:>9.1f}{size:>9.1f}"


@contextmanager
def _served(target: str, env: dict[str, str]) -> Iterator[str]:
    """An application behind gunicorn as the shop itself is served, with two workers; yields its address."""
    port = free_port()
    config = str(ROOT / "shop" / "clerk" / "gunicorn_conf.py")
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", config, target],
        cwd=ROOT,
        env=env | {"HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=60)


if __name__ == "__main__":
    main()
