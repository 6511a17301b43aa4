"""One voucher of 100 €, 32 browsers, three server processes, 7 € a place: fourteen are served (QUALITY F7)."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

from sqlalchemy import func, select

from shop.bookings.models import Booking
from shop.db import db
from shop.ledger import book
from shop.ledger.models import Transfer
from tests.conftest import MakeApp
from tests.processes import environment, servers
from tests.redeem.browser import BUSY, Browser
from tests.redeem.desk import CLAIM, Pair
from tests.shopfloor import assert_sound, course, open_shop, sold
from tests.web.guest import words

BROWSERS, PRICE = 32, 700
NOTHING_LEFT = re.compile(
    "gerade für eine andere Bestellung vorgemerkt|ist nichts mehr|kann gerade nicht zahlen"
)


def test_thirty_two_browsers_spend_one_voucher(make_app: MakeApp, any_uri: str, tmp_path: Path) -> None:
    app = make_app(any_uri)
    with app.app_context():
        open_shop()
        course("K1", PRICE, capacity=None)
        voucher, code = sold(10000)
        pair = voucher.number, code
        db.session.remove()
    start, done = Barrier(BROWSERS), Event()
    with (
        servers(3, environment(any_uri, tmp_path / "instance")) as homes,
        ThreadPoolExecutor(BROWSERS + 1) as pool,
    ):
        browsers = [Browser(homes[turn % 3]) for turn in range(BROWSERS)]
        reading = pool.submit(read_on, Browser(homes[0]), pair, done)
        answers = Counter(pool.map(lambda browser: spend(browser, pair, start), browsers))
        done.set()
        readings = reading.result()

    assert answers["booked"] == 14, answers
    assert answers.total() == BROWSERS
    assert {status for browser in browsers for status in browser.statuses} <= {200, 303, 422, BUSY}
    assert len(readings) > 2
    for left, held, spent in readings:
        assert left + held + spent == 10000
        assert spent % PRICE == 0
    with app.app_context():
        account = f"voucher:{pair[0]}"
        assert (book.available(account), book.posted(account)) == (200, 200)
        assert db.session.scalar(select(func.count()).where(Booking.state == "confirmed")) == 14
        posts = select(func.sum(Transfer.cents)).where(Transfer.debit == account, Transfer.kind == "post")
        assert db.session.scalar(posts) == 9800
        assert_sound()


def spend(browser: Browser, pair: Pair, start: Barrier) -> str:
    """Book, redeem, and order if the voucher pays everything; else take it out again."""
    form = browser.fill_basket()
    start.wait(120)
    page = browser.redeem(form, pair)
    if NOTHING_LEFT.search(words(page)):
        return "nothing left"
    if "zahlt 7 €" not in words(page):
        browser.send(f"{CLAIM}/{pair[0]}/entfernen", form)
        return "not enough"
    answer = browser.send("/kasse/", form)
    assert answer.status_code == 303, words(answer.text)
    return "booked"


def read_on(browser: Browser, pair: Pair, done: Event) -> list[tuple[int, int, int]]:
    """What the balance page says until everyone is through."""
    readings = []
    while not done.is_set():
        readings.append(browser.balance(pair))
    return [*readings, browser.balance(pair)]
