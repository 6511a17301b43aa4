"""Money that goes back to its payer: owed, sent once, confirmed or failed at the provider (DOMAIN P4)."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from shop import clock
from shop.bookings.models import Booking
from shop.cases.models import Case
from shop.core.money import Cents
from shop.db import db, transaction
from shop.documents.models import Document
from shop.ledger import book
from shop.orders import audit_returns
from shop.orders import pay as paying
from shop.orders.attempts import new_payment
from shop.orders.cancel import cancel_booking
from shop.orders.models import Order, Refund
from shop.orders.redemption.claim import claim
from shop.orders.redemption.release import release
from shop.orders.refund import NotRefundable, refund_voucher
from shop.orders.send_refunds import send_due
from shop.orders.settle import Outcome, act_on
from shop.orders.withdraw import withdraw
from shop.outbox.models import Message
from shop.payments import inbox
from shop.payments.models import Payment
from shop.vouchers.find import Refusal, refusal
from shop.vouchers.models import Voucher
from tests.conftest import MakeApp
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
    vouchers,
    wish,
)
from tests.stripe_standin import Standin
from tests.stripe_standin.fixtures import heard_by

HERE = ["address:192.0.2.1"]


@pytest.fixture
def shop(any_app: Flask) -> None:
    open_shop()


@pytest.fixture
def stripe(make_app: MakeApp, any_uri: str, stripe_standin: Standin) -> Iterator[Standin]:
    """A shop on each database that has a Stripe account; webhooks wait until they are told."""
    app = make_app(any_uri, **stripe_standin.settings())
    stripe_standin.webhooks.held = True
    heard_by(stripe_standin, app)
    with app.app_context():
        open_shop()
        yield stripe_standin


def tell(standin: Standin) -> None:
    """Stripe tells what has happened, and the shop acts on all of it."""
    db.session.rollback()  # a reader would keep the webhook waiting on SQLite
    standin.webhooks.held = False
    standin.tell_untold()
    standin.wait()
    standin.webhooks.held = True
    for event_id in inbox.open_events():
        act_on(event_id)


def bought(standin: Standin, cents: Cents = 10000) -> Order:
    """Erna has booked a course and paid it at Stripe."""
    course("K1", cents)
    put(place_in())
    placed, payment = press()
    assert payment is not None
    paying.begin(placed, payment, return_url="http://localhost/r", cancel_url="http://localhost/c")
    standin.do(next(iter(standin.account.sessions)), "paid")
    tell(standin)
    found = db.session.get_one(Order, placed.id, populate_existing=True)
    assert found.state == "settled"
    return found


def cancelled() -> Refund:
    booking_id = db.session.scalars(select(Booking.id)).one()
    with transaction():
        cancel_booking(booking_id, by="customer")
    return refund()


def refund() -> Refund:
    db.session.rollback()
    return db.session.scalars(select(Refund).execution_options(populate_existing=True)).one()


def reasons() -> list[str]:
    return list(db.session.scalars(select(Case.reason).order_by(Case.opened_at)))


def refunded_event(payment: Payment, cents: Cents, before: Cents = 0) -> Outcome | None:
    """Stripe tells that so many cents more of a payment went back."""
    charge = {
        "id": "ch_1",
        "object": "charge",
        "amount_refunded": before + cents,
        "currency": "eur",
        "payment_intent": f"pi_{payment.id.hex}",
        "metadata": {"payment_id": str(payment.id)},
    }
    data = {"object": charge, "previous_attributes": {"amount_refunded": before}}
    event_id = f"evt_{uuid.uuid4().hex}"
    payload = {"id": event_id, "type": "charge.refunded", "livemode": False, "data": data}
    with transaction():
        inbox.keep(event_id, "stripe", "charge.refunded", json.dumps(payload))
    return act_on(event_id)


def assert_all_sound() -> None:
    assert_sound()
    for invariant, words, wrong in audit_returns.rules():
        assert db.session.execute(wrong).all() == [], f"{invariant}: {words}"


# What the worker sends


def test_a_refund_is_sent_to_stripe_once_and_booked_once(stripe: Standin) -> None:
    ordered = bought(stripe)
    cancelled()
    assert (send_due(), send_due()) == (1, 0)
    sent = refund()
    (theirs,) = stripe.account.refunds.values()
    assert (theirs["amount"], sent.provider_ref, sent.state) == (9000, theirs["id"], "sent")
    assert book.posted(f"payable:{ordered.number}") == 0
    assert book.posted("till:stripe") == 1000
    assert_all_sound()


def test_stripes_own_report_of_our_refund_books_nothing_again(stripe: Standin) -> None:
    bought(stripe)
    cancelled()
    send_due()
    tell(stripe)
    assert refund().is_confirmed
    assert (book.posted("till:stripe"), book.posted("suspense")) == (1000, 0)
    assert reasons() == []
    assert not db.session.scalars(select(Payment)).one().returned
    assert_all_sound()


@pytest.mark.parametrize("when", ["before", "after"])
def test_while_stripe_does_not_answer_the_refund_waits_and_is_made_once(stripe: Standin, when: str) -> None:
    bought(stripe)
    cancelled()
    stripe.fail("500", when, times=3)  # type: ignore[arg-type]
    assert send_due() == 0
    assert refund().state == "due"
    assert send_due() == 0  # it rests
    with clock.shifted_by(timedelta(minutes=2)):
        assert send_due() == 1
    assert len(stripe.account.refunds) == 1
    assert refund().state == "sent"
    assert_all_sound()


def test_a_refund_whose_answer_was_lost_is_known_by_stripes_report(stripe: Standin) -> None:
    bought(stripe)
    cancelled()
    stripe.fail("500", "after", times=3)
    send_due()
    tell(stripe)
    known = refund()
    assert (known.state, known.is_confirmed) == ("sent", True)
    with clock.shifted_by(timedelta(minutes=2)):
        assert send_due() == 0
    assert len(stripe.account.refunds) == 1
    assert_all_sound()


def test_what_stripe_refuses_fails_and_is_put_before_staff(stripe: Standin) -> None:
    ordered = bought(stripe)
    cancelled()
    stripe.do(next(iter(stripe.account.sessions)), "disputed")
    assert send_due() == 1
    assert refund().state == "failed"
    assert reasons() == ["refund failed"]
    assert book.posted(f"payable:{ordered.number}") == 9000
    assert_all_sound()


def test_a_refund_that_the_payers_bank_does_not_take_is_owed_again(stripe: Standin) -> None:
    ordered = bought(stripe)
    cancelled()
    send_due()
    tell(stripe)
    stripe.fail_refund(str(refund().provider_ref))
    tell(stripe)
    assert refund().state == "failed"
    assert reasons() == ["refund failed"]
    assert (book.posted("till:stripe"), book.posted(f"payable:{ordered.number}")) == (10000, 9000)
    assert book.posted("suspense") == 0
    assert_all_sound()


def test_the_pretend_till_gives_back_at_once(shop: None) -> None:
    course("K1")
    put()
    _, payment = press("pretend")
    assert payment is not None
    pay(payment)
    cancelled()
    assert send_due() == 1
    assert str(refund().provider_ref).startswith("pretend_refund_")
    assert_all_sound()


def test_a_bank_transfer_is_not_the_workers(shop: None) -> None:
    course("K1")
    put()
    _, payment = press("bank")
    assert payment is not None
    pay(payment)
    cancelled()
    assert send_due() == 0
    assert refund().state == "to_pay"


def test_a_refund_made_by_hand_at_the_provider_is_not_taken_for_ours(shop: None) -> None:
    course("K1")
    put()
    _, payment = press()
    assert payment is not None
    pay(payment)
    cancelled()
    outcome = refunded_event(payment, 4000)
    assert outcome is not None
    assert outcome.kind == "quarantined"
    assert (refund().state, refund().is_confirmed) == ("due", False)
    assert abs(book.posted("suspense")) == 4000


def test_one_refund_of_ours_explains_one_report(shop: None) -> None:
    course("K1")
    put()
    _, payment = press()
    assert payment is not None
    pay(payment)
    cancelled()
    first, second = refunded_event(payment, 9000), refunded_event(payment, 9000, before=9000)
    assert first is not None
    assert second is not None
    assert (first.kind, second.kind) == ("done", "quarantined")
    assert refund().state == "sent"


# Vouchers that are taken back


def test_an_unspent_voucher_is_closed_and_its_money_owed_in_one_step(shop: None) -> None:
    voucher, _code = sold(5000)
    with transaction():
        refund_voucher(voucher.number, by="Frau Kern")
    kept = db.session.get_one(Voucher, voucher.number, populate_existing=True)
    assert refusal(kept, available=book.available(kept.account), today=clock.today()) is Refusal.CLOSED
    assert book.posted(kept.account) == 0
    assert (refund().cents, refund().state) == (5000, "due")
    note = db.session.scalars(select(Document).where(Document.kind == "cancellation")).one()
    assert (note.cents, note.facts["by"]) == (-5000, "Frau Kern")
    assert note.facts["refers_to"].startswith("KB-")
    assert [kind for kind in db.session.scalars(select(Message.kind)) if "refunded" in kind] == [
        "voucher_refunded"
    ]
    assert_all_sound()


def test_a_partly_spent_one_refunds_only_the_rest(shop: None) -> None:
    voucher, code = sold(5000)
    course("K1", 3000)
    put()
    claim("erna", voucher.number, code, HERE)
    press()
    with transaction():
        refund_voucher(voucher.number, by="Frau Kern")
    assert refund().cents == 2000
    assert_all_sound()


def test_while_a_checkout_holds_a_part_it_stays_as_it_is(shop: None) -> None:
    voucher, code = sold(5000)
    course("K1", 3000)
    put()
    claim("erna", voucher.number, code, HERE)
    with pytest.raises(NotRefundable, match="holds"), transaction():
        refund_voucher(voucher.number, by="Frau Kern")
    assert db.session.get_one(Voucher, voucher.number, populate_existing=True).closed == ""
    with transaction():
        release("erna", voucher.number)
    with transaction():
        assert refund_voucher(voucher.number, by="Frau Kern").cents == 5000
    assert_all_sound()


def test_twice_pays_once(shop: None) -> None:
    voucher, _code = sold(5000)
    with transaction():
        refund_voucher(voucher.number, by="Frau Kern")
    with pytest.raises(NotRefundable, match="before"), transaction():
        refund_voucher(voucher.number, by="Frau Kern")
    assert refund().cents == 5000
    assert_all_sound()


@pytest.mark.parametrize("number", ["G0000-00000", "nonsense", ""])
def test_a_voucher_that_does_not_exist_is_not_refunded(shop: None, number: str) -> None:
    with pytest.raises(NotRefundable), transaction():
        refund_voucher(number, by="Frau Kern")


def test_what_a_chargeback_took_is_not_paid_again(shop: None) -> None:
    voucher, _code = sold(5000)
    with transaction():
        db.session.scalars(select(Payment)).one().returned = True
    with pytest.raises(NotRefundable, match="went back"), transaction():
        refund_voucher(voucher.number, by="Frau Kern")


def test_one_of_three_vouchers_of_a_line_goes_back_and_never_more_than_was_paid(shop: None) -> None:
    _, payment = order(wish(2500), quantity=3)
    pay(payment)
    numbers = [voucher.number for voucher in vouchers()]
    for number in numbers:
        with transaction():
            refund_voucher(number, by="Frau Kern")
    assert [row.cents for row in db.session.scalars(select(Refund))] == [2500] * 3
    assert_all_sound()


def test_a_voucher_that_was_blocked_by_a_withdrawal_can_be_refunded(shop: None) -> None:
    voucher, _code = sold(5000)
    ordered = db.session.scalars(select(Order)).one()
    with transaction():
        withdraw("Erna Müller", ordered.number, ordered.email, "de")
    with transaction():
        refund_voucher(voucher.number, by="Frau Kern")
    assert refund().cents == 5000
    assert_all_sound()


def test_value_that_comes_back_to_a_refunded_voucher_can_be_refunded_too(shop: None) -> None:
    voucher, code = sold(5000)
    course("K1", 3000)
    put()
    claim("erna", voucher.number, code, HERE)
    press()
    with transaction():
        refund_voucher(voucher.number, by="Frau Kern")
    booking_id = db.session.scalars(select(Booking.id)).one()
    with transaction():
        cancel_booking(booking_id, by="centre")
    with transaction():
        refund_voucher(voucher.number, by="Frau Kern")
    assert sorted(row.cents for row in db.session.scalars(select(Refund))) == [2000, 3000]
    assert book.posted(voucher.account) == 0
    assert_all_sound()


def test_the_payment_that_bought_the_place_is_refunded_not_one_that_came_in_vain(shop: None) -> None:
    course("K1")
    put()
    placed, first = press()
    assert first is not None
    with transaction():
        second = new_payment(placed, "pretend", attempt=2)
        kept = db.session.get_one(Payment, first.id)
        kept.state, kept.certain_at = "certain", clock.now()
    pay(second)
    cancelled()
    assert refund().payment_id == second.id
    assert send_due() == 1
    assert book.posted("till:pretend") == 1000


def test_four_workers_at_once_send_a_refund_once(any_app: Flask, shop: None) -> None:
    course("K1")
    put()
    placed, payment = press("pretend")
    assert payment is not None
    pay(payment)
    number = placed.number
    cancelled()
    db.session.remove()
    barrier = Barrier(4)

    def work(_turn: int) -> int:
        with any_app.app_context():
            barrier.wait()
            return send_due()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert refund().state == "sent"
    assert (book.posted(f"payable:{number}"), book.posted("till:pretend")) == (0, 1000)
    assert_all_sound()
