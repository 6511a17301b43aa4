"""A process killed while cancelling leaves all or nothing, and the next one resumes (QUALITY F1)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop.bookings.models import Booking, Waiting
from shop.catalogue.models import Offer, Seats
from shop.db import db, transaction
from shop.documents.models import Document
from shop.ledger import book
from shop.orders import audit_returns
from shop.orders.call_off import call_off
from shop.orders.models import Refund
from shop.orders.redemption.claim import claim
from shop.orders.send_refunds import send_due
from shop.outbox.models import Message
from shop.vouchers.models import Voucher
from tests.conftest import MakeApp
from tests.processes import environment
from tests.shopfloor import assert_sound, course, open_shop, pay, place_in, press, put, sold

HERE = ["address:192.0.2.1"]
CALL_OFF = "from shop.orders.call_off import call_off\ncall_off('K1')"
SEND = "from shop.orders.send_refunds import send_due\nsend_due()"

# What the first run has cancelled when it is killed at its first passing of each point.
POINTS = {
    "cancel.course_marked": 0,
    "cancel.ended": 0,
    "cancel.counted": 0,
    "cancel.given": 0,
    "cancel.documented": 0,
    "cancel.before_commit": 0,
    "cancel.one_done": 1,
}


@pytest.fixture
def shop(make_app: MakeApp, any_uri: str) -> Flask:
    return make_app(any_uri)


def fill() -> None:
    """A course of 100 €: one place paid by voucher and card, two in one order by card, one who waits."""
    open_shop()
    course("K1", 10000, capacity=3)
    voucher, code = sold(6000)
    put()
    claim("erna", voucher.number, code, HERE)
    for visitor, places in (("erna", 0), ("otto", 2)):
        if places:
            put(*(place_in(first_name=f"Kind {n}") for n in range(places)), visitor=visitor)
        _, payment = press("pretend", visitor=visitor)
        assert payment is not None
        pay(payment)
    with transaction() as session:
        session.add(
            Waiting(
                id=payment.id, offer_number="K1", first_name="Ida", last_name="Wolf", email="ida@example.org",
                language="de", state="waiting", joined_at=payment.begun_at, token_hash="x",
            )
        )  # fmt: skip
    db.session.remove()


def states() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Booking.state)))


def kinds(*names: str) -> list[str]:
    return sorted(db.session.scalars(select(Message.kind).where(Message.kind.in_(names))))


def assert_all_sound() -> None:
    assert_sound()
    for invariant, words, wrong in audit_returns.rules():
        assert db.session.execute(wrong).all() == [], f"{invariant}: {words}"


def assert_finished() -> None:
    assert states() == ["cancelled"] * 3
    assert db.session.get_one(Offer, "K1").cancelled_on is not None
    assert db.session.get_one(Seats, "K1").taken == 0
    assert book.posted(db.session.scalars(select(Voucher)).one().account) == 6000
    assert sorted(db.session.scalars(select(Refund.cents))) == [4000, 10000, 10000]
    assert book.posted("revenue") == 0
    assert db.session.scalar(select(func.count()).where(Document.kind == "cancellation")) == 3
    assert kinds("booking_cancelled", "waiting_ended") == ["booking_cancelled"] * 2 + ["waiting_ended"]
    assert_all_sound()


@pytest.mark.parametrize(("point", "done"), POINTS.items())
def test_killed_while_calling_a_course_off(
    shop: Flask, any_uri: str, tmp_path: Path, die_at: Callable[..., None], point: str, done: int
) -> None:
    with shop.app_context():
        fill()
        env = environment(any_uri, tmp_path / "instance")
        die_at(point, CALL_OFF, env)
        assert states() == ["cancelled"] * done + ["confirmed"] * (3 - done)
        assert_all_sound()
        call_off("K1")
        assert_finished()
        again = call_off("K1")
        assert (again.cancelled, again.back, again.waiting) == (0, 0, 0)
        assert_finished()


@pytest.mark.parametrize("point", ["refund.sent", "refund.before_commit"])
def test_killed_while_sending_a_refund(
    shop: Flask, any_uri: str, tmp_path: Path, die_at: Callable[..., None], point: str
) -> None:
    with shop.app_context():
        fill()
        call_off("K1")
        db.session.remove()
        env = environment(any_uri, tmp_path / "instance")
        die_at(point, SEND, env)
        assert set(db.session.scalars(select(Refund.state))) == {"due"}
        assert send_due() == 3
        assert set(db.session.scalars(select(Refund.state))) == {"sent"}
        assert_finished()
