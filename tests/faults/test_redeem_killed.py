"""A process killed at any step of claim, release and place leaves all or nothing; the customer goes on (F1)."""

import uuid
from collections.abc import Callable, Iterator
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
from shop.orders.models import BasketLine, Claim, Order
from shop.orders.redemption.claim import Refused, Unfit, claim
from shop.orders.redemption.plan import plan
from shop.orders.redemption.release import release
from shop.outbox.models import Message
from shop.payments.models import Payment
from tests.conftest import MakeApp
from tests.processes import environment
from tests.shopfloor import assert_sound, course, open_shop, pay, press, put, sold

HERE = ["address:192.0.2.1"]
Env = dict[str, str]
DieAt = Callable[..., None]

CLAIM = """
from shop.orders.redemption.claim import claim
claim("erna", *arguments, ["address:192.0.2.1"])
"""
RELEASE = """
from shop.db import transaction
from shop.failpoints import reach
from shop.orders.redemption.release import release
with transaction():
    assert release("erna", *arguments)
reach("release.after_commit")
"""
PLACE = """
from uuid import UUID
from shop.failpoints import reach
from tests.shopfloor import press
press(form_key=UUID(*arguments))
reach("place.after_commit")
"""


@pytest.fixture
def env(make_app: MakeApp, any_uri: str, tmp_path: Path) -> Iterator[Env]:
    """A shop with a course for 70 € in Erna's basket, and how a process of its own finds it."""
    app: Flask = make_app(any_uri)
    with app.app_context():
        open_shop()
        course("K1", 7000)
        put()
        yield environment(any_uri, tmp_path / "instance")


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def free(*numbers: str) -> list[int]:
    """What can be spent of each voucher; the books are in order."""
    db.session.rollback()
    assert_sound()
    return [book.available(f"voucher:{number}") for number in numbers]


@pytest.mark.parametrize(
    ("point", "is_kept"), {"hold.let_go": False, "claim.held": False, "claim.after_commit": True}.items()
)
def test_killed_while_redeeming(env: Env, die_at: DieAt, point: str, is_kept: bool) -> None:
    voucher, code = sold(10000)
    number = voucher.number
    db.session.remove()
    die_at(point, CLAIM, env, number, code)
    assert free(number) == [3000 if is_kept else 10000]
    assert count(Claim) == is_kept
    if is_kept:
        with pytest.raises(Refused) as again:
            claim("erna", number, code, HERE)
        assert again.value.reason is Unfit.TWICE
    else:
        claim("erna", number, code, HERE)
    assert free(number) == [3000]
    _, payment = press()
    assert payment is None
    assert free(number) == [3000]


@pytest.mark.parametrize(("point", "is_kept"), {"hold.let_go": False, "claim.held": False}.items())
def test_killed_while_another_voucher_changes_the_plan(
    env: Env, die_at: DieAt, point: str, is_kept: bool
) -> None:
    """Two vouchers of 50 € for 70 €: the second to be entered expires first, so the first must make room."""
    (late, late_code), (soon, soon_code) = sold(5000), sold(5000)
    with transaction() as session:
        kept = session.merge(soon)
        kept.valid_until = kept.issued_on
        numbers = late.number, soon.number
    claim("erna", numbers[0], late_code, HERE)
    db.session.remove()
    die_at(point, CLAIM, env, numbers[1], soon_code)
    assert free(*numbers) == [0, 5000]
    claim("erna", numbers[1], soon_code, HERE)
    assert free(*numbers) == [3000, 0]
    assert [step.number for step in plan("erna", basket.lines("erna")).steps] == [numbers[1], numbers[0]]


@pytest.mark.parametrize(
    ("point", "is_kept"),
    {"release.let_go": False, "hold.let_go": False, "release.after_commit": True}.items(),
)
def test_killed_while_taking_a_voucher_out(env: Env, die_at: DieAt, point: str, is_kept: bool) -> None:
    (first, first_code), (second, second_code) = sold(5000), sold(5000)
    numbers = first.number, second.number
    claim("erna", numbers[0], first_code, HERE)
    claim("erna", numbers[1], second_code, HERE)
    db.session.remove()
    die_at(point, RELEASE, env, numbers[0])
    assert free(*numbers) == ([5000, 0] if is_kept else [0, 3000])
    with transaction():
        assert release("erna", numbers[0]) is not is_kept
    assert free(*numbers) == [5000, 0]


PLACING = {
    "place.seated": False,
    "place.promised": False,
    "place.taken": False,
    "place.after_commit": True,
}
SETTLING = {
    "settle.claimed": False,
    "settle.fulfilled": False,
    "settle.posted": False,
    "settle.documented": False,
}


@pytest.mark.parametrize(("point", "is_kept"), PLACING.items())
def test_killed_while_ordering(env: Env, die_at: DieAt, point: str, is_kept: bool) -> None:
    voucher, code = sold(5000)
    number, form_key = voucher.number, uuid.uuid4()
    claim("erna", number, code, HERE)
    db.session.remove()
    die_at(point, PLACE, env, str(form_key))
    assert free(number) == [0]
    assert (count(Claim), count(BasketLine)) == ((0, 0) if is_kept else (1, 1))
    assert (count(Order), count(Booking)) == ((2, 1) if is_kept else (1, 0))
    assert db.session.get_one(Seats, "K1").taken == is_kept

    placed, payment = press(form_key=form_key)  # the same form again
    assert payment is not None
    assert (placed.state, payment.cents) == ("placed", 2000)
    assert (count(Order), count(Booking), count(Payment)) == (2, 1, 2)
    pay(payment)
    assert db.session.scalars(select(Booking.state)).all() == ["confirmed"]
    assert free(number) == [0]
    assert book.posted(f"voucher:{number}") == 0


@pytest.mark.parametrize(("point", "is_kept"), {**PLACING, **SETTLING}.items())
def test_killed_while_ordering_with_nothing_due(env: Env, die_at: DieAt, point: str, is_kept: bool) -> None:
    voucher, code = sold(10000)
    number, form_key = voucher.number, uuid.uuid4()
    claim("erna", number, code, HERE)
    db.session.remove()
    die_at(point, PLACE, env, str(form_key))
    assert free(number) == [3000]
    assert book.posted(f"voucher:{number}") == (3000 if is_kept else 10000)
    assert db.session.scalars(select(Booking.state)).all() == (["confirmed"] if is_kept else [])

    placed, payment = press(form_key=form_key)
    assert (placed.state, payment) == ("settled", None)
    assert (count(Order), count(Booking)) == (2, 1)
    assert db.session.scalar(select(func.count()).where(Document.kind == "invoice")) == 1
    assert db.session.scalar(select(func.count()).where(Message.reference == placed.number)) == 2
    assert free(number) == [3000]
    assert book.posted(f"voucher:{number}") == 3000
