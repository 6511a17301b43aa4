"""What nobody needs any more is forgotten; the books stay as they were (DOMAIN L5)."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from shop import clock
from shop.cases.models import Case
from shop.clerk.worker import Worker
from shop.db import db, transaction
from shop.ledger import book
from shop.ledger.models import Transfer
from shop.orders import basket, throttle
from shop.orders.forget import forget
from shop.orders.models import BasketLine, Order, OrderLine, WrongCode
from shop.outbox.models import Message
from shop.payments.models import Payment
from shop.vouchers.models import Voucher
from tests.shopfloor import NOON, assert_sound, open_shop, order, pay, vouchers, wish

PRESENT = {"delivery": "recipient", "recipient_email": "juergen@example.org"}
EMPTY = ("", "", "")


@pytest.fixture
def shop(any_app: Flask) -> Iterator[Flask]:
    """A furnished shop at noon on 21 November 2026; its vouchers are good through 2029."""
    with clock.stopped_at(NOON):
        open_shop()
        yield any_app


@contextmanager
def later(**span: int) -> Iterator[None]:
    with clock.stopped_at(NOON + timedelta(**span)):
        yield


def sold(quantity: int = 1, **facts: Any) -> list[Voucher]:
    _, payment = order(wish(**facts), quantity=quantity)
    pay(payment)
    found = vouchers()
    db.session.rollback()  # a reader that stays would keep a worker waiting
    return found


def spend(voucher: Voucher, cents: int = 5000) -> None:
    with transaction():
        book.transfer(
            uuid.uuid4(),
            debit=voucher.account,
            credit="revenue",
            cents=cents,
            reason="booking paid",
            reference="K1",
        )


def line_names() -> list[tuple[str, str, str]]:
    db.session.rollback()
    facts = db.session.scalars(select(OrderLine.facts)).all()
    return [(each["recipient"], each["dedication"], each["recipient_email"]) for each in facts]


def voucher_names() -> list[tuple[str, str]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(select(Voucher.recipient, Voucher.dedication))]


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_basket_is_kept_for_sixty_days_and_not_longer(shop: Flask) -> None:
    with transaction():
        basket.add("erna", "voucher", wish())
        basket.add("erna", "voucher", wish(), remembered=True)
    with later(days=59):
        forget()
    assert count(BasketLine) == 2
    with later(days=61):
        forget()
    assert count(BasketLine) == 0


def test_a_visitor_who_came_back_keeps_the_whole_basket(shop: Flask) -> None:
    with transaction():
        basket.add("erna", "voucher", wish())
        basket.add("anton", "voucher", wish())
    with later(days=40), transaction():
        basket.add("erna", "voucher", wish())
    with later(days=61):
        forget()
    db.session.rollback()
    assert set(db.session.scalars(select(BasketLine.visitor))) == {"erna"}
    assert count(BasketLine) == 2


def test_wrong_guesses_are_forgotten_after_an_hour(shop: Flask) -> None:
    with transaction():
        throttle.note_wrong(["198.51.100.7"])
    with later(minutes=59):
        forget()
    assert count(WrongCode) == 1
    with later(minutes=61):
        forget()
    assert count(WrongCode) == 0


def test_names_on_a_voucher_in_use_are_kept(shop: Flask) -> None:
    (voucher,) = sold(**PRESENT)
    spend(voucher, 4999)
    with later(days=800):
        forget()
    assert voucher_names() == [("Jürgen", "Alles Gute")]
    assert line_names() == [("Jürgen", "Alles Gute", "juergen@example.org")]


def test_names_on_a_used_up_voucher_go_after_180_days(shop: Flask) -> None:
    (voucher,) = sold()
    with later(days=100):
        spend(voucher)
    with later(days=279):
        forget()
    assert voucher_names() == [("Jürgen", "Alles Gute")]
    with later(days=281):
        forget()
    assert voucher_names() == [("", "")]
    assert line_names() == [EMPTY]


def test_a_voucher_whose_last_cents_are_only_held_is_not_used_up(shop: Flask) -> None:
    (voucher,) = sold()
    facts = {"debit": voucher.account, "credit": "revenue", "reason": "claim", "reference": "K1"}
    with transaction():
        held = book.hold(
            uuid.uuid4(), cents=5000, deadline=clock.of_database() + timedelta(days=900), **facts
        )
    assert held
    with later(days=800):
        forget()
    assert voucher_names() == [("Jürgen", "Alles Gute")]


def test_names_on_an_expired_voucher_go_180_days_after_its_last_day(shop: Flask) -> None:
    (voucher,) = sold()
    assert str(voucher.valid_until) == "2029-12-31"
    until = (clock.local_morning(vouchers()[0].valid_until) - NOON).days
    db.session.rollback()
    with later(days=until + 179):
        forget()
    assert voucher_names() == [("Jürgen", "Alles Gute")]
    with later(days=until + 183):
        forget()
    assert voucher_names() == [("", "")]
    assert line_names() == [EMPTY]


def test_the_days_are_a_setting(make_app, sqlite_uri: str) -> None:
    with make_app(sqlite_uri, FORGET_GIFTS_DAYS=10).app_context(), clock.stopped_at(NOON):
        open_shop()
        (voucher,) = sold()
        spend(voucher)
        with later(days=11):
            forget()
        assert voucher_names() == [("", "")]


def test_a_line_keeps_its_names_until_its_last_voucher_is_over(shop: Flask) -> None:
    first, second = sold(quantity=2)
    spend(first)
    with later(days=200):
        forget()
    assert sorted(voucher_names()) == [("", ""), ("Jürgen", "Alles Gute")]
    assert line_names() == [("Jürgen", "Alles Gute", "")]
    with later(days=200):
        spend(second)
    with later(days=400):
        forget()
    assert voucher_names() == [("", ""), ("", "")]
    assert line_names() == [EMPTY]


def test_ledger_documents_and_the_rest_of_the_line_stay_as_they_were(shop: Flask) -> None:
    (voucher,) = sold(**PRESENT)
    with transaction() as session:
        session.execute(update(Message).values(state="sent"))
    spend(voucher)
    db.session.rollback()
    before, rows = dict(db.session.scalars(select(OrderLine.facts)).one()), count(Transfer)
    with later(days=200):
        forget()
    db.session.rollback()
    after = db.session.scalars(select(OrderLine.facts)).one()
    assert after == before | {"recipient": "", "dedication": "", "recipient_email": ""}
    assert count(Transfer) == rows
    assert_sound()


def test_the_address_of_the_present_goes_from_the_log_of_mails_too(shop: Flask) -> None:
    (voucher,) = sold(**PRESENT)
    with transaction() as session:
        session.execute(update(Message).values(state="sent"))
    spend(voucher)
    with later(days=200):
        forget()
    db.session.rollback()
    sent = dict(tuple(row) for row in db.session.execute(select(Message.kind, Message.recipient)))
    assert sent == {"order_confirmed": "erna@example.org", "voucher_gift": ""}


def test_the_case_of_a_failed_present_keeps_no_address(shop: Flask) -> None:
    (voucher,) = sold(delivery="recipient", recipient_email="no address")
    Worker(shop).drain()
    db.session.rollback()
    assert "no address" in str(db.session.scalars(select(Case.facts)).one())
    spend(voucher)
    with later(days=200):
        forget()
    db.session.rollback()
    facts = db.session.scalars(select(Case.facts)).one()
    assert "no address" not in str(facts)
    assert facts["kind"] == "voucher_gift"


def test_a_present_that_is_still_to_be_sent_keeps_its_names(shop: Flask) -> None:
    (voucher,) = sold(**PRESENT, deliver_on="2027-11-01")
    spend(voucher)
    with later(days=200):
        forget()
    assert voucher_names() == [("Jürgen", "Alles Gute")]
    assert line_names() == [("Jürgen", "Alles Gute", "juergen@example.org")]


def test_an_order_never_paid_is_nameless_after_the_same_time(shop: Flask) -> None:
    order(wish(**PRESENT), method="bank")
    with later(days=179):
        forget()
    assert line_names() == [("Jürgen", "Alles Gute", "juergen@example.org")]
    with later(days=181):
        forget()
    assert line_names() == [EMPTY]


def test_money_for_a_nameless_order_still_buys_a_voucher_for_the_buyer(shop: Flask) -> None:
    order(wish(**PRESENT, deliver_on="2026-12-24"))
    with later(days=181):
        forget()
        db.session.rollback()
        pay(db.session.scalars(select(Payment)).one())
    db.session.rollback()
    assert db.session.scalars(select(Order.state)).one() == "settled"
    assert voucher_names() == [("", "")]
    assert "voucher_gift" not in db.session.scalars(select(Message.kind)).all()
    assert_sound()


def test_a_dedication_that_looks_like_our_own_marks_is_forgotten_too(shop: Flask) -> None:
    (voucher,) = sold(recipient="", dedication='"recipient": "", "dedication": ""')
    spend(voucher)
    with later(days=200):
        forget()
    assert line_names() == [EMPTY]


def test_forgetting_twice_does_nothing_more(shop: Flask) -> None:
    (voucher,) = sold(**PRESENT)
    with transaction() as session:
        session.execute(update(Message).values(state="sent"))
    spend(voucher)
    with transaction():
        basket.add("erna", "voucher", wish())
    with later(days=200):
        assert forget() == 3
        assert forget() == 0


def test_a_batch_is_limited(shop: Flask) -> None:
    with transaction():
        for _ in range(5):
            basket.add("erna", "voucher", wish())
    with later(days=61):
        assert forget(limit=2) == 2
    assert count(BasketLine) == 3


def test_the_worker_forgets_until_nothing_is_due(shop: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.clerk.worker.FORGET", 2)
    with transaction():
        for _ in range(5):
            basket.add("erna", "voucher", wish())
    with later(days=61):
        assert Worker(shop).drain()
    assert count(BasketLine) == 0


def test_the_worker_looks_for_it_now_and_then_only(shop: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr("shop.clerk.worker.forget", lambda limit: len(looks.append(limit) or []))
    worker = Worker(shop)
    for _ in range(5):
        worker.round()
    assert len(looks) == 1
