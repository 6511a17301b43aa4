"""A process killed at any step of settling leaves all or nothing, and the next one resumes (F1)."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop.bookings.models import Booking
from shop.catalogue.models import Seats
from shop.db import db, transaction
from shop.documents.models import Document
from shop.ledger import book
from shop.orders import basket
from shop.orders.models import Order
from shop.orders.redemption.claim import claim
from shop.orders.settle import act_on
from shop.outbox.models import Message
from shop.payments import inbox
from tests.conftest import MakeApp
from tests.processes import environment
from tests.shopfloor import assert_sound, course, open_shop, press, put, session_event, sold, vouchers, wish

POINTS = {
    "settle.claimed": False,
    "settle.fulfilled": False,
    "settle.posted": False,
    "settle.documented": False,
    "settle.acted": False,
    "settle.before_commit": False,
    "settle.after_commit": True,
}
ACT = "from shop.orders.settle import act_on\nact_on(*arguments)"


@pytest.fixture
def shop(make_app: MakeApp, any_uri: str) -> Flask:
    return make_app(any_uri)


def mixed_order() -> tuple[str, str]:
    """Two vouchers of 25 € and a course for 70 €, of which a voucher pays 60 €; the event that pays the rest."""
    open_shop()
    course("K1", 7000)
    voucher, code = sold(6000)
    with transaction():
        basket.add("erna", "voucher", wish(2500), quantity=2)
    put()
    claim("erna", voucher.number, code, ["address:192.0.2.1"])
    _, payment = press()
    assert payment is not None
    assert payment.cents == 6000
    return voucher.account, session_event(payment)


def assert_settled(purse: str, is_settled: bool) -> None:
    """All of it, or nothing."""
    assert_sound()
    assert len(vouchers()) == (3 if is_settled else 1)
    assert book.posted(purse) == (0 if is_settled else 6000)
    assert book.available(purse) == 0
    assert db.session.scalars(select(Booking.state)).all() == ["confirmed" if is_settled else "held"]
    assert db.session.get_one(Seats, "K1").taken == 1
    states = ["settled", "settled" if is_settled else "placed"]
    assert sorted(db.session.scalars(select(Order.state))) == sorted(states)
    kinds = Counter(db.session.scalars(select(Document.kind)))
    assert kinds == ({"receipt": 2, "invoice": 1} if is_settled else {"receipt": 1})
    mails = select(func.count()).where(Message.kind == "order_confirmed")
    assert db.session.scalar(mails) == (2 if is_settled else 1)


@pytest.mark.parametrize(("point", "is_kept"), POINTS.items())
def test_killed_while_settling(
    shop: Flask, any_uri: str, tmp_path: Path, die_at: Callable[..., None], point: str, is_kept: bool
) -> None:
    with shop.app_context():
        purse, event = mixed_order()
        db.session.remove()

        die_at(point, ACT, environment(any_uri, tmp_path / "instance"), event)
        assert_settled(purse, is_kept)
        assert inbox.open_events() == ([] if is_kept else [event])

        act_on(event)
        assert_settled(purse, True)
        assert inbox.open_events() == []
