"""A process killed while a card is topped up, booked with, loaded or paid out leaves all or nothing (QUALITY F1)."""

import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from shop.bookings.models import Booking
from shop.cards.models import Card
from shop.cards.top_up import lapse_overdue
from shop.catalogue.models import Seats
from shop.db import db, transaction
from shop.documents.models import Document
from shop.ledger import book
from shop.orders.cancel import cancel_booking
from shop.orders.card.load import load
from shop.orders.card.pay_out import pay_out
from shop.orders.models import Order, Refund
from shop.orders.settle import act_on
from shop.outbox.models import Message
from shop.payments import inbox
from shop.people.models import User
from tests.cards.cast import (
    appointment,
    balance,
    booked,
    card_type,
    holder,
    lots,
    ordered_top_up,
    prices,
    statement,
    topped_up,
)
from tests.conftest import MakeApp
from tests.processes import environment
from tests.shopfloor import assert_sound, open_shop, session_event, sold

Die = Callable[..., None]
SETTLE = {
    "settle.claimed": False,
    "settle.fulfilled": False,
    "settle.posted": False,
    "settle.documented": False,
    "settle.acted": False,
    "settle.before_commit": False,
    "settle.after_commit": True,
}
BOOK = [
    "place.seated",
    "place.promised",
    "appointment.taken",
    "settle.claimed",
    "settle.posted",
    "settle.documented",
]
CANCEL = ["cancel.ended", "cancel.counted", "cancel.given", "cancel.documented"]
LOAD = {"load.moved": False, "load.after_commit": True}

ACT = "from shop.orders.settle import act_on\nact_on(*arguments)"
BOOKING = """
import uuid
from shop.catalogue.models import Offer
from shop.db import db, transaction
from shop.orders.card.appointment import book, look
from shop.people.models import User
user, card, key = arguments
with transaction():
    who = db.session.get_one(User, int(user))
    seen = look(who, db.session.get_one(Offer, 'T1')).seen
    book(who, 'T1', card=card, form_key=uuid.UUID(key), seen=seen, language='de')
"""
CANCELLING = """
import uuid
from shop.db import transaction
from shop.orders.cancel import cancel_booking
with transaction():
    cancel_booking(uuid.UUID(arguments[0]), by='centre')
"""
LOADING = """
from shop.orders.card.load import load
user, *rest = arguments
load(int(user), *rest, ['address:192.0.2.1'])
"""
PAYING_OUT = """
from shop.db import transaction
from shop.orders.card.pay_out import pay_out
with transaction():
    pay_out(arguments[0], by='Jutta')
"""


@pytest.fixture
def shop(make_app: MakeApp, any_uri: str) -> Flask:
    return make_app(any_uri)


@pytest.fixture
def env(any_uri: str, tmp_path: Path) -> dict[str, str]:
    return environment(any_uri, tmp_path / "instance")


def town() -> tuple[User, Card]:
    """Erna with an empty card, and an appointment at 25 €."""
    open_shop()
    card_type()
    prices()
    appointment()
    return holder()


def kinds() -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(select(Document.kind)))


@pytest.mark.parametrize(("point", "is_kept"), SETTLE.items())
def test_killed_while_a_top_up_settles(
    shop: Flask, env: dict[str, str], die_at: Die, point: str, is_kept: bool
) -> None:
    with shop.app_context():
        _erna, card = town()
        _order, payment = ordered_top_up(card, 20000)
        event = session_event(payment)
        db.session.rollback()
        die_at(point, ACT, env, event)
        for done in (is_kept, True):
            assert [each.balance for each in statement(card)] == ([20000] if done else [])
            assert [(lot.left_cents, lot.left_paid) for lot in lots(card)] == (
                [(20000, 19000)] if done else []
            )
            assert book.posted("discount") == (1000 if done else 0)
            assert kinds() == ({"receipt": 1} if done else {})
            assert inbox.open_events() == ([] if done else [event])
            assert_sound()
            act_on(event)


@pytest.mark.parametrize("point", BOOK)
def test_killed_while_an_appointment_is_booked(
    shop: Flask, env: dict[str, str], die_at: Die, point: str
) -> None:
    with shop.app_context():
        erna, card = town()
        topped_up(card)
        user, number, key = erna.id, card.number, uuid.uuid4()
        db.session.rollback()
        die_at(point, BOOKING, env, str(user), number, str(key))
        assert (balance(card), book.standing(card.account).held) == (10000, 0)
        assert db.session.get_one(Seats, "T1").taken == 0
        assert db.session.scalars(select(Booking.id)).all() == []
        assert_sound()
        for _ in range(2):  # the person presses again, and once more
            booked(db.session.get_one(User, user), form_key=key, card=card)
            assert balance(card) == 7500
            assert db.session.get_one(Seats, "T1").taken == 1
            assert kinds() == {"receipt": 1, "invoice": 1}
            assert_sound()


@pytest.mark.parametrize("point", CANCEL)
def test_killed_while_a_booking_is_cancelled(
    shop: Flask, env: dict[str, str], die_at: Die, point: str
) -> None:
    with shop.app_context():
        erna, card = town()
        topped_up(card, 20000)
        booked(erna)
        booking = db.session.scalars(select(Booking.id)).one()
        db.session.rollback()
        die_at(point, CANCELLING, env, str(booking))
        assert balance(card) == 17500
        assert db.session.get_one(Booking, booking).state == "confirmed"
        assert_sound()
        for _ in range(2):
            with transaction():
                cancel_booking(booking, by="centre")
            assert balance(card) == 20000
            assert lots(card)[0].left_paid == 19000
            assert kinds()["cancellation"] == 1
            assert_sound()


@pytest.mark.parametrize(("point", "is_kept"), LOAD.items())
def test_killed_while_a_voucher_is_loaded(
    shop: Flask, env: dict[str, str], die_at: Die, point: str, is_kept: bool
) -> None:
    with shop.app_context():
        erna, card = town()
        voucher, code = sold(6000)
        user, account, number, card_number = erna.id, voucher.account, voucher.number, card.number
        db.session.rollback()
        die_at(point, LOADING, env, str(user), card_number, number, code)
        assert (balance(card), book.posted(account)) == ((6000, 0) if is_kept else (0, 6000))
        assert_sound()
        if not is_kept:
            assert load(user, card_number, number, code, ["address:192.0.2.1"]) == 6000
        assert (balance(card), book.posted(account), len(lots(card))) == (6000, 0, 1)
        assert_sound()


def test_killed_while_a_card_is_paid_out_after_the_first_of_its_lots(
    shop: Flask, env: dict[str, str], die_at: Die
) -> None:
    with shop.app_context():
        _erna, card = town()
        topped_up(card, 20000)
        topped_up(card, 10000)
        number = card.number
        db.session.rollback()
        die_at("pay_out.one_lot", PAYING_OUT, env, number)
        assert balance(card) == 30000
        assert db.session.scalars(select(Refund.id)).all() == []
        assert_sound()
        with transaction():
            done = pay_out(number, by="Jutta")
        assert (done.back, done.by_hand, done.bonus) == (29000, 0, 1000)
        assert sorted(db.session.scalars(select(Refund.cents))) == [10000, 19000]
        assert_sound()


def test_the_sweeper_resumes_what_a_killed_settlement_has_left(
    shop: Flask, env: dict[str, str], die_at: Die
) -> None:
    """A top-up dies half-way; the sweeper gives nothing up in its time, and the next worker credits it."""
    with shop.app_context():
        _erna, card = town()
        order, payment = ordered_top_up(card)
        event, order_id = session_event(payment), order.id
        db.session.rollback()
        die_at("settle.fulfilled", ACT, env, event)
        assert lapse_overdue() == 0
        act_on(event)
        assert balance(card) == 10000
        assert db.session.get_one(Order, order_id).state == "settled"
        assert Counter(db.session.scalars(select(Message.kind)))["order_confirmed"] == 1
        assert_sound()
