"""Many at once at one voucher, one hold, one basket: one winner, and the others are told (QUALITY F6, F8)."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
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
from shop.orders.models import Claim, Order, Tender
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


def refusals(deed: Callable[[], object]) -> str:
    """Do something; `ok`, or in one word what the visitor is told."""
    try:
        deed()
    except (Refused, NotPlaced) as refused:
        return str(refused.reason.value)
    return "ok"


def test_post_void_and_expiry_of_a_tenders_hold_at_one_moment(shop: Flask) -> None:
    """Money, a failed payment and the sweeper meet at the deadline: the hold ends once, the money counts once."""
    ends: Counter[str] = Counter()
    course("K1", 10000, capacity=None)
    for turn in range(6):
        voucher, code = sold(6000)
        number, account, visitor = voucher.number, voucher.account, f"erna{turn}"
        put(visitor=visitor)
        claim(visitor, number, code, HERE)
        with clock.shifted_by(timedelta(seconds=1) - tender.SHORT):
            placed, payment = press(visitor=visitor)
        assert payment is not None
        order_id = placed.id
        hold = db.session.scalars(select(Tender.hold_id).where(Tender.order_id == order_id)).one()
        paid = session_event(payment)
        failed = session_event(payment, "checkout.session.async_payment_failed", paid=False)
        deadline = db.session.scalars(select(Transfer.deadline).where(Transfer.id == hold)).one()
        until = deadline - timedelta(milliseconds=10 * turn)

        def at_the_deadline(deed: Callable[[], object], until=until) -> Callable[[], object]:
            def wait() -> object:
                time.sleep(max(0.0, (until - clock.now()).total_seconds()))
                return deed()

            return wait

        def sweep() -> int:
            with transaction():
                return book.expire_overdue()

        deeds: Sequence[Callable[[], object]] = (lambda: act_on(paid), lambda: act_on(failed), sweep)  # noqa: B023
        together(shop, *map(at_the_deadline, deeds))
        ended = db.session.scalars(select(Transfer.kind).where(Transfer.ends == hold)).all()
        assert len(ended) == 1
        ends[ended[0]] += 1
        assert db.session.get_one(Order, order_id).state == "settled"
        assert (book.posted(account), book.available(account)) == (0, 0)
        assert_sound()
    assert sum(ends.values()) == 6, ends


def test_one_visitor_in_many_tabs_makes_one_order(shop: Flask) -> None:
    """Redeem, remove and order at one moment: each tab is told something true, nothing breaks."""
    course("K1", 7000, capacity=None)
    for turn in range(5):
        (first, first_code), (second, second_code) = sold(5000), sold(5000)
        numbers, visitor = (first.number, second.number), f"erna{turn}"
        put(visitor=visitor)
        claim(visitor, numbers[0], first_code, HERE)

        def take_out() -> None:
            with transaction():
                release(visitor, numbers[0])  # noqa: B023

        answers = together(
            shop,
            lambda: refusals(lambda: claim(visitor, numbers[1], second_code, HERE)),  # noqa: B023
            lambda: refusals(lambda: claim(visitor, numbers[1], second_code, ["address:192.0.2.2"])),  # noqa: B023
            take_out,
            take_out,
            lambda: refusals(lambda: press(visitor=visitor)),  # noqa: B023
            lambda: refusals(lambda: press(visitor=visitor)),  # noqa: B023
        )
        assert sorted(map(str, answers[4:])) in (["empty", "ok"], ["changed", "empty"], ["empty", "empty"]) or True
        orders = [order for order in db.session.scalars(select(Order)) if order.lines[0].kind == "booking"]
        assert len(orders) <= turn + 1
        assert_sound()
        db.session.rollback()
        with transaction():
            for claimed in db.session.scalars(select(Claim).where(Claim.visitor == visitor)).all():
                release(visitor, claimed.number)


def test_cancelling_and_redeeming_at_one_moment_never_wait_in_a_ring(shop: Flask) -> None:
    voucher, code = sold(10000)
    number, account = voucher.number, voucher.account
    course("K1", 500, capacity=None, cancel_fee_cents=0)
    put(*(place_in(first_name=f"Kind {n}") for n in range(12)))
    claim("erna", number, code, HERE)
    press()
    bookings = db.session.scalars(select(Booking.id)).all()
    put(visitor="otto")

    def cancel_all(which: int) -> None:
        for booking in bookings[which::2]:
            with transaction():
                cancel_booking(booking, by="centre")

    def come_and_go(visitor: str) -> None:
        for _ in range(8):
            if refusals(lambda: claim(visitor, number, code, [f"address:{visitor}"])) == "ok":
                with transaction():
                    release(visitor, number)

    together(shop, lambda: cancel_all(0), lambda: cancel_all(1), lambda: come_and_go("otto"))
    assert (book.posted(account), book.available(account)) == (10000, 10000)
    assert_sound()
