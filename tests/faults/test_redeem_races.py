"""Many at once at one voucher, one hold, one basket: one winner, and the others are told (QUALITY F6, F8)."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from shop import clock
from shop.bookings.models import Booking
from shop.db import db, transaction
from shop.ledger import book
from shop.ledger.models import Transfer
from shop.orders import tender
from shop.orders.cancel import cancel_booking
from shop.orders.models import Order, Tender
from shop.orders.place import Refused as NotPlaced
from shop.orders.redemption.claim import Refused, claim
from shop.orders.redemption.release import release
from shop.orders.settle import act_on
from tests.shopfloor import assert_sound, course, open_shop, place_in, press, put, session_event, sold

HERE = ["address:192.0.2.1"]


@pytest.fixture(autouse=True)
def shop(any_app: Flask) -> Flask:
    open_shop()
    return any_app


def together(app: Flask, *deeds: Callable[[], object]) -> list[object]:
    """Start all deeds at one moment, each on a thread and connection of its own; what each returned."""
    start = Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> object:
        with app.app_context():
            start.wait(20)
            return deed()

    db.session.remove()
    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def told(deed: Callable[[], object]) -> str:
    """Do something; `ok`, or in one word what the visitor is told."""
    try:
        deed()
    except (Refused, NotPlaced) as refused:
        return str(refused.reason.value)
    return "ok"


def test_post_void_and_expiry_of_a_tenders_hold_at_one_moment(shop: Flask) -> None:
    """Money, a failed payment and the sweeper meet at the deadline: the hold ends once, the money counts once."""
    course("K1", 10000, capacity=None)
    for turn in range(5):
        voucher, code = sold(6000)
        account, visitor = voucher.account, f"erna{turn}"
        put(visitor=visitor)
        claim(visitor, voucher.number, code, HERE)
        with clock.shifted_by(timedelta(seconds=0.6) - tender.SHORT):
            placed, payment = press(visitor=visitor)
        assert payment is not None
        order_id = placed.id
        paid = session_event(payment)
        failed = session_event(payment, "checkout.session.async_payment_failed", paid=False)
        hold, deadline = db.session.execute(
            select(Transfer.id, Transfer.deadline).where(
                Transfer.id == select(Tender.hold_id).where(Tender.order_id == order_id).scalar_subquery()
            )
        ).one()
        together(shop, *at(deadline, partial(act_on, paid), partial(act_on, failed), sweep))
        assert len(db.session.scalars(select(Transfer.kind).where(Transfer.ends == hold)).all()) == 1
        assert db.session.get_one(Order, order_id).state == "settled"
        assert (book.posted(account), book.available(account)) == (0, 0)
        assert_sound()


def at(moment: datetime, *deeds: Callable[[], object]) -> list[Callable[[], object]]:
    """The same deeds, each waiting for the moment first."""

    def waited(deed: Callable[[], object]) -> object:
        time.sleep(max(0.0, (moment - clock.now()).total_seconds()))
        return deed()

    return [partial(waited, deed) for deed in deeds]


def sweep() -> int:
    with transaction():
        return book.expire_overdue()


def test_one_visitor_in_many_tabs_makes_one_order(shop: Flask) -> None:
    """Redeem, remove and order at one moment: each tab is told something true, and nothing breaks."""
    course("K1", 7000, capacity=None)
    for turn in range(4):
        (first, first_code), (second, second_code) = sold(5000), sold(5000)
        visitor = f"erna{turn}"
        put(visitor=visitor)
        claim(visitor, first.number, first_code, HERE)
        redeem = [partial(claim, visitor, second.number, second_code, [f"address:{n}"]) for n in range(2)]
        remove = [partial(take_out, visitor, first.number)] * 2
        order = [partial(press, visitor=visitor)] * 2
        answers = together(shop, *(partial(told, deed) for deed in (*redeem, *remove, *order)))
        assert set(answers[:2]) <= {"ok", "twice", "not valid for these courses", "held elsewhere"}
        assert set(answers[4:]) <= {"ok", "empty", "changed"}
        if "ok" not in answers[4:]:
            press(visitor=visitor)
        assert len(db.session.scalars(select(Booking.id)).all()) == turn + 1
        assert_sound()


def take_out(visitor: str, number: str) -> None:
    with transaction():
        release(visitor, number)


def test_cancelling_and_redeeming_at_one_moment_never_wait_in_a_ring(shop: Flask) -> None:
    voucher, code = sold(10000)
    number, account = voucher.number, voucher.account
    course("K1", 500, capacity=None, cancel_fee_cents=0)
    put(*(place_in(first_name=f"Kind {n}") for n in range(12)))
    claim("erna", number, code, HERE)
    press()
    bookings = db.session.scalars(select(Booking.id)).all()
    put(visitor="otto")

    def cancel_all() -> None:
        for booking in bookings:
            with transaction():
                cancel_booking(booking, by="centre")

    def come_and_go() -> None:
        for turn in range(10):
            if told(partial(claim, "otto", number, code, [f"address:{turn}"])) == "ok":
                take_out("otto", number)

    together(shop, cancel_all, come_and_go)
    assert (book.posted(account), book.available(account)) == (10000, 10000)
    assert_sound()
