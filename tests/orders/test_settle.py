"""A payment event takes effect once, whole, and only when amount, currency and order fit (P1, P3, P5)."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop import clock
from shop.cases.models import Case
from shop.db import db, transaction
from shop.documents.models import Document
from shop.ledger import book
from shop.orders import pay as paying
from shop.orders import place
from shop.orders.models import Order
from shop.orders.settle import act_on
from shop.outbox.models import Message
from shop.payments.models import Event, Payment
from tests.shopfloor import NOON, assert_sound, open_shop, order, pay, session_event, vouchers, wish


@pytest.fixture(autouse=True)
def shop(any_app: Flask) -> None:
    open_shop()


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_certain_payment_issues_vouchers_books_them_and_queues_the_mail() -> None:
    placed, payment = order(wish(5000), wish(2500, recipient="Ayşe"), quantity=2)
    with clock.stopped_at(NOON):
        outcome = pay(payment)
    assert outcome is not None
    assert outcome.kind == "done"
    assert db.session.get_one(Order, placed.id).state == "settled"
    issued = vouchers()
    assert sorted(voucher.face_cents for voucher in issued) == [2500, 2500, 5000, 5000]
    assert {voucher.valid_until for voucher in issued} == {date(2029, 12, 31)}
    assert all(book.available(voucher.account) == voucher.face_cents for voucher in issued)
    assert abs(book.posted("till:stripe")) == 15000
    assert db.session.scalars(select(Message.kind)).all() == ["order_confirmed"]
    assert db.session.scalars(select(Document)).one().number == "KB-2026-00001"
    assert_sound()


def test_nothing_is_issued_before_payment() -> None:
    order()
    assert vouchers() == []
    assert count(Message) == 0
    assert_sound()


def test_the_same_event_again_changes_nothing() -> None:
    _, payment = order()
    event = session_event(payment)
    assert act_on(event) is not None
    assert act_on(event) is None
    assert len(vouchers()) == 1
    assert count(Message) == 1
    assert_sound()


def test_a_second_event_of_the_same_payment_changes_nothing() -> None:
    _, payment = order()
    pay(payment)
    again = pay(payment, kind="checkout.session.async_payment_succeeded")
    assert again is not None
    assert again.kind == "nothing"
    assert len(vouchers()) == 1
    assert_sound()


def test_completed_but_unpaid_waits_for_the_money() -> None:
    placed, payment = order()
    pay(payment, paid=False)
    assert vouchers() == []
    assert db.session.get_one(Payment, payment.id).state == "waiting"
    assert db.session.scalars(select(Message.kind)).all() == ["order_received"]
    pay(payment, kind="checkout.session.async_payment_succeeded")
    assert len(vouchers()) == 1
    assert db.session.get_one(Order, placed.id).state == "settled"
    assert_sound()


def test_unpaid_completion_that_arrives_after_the_money_moves_nothing_back() -> None:
    _, payment = order()
    pay(payment, kind="checkout.session.async_payment_succeeded")
    pay(payment, paid=False)
    assert db.session.get_one(Payment, payment.id).state == "certain"
    assert len(vouchers()) == 1
    assert_sound()


def test_money_after_expiry_still_settles() -> None:
    _, payment = order()
    pay(payment, kind="checkout.session.expired", paid=False)
    assert db.session.get_one(Payment, payment.id).state == "expired"
    pay(payment)
    assert len(vouchers()) == 1
    assert_sound()


@pytest.mark.parametrize("wrong", [{"cents": 4999}, {"cents": 5001}, {"currency": "usd"}])
def test_wrong_amount_or_currency_is_quarantined_with_the_money_safe(wrong: dict[str, object]) -> None:
    placed, payment = order()
    outcome = pay(payment, **wrong)
    assert outcome is not None
    assert outcome.kind == "quarantined"
    assert vouchers() == []
    assert db.session.get_one(Order, placed.id).state == "placed"
    suspense = "suspense:USD" if wrong.get("currency") else "suspense"
    assert abs(book.posted(suspense)) == wrong.get("cents", 5000)
    assert count(Case) == 1
    assert_sound()


def test_money_for_a_payment_we_do_not_know_goes_to_suspense() -> None:
    import uuid

    _, payment = order()
    outcome = pay(payment, payment_id=uuid.uuid4())
    assert outcome is not None
    assert outcome.kind == "quarantined"
    assert abs(book.posted("suspense")) == 5000
    assert vouchers() == []
    assert_sound()


def test_an_event_of_the_other_mode_books_nothing() -> None:
    _, payment = order()
    outcome = pay(payment, live=True)
    assert outcome is not None
    assert outcome.kind == "quarantined"
    assert vouchers() == []
    assert book.posted("suspense") == 0
    assert count(Case) == 1


def test_paying_twice_by_two_ways_issues_once_and_keeps_the_second_money() -> None:
    placed, first = order()
    pay(first, kind="checkout.session.async_payment_failed", paid=False)
    with transaction():
        second = paying.again(placed, "pretend")
    pay(second)
    late = pay(first)
    assert late is not None
    assert late.kind == "quarantined"
    assert len(vouchers()) == 1
    assert abs(book.posted("suspense")) == 5000
    assert_sound()


def test_a_failed_payment_is_told_by_mail_and_can_be_tried_again() -> None:
    placed, payment = order()
    pay(payment, kind="checkout.session.async_payment_failed", paid=False)
    assert db.session.scalars(select(Message.kind)).all() == ["payment_failed"]
    with transaction():
        second = paying.again(placed, "stripe")
    assert (second.attempt, second.cents) == (2, 5000)
    with transaction():
        assert paying.again(placed, "stripe").id == second.id
    pay(second)
    assert len(vouchers()) == 1
    assert_sound()


def test_a_refund_at_the_provider_blocks_the_voucher_even_when_it_is_heard_of_first() -> None:
    _, payment = order()
    with transaction():
        kept = db.session.get_one(Payment, payment.id)
        kept.returned = True
    pay(payment)
    assert [voucher.blocked for voucher in vouchers()] == [True]
    assert_sound()


def test_a_gift_by_mail_waits_for_its_day() -> None:
    day = wish(delivery="recipient", recipient_email="juergen@example.org", deliver_on="2026-12-24")
    with clock.stopped_at(NOON):
        _, payment = order(day)
        pay(payment)
    gift = db.session.scalars(select(Message).where(Message.kind == "voucher_gift")).one()
    assert gift.recipient == "juergen@example.org"
    with_zone = clock.local(gift.due_at)
    assert (with_zone.date(), with_zone.hour) == (date(2026, 12, 24), 7)
    assert_sound()


def test_receipt_numbers_go_on_without_a_gap() -> None:
    for name in ("a", "b", "c"):
        _, payment = order(visitor=name)
        pay(payment)
    numbers = db.session.scalars(select(Document.position).order_by(Document.position)).all()
    assert numbers == [1, 2, 3]
    assert_sound()


def test_a_failure_half_way_leaves_nothing_and_the_event_open(monkeypatch: pytest.MonkeyPatch) -> None:
    _, payment = order()
    event = session_event(payment)

    def fall(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr("shop.orders.fulfil.issue_receipt", fall)
        with pytest.raises(RuntimeError):
            act_on(event)
    assert vouchers() == []
    assert db.session.get_one(Event, event).outcome is None
    assert book.posted("till:stripe") == 0
    act_on(event)
    assert len(vouchers()) == 1
    assert_sound()


def test_an_order_keeps_the_terms_it_was_placed_under() -> None:
    from shop.centre import pages

    placed, _ = order()
    with transaction():
        pages.write("agb", "de", "AGB", "Neue Bedingungen.")
    assert db.session.get_one(Order, placed.id).terms == "agb/de/1"
    assert place.token_hash(place.token(placed)) == placed.token_hash
