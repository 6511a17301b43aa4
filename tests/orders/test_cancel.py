"""Cancelling a booking gives every instrument its exact share back, once (DOMAIN R8)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop import clock
from shop.bookings.models import Booking
from shop.cases.models import Case
from shop.catalogue.models import Offer, Seats
from shop.core.money import Cents
from shop.db import db, transaction
from shop.documents.models import Document
from shop.ledger import book
from shop.orders import audit_returns
from shop.orders.cancel import NotBooked, TooLate, cancel_booking
from shop.orders.models import Order, OrderLine, Refund, Share
from shop.orders.redemption.claim import claim
from shop.orders.shares import MoreThanPaid, give_back
from shop.orders.ways_back import Cancelled, preview
from shop.outbox.models import Message
from shop.payments.models import Payment
from shop.vouchers.models import Voucher
from tests.shopfloor import assert_sound, course, open_shop, pay, place_in, press, put, sold

HERE = ["address:192.0.2.1"]


@pytest.fixture(autouse=True)
def shop(any_app: Flask) -> None:
    open_shop()


def booked(
    *values: Cents, price: Cents = 10000, places: int = 1, method: str = "stripe", **facts: object
) -> Order:
    """Erna has booked Jonas a place and paid it with vouchers of these values, the rest by `method`."""
    if db.session.get(Offer, "K1") is None:
        course("K1", price, **facts)
    put(*(place_in() for _ in range(places)))
    for value in values:
        voucher, code = sold(value)
        claim("erna", voucher.number, code, HERE)
    placed, payment = press(method)
    if payment is not None:
        pay(payment)
    return db.session.get_one(Order, placed.id)


def bookings(order: Order) -> Sequence[Booking]:
    query = select(Booking).join(OrderLine, OrderLine.id == Booking.order_line_id)
    return db.session.scalars(query.where(OrderLine.order_id == order.id).order_by(OrderLine.position)).all()


def cancelled(order: Order, by: str = "customer", **more: object) -> Cancelled:
    with transaction():
        return cancel_booking(bookings(order)[0].id, by=by, **more)  # type: ignore[arg-type]


def purses(order: Order) -> dict[Cents, Cents]:
    """What each voucher of the order is worth by its face, and has now."""
    accounts = db.session.scalars(
        select(Share.account).where(
            Share.line_id.in_([line.id for line in order.lines]), Share.account != "payment"
        )
    ).all()
    found = db.session.scalars(
        select(Voucher).where(Voucher.number.in_([a.partition(":")[2] for a in accounts]))
    )
    return {voucher.face_cents: book.posted(voucher.account) for voucher in found}


def refunds() -> list[tuple[Cents, str]]:
    return [(row.cents, row.state) for row in db.session.scalars(select(Refund).order_by(Refund.made_at))]


def mails(kind: str) -> list[str]:
    query = select(Message.recipient).where(Message.kind == kind)
    return sorted(db.session.scalars(query))


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def assert_all_sound() -> None:
    assert_sound()
    for invariant, words, wrong in audit_returns.rules():
        assert db.session.execute(wrong).all() == [], f"{invariant}: {words}"


def later(days: int) -> object:
    return clock.shifted_by(timedelta(days=days))


def test_the_voucher_gets_back_what_it_paid_first_then_the_payment_less_the_fee() -> None:
    order = booked(6000)
    told = cancelled(order)
    assert (told.price, told.back, told.kept) == (10000, 9000, 1000)
    assert [(part.account.partition(":")[0], part.cents) for part in told.parts] == [
        ("voucher", 6000),
        ("payment", 3000),
    ]
    assert purses(order) == {6000: 6000}
    assert refunds() == [(3000, "due")]
    assert book.posted(f"payable:{order.number}") == 3000
    assert book.posted("revenue") == 1000
    assert bookings(order)[0].state == "cancelled"
    assert db.session.get_one(Seats, "K1").taken == 0
    assert_all_sound()


def test_two_vouchers_are_filled_in_the_order_in_which_they_paid() -> None:
    order = booked(2500, 5000)
    assert cancelled(order, "staff", amount=5000).back == 5000
    assert sorted(purses(order).values()) == [2500, 2500]
    assert refunds() == []
    assert_all_sound()


def test_a_voucher_that_paid_everything_keeps_the_fee_off() -> None:
    order = booked(15000)
    assert purses(order) == {15000: 5000}
    cancelled(order)
    assert purses(order) == {15000: 14000}
    assert refunds() == []
    assert_all_sound()


def test_without_a_voucher_everything_but_the_fee_goes_back_to_the_payment() -> None:
    order = booked()
    cancelled(order)
    assert refunds() == [(9000, "due")]
    assert_all_sound()


def test_a_fee_above_the_price_leaves_nothing_to_go_back() -> None:
    order = booked(price=500)
    assert cancelled(order).back == 0
    assert refunds() == []
    assert book.posted("revenue") == 500
    assert_all_sound()


def test_a_place_that_was_free_of_charge_is_cancelled_without_money() -> None:
    order = booked(price=0)
    assert cancelled(order).back == 0
    assert bookings(order)[0].state == "cancelled"
    assert_all_sound()


def test_the_last_day_of_the_deadline_counts_and_the_day_after_is_too_late() -> None:
    order = booked(6000)
    until = db.session.get_one(Offer, "K1").cancel_until
    assert until is not None
    with later((until - clock.today()).days + 1), pytest.raises(TooLate):
        cancelled(order)
    assert bookings(order)[0].state == "confirmed"
    with later((until - clock.today()).days):
        assert cancelled(order).back == 9000
    assert_all_sound()


def test_without_a_deadline_a_customer_cannot_cancel() -> None:
    order = booked(cancel_until=None)
    with pytest.raises(TooLate):
        cancelled(order)


def test_late_nothing_goes_back_unless_staff_give_an_amount() -> None:
    first, second = booked(6000), booked(6000)
    with later(25):
        assert cancelled(first, "staff").back == 0
        assert cancelled(second, "staff", amount=7000).back == 7000
    assert purses(first) == {6000: 0}
    assert purses(second) == {6000: 6000}
    assert refunds() == [(1000, "due")]
    assert_all_sound()


@pytest.mark.parametrize("amount", [10001, -1])
def test_staff_cannot_give_back_more_than_was_paid(amount: Cents) -> None:
    order = booked(6000)
    with pytest.raises(MoreThanPaid):
        cancelled(order, "staff", amount=amount)
    assert bookings(order)[0].state == "confirmed"
    assert_all_sound()


def test_a_customer_cannot_name_an_amount() -> None:
    order = booked()
    with pytest.raises(MoreThanPaid):
        cancelled(order, amount=10000)


def test_when_the_centre_cancels_everything_goes_back_whatever_the_deadline() -> None:
    order = booked(6000)
    with later(27):
        assert cancelled(order, "centre").back == 10000
    assert purses(order) == {6000: 6000}
    assert refunds() == [(4000, "due")]
    assert book.posted("revenue") == 0
    assert_all_sound()


def test_a_voucher_that_expired_meanwhile_can_be_used_for_six_months_when_the_centre_cancels() -> None:
    order = booked(6000)
    voucher = db.session.scalars(select(Voucher)).one()
    with transaction():
        db.session.get_one(Voucher, voucher.number).valid_until = date(2026, 1, 1)
        db.session.get_one(Voucher, voucher.number).closed = "expired"
    cancelled(order, "centre")
    kept = db.session.get_one(Voucher, voucher.number, populate_existing=True)
    assert kept.valid_until is not None
    assert 180 < (kept.valid_until - clock.today()).days < 185
    assert kept.closed == ""
    assert_all_sound()


def test_a_voucher_that_is_good_for_longer_keeps_its_last_day() -> None:
    order = booked(6000)
    before = db.session.scalars(select(Voucher)).one().valid_until
    cancelled(order, "centre")
    assert db.session.scalars(select(Voucher)).one().valid_until == before


def test_a_customer_who_cancels_does_not_lengthen_an_expired_voucher() -> None:
    order = booked(6000)
    with transaction():
        db.session.scalars(select(Voucher)).one().valid_until = date(2026, 1, 1)
    told = cancelled(order)
    assert told.parts[0].is_expired
    assert db.session.scalars(select(Voucher)).one().valid_until == date(2026, 1, 1)
    assert_all_sound()


def test_a_blocked_voucher_gets_its_value_and_stays_blocked() -> None:
    order = booked(6000)
    with transaction():
        db.session.scalars(select(Voucher)).one().blocked = True
    cancelled(order)
    voucher = db.session.scalars(select(Voucher)).one()
    assert (book.posted(voucher.account), voucher.blocked) == (6000, True)
    assert_all_sound()


def test_value_that_comes_back_to_a_voucher_that_was_taken_back_is_put_before_staff() -> None:
    order = booked(6000)
    with transaction():
        db.session.scalars(select(Voucher)).one().closed = "cancelled"
    cancelled(order)
    assert db.session.scalars(select(Case.reason)).all() == ["value on a closed voucher"]


def test_cancelling_twice_pays_once_and_tells_the_same() -> None:
    order = booked(6000)
    first = cancelled(order)
    again = cancelled(order, "centre")
    assert [(part.account, part.cents) for part in again.parts] == [(p.account, p.cents) for p in first.parts]
    assert purses(order) == {6000: 6000}
    assert refunds() == [(3000, "due")]
    assert db.session.get_one(Seats, "K1").taken == 0
    assert len(mails("booking_cancelled")) == 1
    assert_all_sound()


def test_two_at_once_pay_once(any_app: Flask) -> None:
    order_id = (order := booked(6000)).id
    booking_id: UUID = bookings(order)[0].id
    db.session.remove()
    barrier = Barrier(4)

    def one(by: str) -> Cents:
        with any_app.app_context():
            barrier.wait()
            with transaction():
                return cancel_booking(booking_id, by=by).back

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(one, ["customer", "customer", "centre", "customer"]))
    order = db.session.get_one(Order, order_id)
    assert len(set(told)) == 1
    assert sum(cents for cents, _ in refunds()) + 6000 == told[0]
    assert purses(order) == {6000: 6000}
    assert db.session.get_one(Seats, "K1").taken == 0
    assert_all_sound()


def test_bookings_of_one_order_are_cancelled_one_by_one() -> None:
    order = booked(15000, places=2)
    first, second = bookings(order)
    with transaction():
        cancel_booking(second.id, by="customer")
    assert db.session.get_one(Booking, first.id).state == "confirmed"
    assert (purses(order), refunds()) == ({15000: 5000}, [(4000, "due")])
    with transaction():
        cancel_booking(first.id, by="customer")
    assert (purses(order), refunds()) == ({15000: 14000}, [(4000, "due")])
    assert_all_sound()


def test_a_place_that_is_only_held_is_not_cancelled() -> None:
    course("K1")
    put()
    placed, _payment = press()
    with pytest.raises(NotBooked):
        cancelled(placed)


def test_a_share_never_gives_more_than_it_paid() -> None:
    order = booked(6000)
    line_id = order.lines[0].id
    with transaction():
        give_back(line_id, "payment", 4000)
    with pytest.raises(MoreThanPaid), transaction():
        give_back(line_id, "payment", 1)
    with pytest.raises(MoreThanPaid):
        cancelled(order, "centre")
    assert bookings(order)[0].state == "confirmed"


def test_a_bank_transfer_goes_on_the_list_of_a_person() -> None:
    order = booked(method="bank")
    cancelled(order)
    assert refunds() == [(9000, "to_pay")]
    assert db.session.scalars(select(Case.reason)).all() == ["refund to pay"]
    assert_all_sound()


def test_a_payment_that_went_back_at_the_provider_is_not_paid_again_without_a_person() -> None:
    order = booked()
    with transaction():
        db.session.scalars(select(Payment)).one().returned = True
    cancelled(order, "centre")
    assert refunds() == [(10000, "failed")]
    assert db.session.scalars(select(Case.reason)).all() == ["refund failed"]


def test_a_course_that_was_called_off_gives_everything_back_to_a_customer_who_is_faster() -> None:
    order = booked(6000)
    with transaction():
        db.session.get_one(Offer, "K1").cancelled_on = clock.today()
    with later(27):
        assert cancelled(order).back == 10000
    assert_all_sound()


def test_the_preview_says_what_happens_and_changes_nothing() -> None:
    order = booked(6000)
    before = preview(bookings(order)[0], clock.today())
    assert purses(order) == {6000: 0}
    db.session.rollback()
    assert cancelled(order) == before


def test_the_cancellation_refers_to_the_invoice_which_stays_as_it_was() -> None:
    with clock.stopped_at(clock.now().replace(year=2026, month=3)):
        order = booked(6000)
        invoice = db.session.scalars(select(Document).where(Document.kind == "invoice")).one()
        frozen = (invoice.cents, dict(invoice.facts))
        cancelled(order)
    note = db.session.scalars(select(Document).where(Document.kind == "cancellation")).one()
    assert note.number == "ST-2026-00001"
    assert (note.cents, note.facts["refers_to"], note.facts["kept"]) == (-9000, "RE-2026-00001", 1000)
    assert (invoice.cents, dict(invoice.facts)) == frozen
    assert invoice.cents + note.cents == book.posted("revenue") == 1000
    assert_all_sound()


def test_vat_taken_back_in_parts_is_the_vat_invoiced_to_the_cent() -> None:
    order = booked(price=3333, places=3, tax_code="standard", cancel_fee_cents=0)
    for booking in bookings(order):
        with transaction():
            cancel_booking(booking.id, by="customer")
    vat = [row for each in db.session.scalars(select(Document)) for row in each.facts.get("vat", ())]
    assert len(vat) == 4
    assert (sum(row[1] for row in vat), sum(row[2] for row in vat)) == (0, 0)
    assert vat[0] == [190, 9999, 1596]
    assert_all_sound()


def test_buyer_and_participant_are_told() -> None:
    order = booked(6000)
    cancelled(order)
    assert mails("booking_cancelled") == ["erna@example.org"]
    assert mails("place_cancelled") == ["jonas@example.org"]


def test_a_buyer_who_takes_part_is_told_once() -> None:
    course("K1")
    put(place_in(email="ERNA@example.org"))
    placed, payment = press()
    assert payment is not None
    pay(payment)
    cancelled(placed)
    assert mails("booking_cancelled") == ["erna@example.org"]
    assert mails("place_cancelled") == []
