"""Number and code pay for courses: held at checkout, posted when settled, the rest stays (R3–R7)."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from shop import clock
from shop.bookings.models import Booking
from shop.core.codes import shown_code, shown_number
from shop.db import db, transaction
from shop.ledger import book
from shop.orders import basket, throttle
from shop.orders import pay as paying
from shop.orders.models import Claim, Order, Share, Tender
from shop.orders.place import Refusal, Refused
from shop.orders.redemption import claim as claiming
from shop.orders.redemption.claim import Unfit, Unknown, claim
from shop.orders.redemption.plan import plan
from shop.orders.redemption.release import release
from shop.orders.tender import Lost
from shop.payments.models import Payment
from shop.vouchers import find
from shop.vouchers.models import Voucher, VoucherProduct
from tests.shopfloor import (
    assert_sound,
    course,
    open_shop,
    order,
    pay,
    place_in,
    press,
    put,
    sold,
    wish,
)

HERE = ["address:192.0.2.1"]


@pytest.fixture(autouse=True)
def shop(any_app: Flask) -> None:
    open_shop()


def redeem(voucher: Voucher, code: str, visitor: str = "erna") -> None:
    claim(visitor, voucher.number, code, HERE)


def refused(voucher: Voucher, code: str, visitor: str = "erna") -> object:
    with pytest.raises(claiming.Refused) as caught:
        claim(visitor, voucher.number, code, HERE)
    return caught.value.reason


def test_a_voucher_is_held_at_once_and_the_rest_stays_on_it() -> None:
    voucher, code = sold(10000)
    course("K1", 7000)
    put()
    redeem(voucher, code)
    assert book.available(voucher.account) == 3000
    shown = plan("erna", basket.lines("erna"))
    assert [(step.pays, step.remains) for step in shown.steps] == [(7000, 3000)]
    assert shown.due == 0
    assert_sound()


def test_nothing_due_settles_at_once_without_a_payment() -> None:
    voucher, code = sold(10000)
    course("K1", 7000)
    put()
    redeem(voucher, code)
    placed, payment = press()
    assert payment is None
    assert placed.state == "settled"
    assert db.session.scalars(select(Booking.state)).all() == ["confirmed"]
    assert (book.available(voucher.account), book.posted(voucher.account)) == (3000, 3000)
    assert abs(book.posted("revenue")) == 7000
    assert_sound()


def test_the_remainder_is_paid_and_everything_settles_together() -> None:
    voucher, code = sold(6000)
    course("K1", 10000)
    put()
    redeem(voucher, code)
    placed, payment = press()
    assert payment is not None
    assert (placed.total_cents, placed.due_cents, payment.cents) == (10000, 4000, 4000)
    assert db.session.scalars(select(Booking.state)).all() == ["held"]
    pay(payment)
    assert db.session.scalars(select(Booking.state)).all() == ["confirmed"]
    assert book.posted(voucher.account) == 0
    shares = dict(
        db.session.execute(
            select(Share.account, Share.cents).where(Share.line_id == placed.lines[0].id)
        ).all()
    )
    assert shares == {voucher.account: 6000, "payment": 4000}
    assert abs(book.posted("revenue")) == 10000
    assert_sound()


def test_soonest_expiry_is_spent_first() -> None:
    early, early_code = sold(5000)
    late, late_code = sold(5000)
    with transaction() as session:
        session.get_one(Voucher, early.number).valid_until = clock.today() + timedelta(days=3)
    course("K1", 7000)
    put()
    redeem(late, late_code)
    redeem(early, early_code)
    steps = plan("erna", basket.lines("erna")).steps
    assert [(step.number, step.pays, step.remains) for step in steps] == [
        (early.number, 5000, 0),
        (late.number, 2000, 3000),
    ]
    assert book.available(late.account) == 3000
    assert_sound()


def test_a_narrow_voucher_pays_only_for_its_courses() -> None:
    voucher, code = sold(5000)
    with transaction() as session:
        session.get_one(VoucherProduct, "standard").valid_for = ["kochen"]
    course("K1", 7000)
    put()
    assert refused(voucher, code) is Unfit.NOT_HERE
    course("K2", 3000, category="kochen")
    put(place_in("K2"))
    redeem(voucher, code)
    assert plan("erna", basket.lines("erna")).due == 7000
    assert_sound()


def test_a_voucher_is_never_bought_with_a_voucher() -> None:
    voucher, code = sold(5000)
    with transaction():
        basket.add("erna", "voucher", wish(2500))
    assert refused(voucher, code) is Unfit.NOT_HERE
    course("K1", 1000)
    put()
    redeem(voucher, code)
    placed, payment = press()
    assert payment is not None
    assert (placed.total_cents, placed.due_cents) == (3500, 2500)


def test_an_excluded_course_takes_no_voucher() -> None:
    voucher, code = sold(5000)
    course("K1", 7000, redeemable=False)
    put()
    assert refused(voucher, code) is Unfit.NOT_HERE


def test_releasing_gives_everything_back_and_plans_anew() -> None:
    first, first_code = sold(5000)
    second, second_code = sold(5000)
    course("K1", 6000)
    put()
    redeem(first, first_code)
    redeem(second, second_code)
    with transaction():
        assert release("erna", first.number)
    assert (book.available(first.account), book.available(second.account)) == (5000, 0)
    with transaction():
        assert not release("otto", second.number)
    assert book.available(second.account) == 0
    assert_sound()


def test_what_is_typed_is_read_kindly() -> None:
    voucher, code = sold(5000)
    course("K1", 1000)
    put()
    typed = shown_number(voucher.number).lower().replace("0", "o"), shown_code(code).lower().replace("-", " ")
    claim("erna", *typed, HERE)
    assert len(db.session.scalars(select(Claim)).all()) == 1


def test_refusals_are_exact_once_number_and_code_are_right() -> None:
    voucher, code = sold(5000)
    other, _ = sold(5000)
    course("K1", 7000)
    put()
    for number, wrong in ((voucher.number, "0" * 16), (other.number, code), ("GAAAAAAAA0", code), ("", "")):
        with pytest.raises(Unknown):
            claim("erna", number, wrong, HERE)
    with transaction() as session:
        session.get_one(Voucher, voucher.number).blocked = True
    assert refused(voucher, code) is find.Refusal.BLOCKED
    with transaction() as session:
        kept = session.get_one(Voucher, voucher.number)
        kept.blocked, kept.closed = False, "cancelled"
    assert refused(voucher, code) is find.Refusal.CLOSED


def test_the_last_day_counts_whole_and_not_a_minute_more() -> None:
    voucher, code = sold(5000)
    course("K1", 2000)
    put()
    last = clock.today() + timedelta(days=5)
    with transaction() as session:
        session.get_one(Voucher, voucher.number).valid_until = last
    midnight = clock.local_morning(last + timedelta(days=1), hour=0)
    with clock.stopped_at(midnight + timedelta(minutes=1)):
        assert refused(voucher, code) is find.Refusal.EXPIRED
    with clock.stopped_at(midnight - timedelta(minutes=1)):
        redeem(voucher, code)
    assert isinstance(last, date)


def test_one_voucher_in_two_checkouts_is_held_by_the_first() -> None:
    voucher, code = sold(5000)
    course("K1", 5000)
    put()
    put(visitor="otto")
    redeem(voucher, code)
    assert refused(voucher, code, "otto") is Unfit.HELD
    assert refused(voucher, code) is Unfit.TWICE
    with transaction():
        release("erna", voucher.number)
    redeem(voucher, code, "otto")
    assert_sound()


def test_ten_wrong_tries_slow_their_source_only() -> None:
    voucher, code = sold(5000)
    course("K1", 5000)
    put()
    for _ in range(throttle.WRONG):
        with pytest.raises(Unknown):
            claim("erna", voucher.number, "0" * 16, HERE)
    with pytest.raises(throttle.Throttled):
        redeem(voucher, code)
    claim("erna", voucher.number, code, ["address:198.51.100.7"])


def test_a_forgotten_checkout_gives_back_by_itself() -> None:
    voucher, code = sold(5000)
    course("K1", 5000)
    put()
    redeem(voucher, code)
    with clock.shifted_by(timedelta(hours=1)):
        with transaction():
            assert book.expire_overdue() == 1
        assert book.available(voucher.account) == 5000
        placed, payment = press()  # she comes back, and it is still there
        assert (placed.due_cents, payment) == (0, None)
    assert_sound()


def test_what_somebody_else_spent_meanwhile_is_told_before_ordering() -> None:
    voucher, code = sold(5000)
    course("K1", 5000)
    put()
    redeem(voucher, code)
    seen = basket.seen(basket.lines("erna"), plan("erna", basket.lines("erna")).mark)
    with clock.shifted_by(timedelta(hours=1)):
        with transaction():
            book.expire_overdue()
        put(visitor="otto")
        redeem(voucher, code, "otto")
        press(visitor="otto")
        from shop.orders import place
        from tests.shopfloor import ERNA

        with pytest.raises(Refused) as caught, transaction():
            place.place(
                "erna", form_key=voucher.order_line_id, seen=seen, buyer=ERNA, method="stripe", language="de"
            )
        assert caught.value.reason is Refusal.CHANGED
    assert_sound()


def test_money_that_comes_after_the_holds_lapsed_takes_new_ones() -> None:
    voucher, code = sold(6000)
    course("K1", 10000, capacity=1)
    put()
    redeem(voucher, code)
    placed, payment = press()
    assert payment is not None
    with clock.shifted_by(timedelta(hours=5)):
        with transaction():
            book.expire_overdue()
        pay(payment)
        assert db.session.get_one(Order, placed.id).state == "settled"
        assert book.available(voucher.account) == 0
        assert_sound()


def test_money_that_comes_when_the_voucher_is_spent_is_safe_and_with_staff() -> None:
    voucher, code = sold(6000)
    course("K1", 10000)
    put()
    redeem(voucher, code)
    placed, payment = press()
    assert payment is not None
    with clock.shifted_by(timedelta(hours=5)):
        with transaction():
            book.expire_overdue()
        put(visitor="otto")
        redeem(voucher, code, "otto")
        press(visitor="otto")
        outcome = pay(payment)
        assert outcome is not None
        assert outcome.kind == "quarantined"
        assert db.session.get_one(Order, placed.id).state == "placed"
        assert db.session.get_one(Payment, payment.id).state == "certain"
        assert abs(book.posted("suspense")) == 4000
    assert_sound()


def test_a_failed_payment_gives_vouchers_and_seats_back_and_a_new_try_takes_them_again() -> None:
    voucher, code = sold(6000)
    course("K1", 10000, capacity=1)
    put()
    redeem(voucher, code)
    placed, payment = press()
    assert payment is not None
    pay(payment, kind="checkout.session.async_payment_failed", paid=False)
    assert book.available(voucher.account) == 6000
    assert db.session.scalars(select(Booking.state)).all() == ["lapsed"]
    with transaction():
        second = paying.again(placed, "stripe")
    assert book.available(voucher.account) == 0
    pay(second)
    assert db.session.scalars(select(Booking.state)).all() == ["confirmed"]
    assert db.session.scalars(select(Tender.state)).all() == ["posted"]
    assert_sound()


def test_a_new_try_is_refused_when_the_voucher_has_gone_elsewhere() -> None:
    voucher, code = sold(6000)
    course("K1", 10000)
    put()
    redeem(voucher, code)
    placed, payment = press()
    assert payment is not None
    pay(payment, kind="checkout.session.expired", paid=False)
    put(visitor="otto")
    redeem(voucher, code, "otto")
    with pytest.raises(Lost), transaction():
        paying.again(placed, "stripe")
    assert_sound()


def test_money_on_its_way_keeps_seat_and_voucher_for_three_weeks() -> None:
    voucher, code = sold(6000)
    course("K1", 10000)
    put()
    redeem(voucher, code)
    _, payment = press()
    assert payment is not None
    pay(payment, paid=False)
    with clock.shifted_by(timedelta(days=10)):
        with transaction():
            book.expire_overdue()
        assert book.available(voucher.account) == 0
        pay(payment, kind="checkout.session.async_payment_succeeded")
        assert db.session.scalars(select(Booking.state)).all() == ["confirmed"]
    assert_sound()


def test_a_price_that_changed_since_is_told_before_ordering() -> None:
    offer = course("K1", 10000)
    put()
    entries = basket.lines("erna")
    seen = basket.seen(entries)
    with transaction() as session:
        session.get_one(type(offer), "K1").price_cents = 12000
    from shop.orders import place
    from tests.shopfloor import ERNA

    with pytest.raises(Refused) as caught, transaction():
        place.place("erna", form_key=entries[0].id, seen=seen, buyer=ERNA, method="stripe", language="de")
    assert caught.value.reason is Refusal.CHANGED


@pytest.mark.parametrize("what", ["full", "cancelled", "late"])
def test_a_course_that_closed_since_is_refused(what: str) -> None:
    offer = course("K1", 10000, capacity=1)
    put()
    if what == "full":
        put(visitor="otto")
        press(visitor="otto")
    with transaction() as session:
        kept = session.get_one(type(offer), "K1")
        if what == "cancelled":
            kept.cancelled_on = clock.today()
        if what == "late":
            kept.register_until = clock.today() - timedelta(days=1)
    with pytest.raises(Refused) as caught:
        press()
    assert caught.value.reason in (Refusal.PROBLEM, Refusal.GONE)
    assert_sound()


def test_thirty_vouchers_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "MOST", 2)
    course("K1", 20000)
    put()
    for _ in range(2):
        redeem(*sold(1000))
    assert refused(*sold(1000)) is Unfit.TOO_MANY


def test_a_mixed_order_settles_vouchers_and_bookings_together() -> None:
    voucher, code = sold(5000)
    course("K1", 8000)
    with transaction():
        basket.add("erna", "voucher", wish(2500))
    put()
    redeem(voucher, code)
    placed, payment = press()
    assert payment is not None
    assert placed.due_cents == 2500 + 3000
    pay(payment)
    assert_sound()


def test_a_free_course_needs_no_payment() -> None:
    course("K1", 0)
    put()
    placed, payment = press()
    assert (placed.state, placed.total_cents, payment) == ("settled", 0, None)
    assert_sound()


def test_orders_without_courses_still_work() -> None:
    placed, payment = order()
    pay(payment)
    assert db.session.get_one(Order, placed.id).state == "settled"
    assert_sound()
