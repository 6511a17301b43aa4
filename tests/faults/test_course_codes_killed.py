"""A process killed while ordering, redeeming, undoing, paying or taking back leaves all or nothing (QUALITY F1)."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop.bookings.models import Booking
from shop.catalogue.models import Offer, Seats
from shop.course_vouchers.models import CourseVoucher, CourseVoucherEvent
from shop.db import db, transaction
from shop.documents.models import Certificate, Document
from shop.ledger import book
from shop.orders.call_off import call_off
from shop.orders.certify import complete
from shop.orders.enrol.redeem import Newcomer, redeem_existing, redeem_new
from shop.orders.enrol.undo import undo, undo_token
from shop.orders.models import Order
from shop.orders.purchase.take_back import take_back
from shop.outbox.models import Message
from shop.people.models import User
from tests.conftest import MakeApp
from tests.organisations.cast import HERE, PASSWORD, code_texts, learner, ordered, transferred
from tests.organisations.conftest import Town, furnished
from tests.processes import environment
from tests.shopfloor import assert_sound

Env = dict[str, str]
DieAt = Callable[..., None]

ORDER = """
from uuid import UUID
from shop.db import db
from shop.failpoints import reach
from shop.people.models import Organisation, User
from sqlalchemy import select
from tests.organisations.cast import ordered
organisation = db.session.scalars(select(Organisation)).one()
anna = db.session.scalars(select(User).where(User.username == "anna")).one()
ordered(organisation, anna, {"K1": 2, "K2": 3}, form_key=UUID(*arguments))
reach("purchase.after_commit")
"""
REDEEM = """
from shop.orders.enrol.redeem import redeem_existing
redeem_existing("jonas", *arguments, ["address:192.0.2.1"])
"""
REDEEM_NEW = """
from shop.orders.enrol.redeem import Newcomer, redeem_new
lea = Newcomer("Lea", "Neu", "lea@example.org", "lea.neu", "zwölf Boote am See")
redeem_new(lea, *arguments, ["address:192.0.2.1"])
"""
UNDO = """
from shop.orders.enrol.undo import undo
undo(*arguments)
"""
PAY = """
from uuid import UUID
from shop.db import db
from shop.orders.models import Order
from tests.organisations.cast import transferred
transferred(db.session.get_one(Order, UUID(*arguments)))
"""
TAKE_BACK = """
from shop.db import transaction
from shop.orders.purchase.take_back import take_back
with transaction():
    take_back(*arguments, by="Karl")
"""
COMPLETE = """
from shop.db import transaction
from shop.orders.certify import complete
with transaction():
    complete("K1")
"""
CALL_OFF = """
from shop.orders.call_off import call_off
call_off("K1")
"""


@pytest.fixture
def town(make_app: MakeApp, any_uri: str) -> Iterator[Town]:
    app: Flask = make_app(any_uri)
    with app.app_context():
        yield furnished()


@pytest.fixture
def env(town: Town, any_uri: str, tmp_path: Path) -> Env:
    """How a process of its own finds the shop."""
    return environment(any_uri, tmp_path / "instance")


def count(table: type) -> int:
    db.session.rollback()
    assert_sound()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


ORDERING = {
    "purchase.frozen": False,
    "purchase.issued": False,
    "purchase.documented": False,
    "purchase.before_commit": False,
    "purchase.after_commit": True,
}


@pytest.mark.parametrize(("point", "is_kept"), ORDERING.items())
def test_killed_while_ordering(town: Town, env: Env, die_at: DieAt, point: str, is_kept: bool) -> None:
    key = uuid.uuid4()
    db.session.rollback()
    die_at(point, ORDER, env, str(key))
    tables = (Order, Document, Message, CourseVoucher, CourseVoucherEvent)
    assert [count(table) for table in tables] == ([1, 1, 1, 5, 5] if is_kept else [0] * 5)
    order = ordered(town.organisation, town.anna, {"K1": 2, "K2": 3}, form_key=key)  # the same form again
    assert [count(table) for table in tables] == [1, 1, 1, 5, 5]
    assert book.posted(f"receivable:{order.number}") == 35000


REDEEMING = {
    "redeem.seated": False,
    "redeem.bound": False,
    "redeem.before_commit": False,
    "redeem.after_commit": True,
}


@pytest.mark.parametrize(("point", "is_kept"), REDEEMING.items())
def test_killed_while_redeeming(town: Town, env: Env, die_at: DieAt, point: str, is_kept: bool) -> None:
    learner()
    code = code_texts(ordered(town.organisation, town.anna))[0]
    db.session.rollback()
    die_at(point, REDEEM, env, code)
    assert (count(Booking), db.session.get_one(Seats, "K1").taken) == (is_kept, is_kept)
    redeem_existing("jonas", code, HERE)  # the same form again
    assert (count(Booking), db.session.get_one(Seats, "K1").taken) == (1, 1)
    assert db.session.scalar(select(func.count()).where(Message.kind == "course_voucher_redeemed")) == 1


@pytest.mark.parametrize(("point", "is_kept"), {"redeem.account": False, **REDEEMING}.items())
def test_killed_while_a_new_user_redeems(
    town: Town, env: Env, die_at: DieAt, point: str, is_kept: bool
) -> None:
    code = code_texts(ordered(town.organisation, town.anna))[0]
    db.session.rollback()
    die_at(point, REDEEM_NEW, env, code)
    assert (count(User), count(Booking)) == (1 + is_kept, is_kept)
    redeem_new(Newcomer("Lea", "Neu", "lea@example.org", "lea.neu", PASSWORD), code, HERE)
    assert (count(User), count(Booking)) == (2, 1)
    assert db.session.scalar(select(func.count()).where(Message.kind == "account_confirm")) == 1


@pytest.mark.parametrize("point", ["undo.ended", "undo.before_commit"])
def test_killed_while_undoing(town: Town, env: Env, die_at: DieAt, point: str) -> None:
    learner()
    place = redeem_existing("jonas", code_texts(ordered(town.organisation, town.anna))[0], HERE)
    db.session.rollback()
    die_at(point, UNDO, env, undo_token(place.booking_id))
    assert (count(Booking), db.session.get_one(Seats, "K1").taken) == (1, 1)
    undo(undo_token(place.booking_id))
    assert (count(Booking), db.session.get_one(Seats, "K1").taken) == (1, 0)


PAYING = {
    "invoice.booked": False,
    "invoice.thawed": False,
    "settle.before_commit": False,
    "settle.after_commit": True,
}


@pytest.mark.parametrize(("point", "is_kept"), PAYING.items())
def test_killed_while_a_transfer_is_booked(
    town: Town, env: Env, die_at: DieAt, point: str, is_kept: bool
) -> None:
    order = ordered(town.organisation, town.anna)
    order_id = str(order.id)
    db.session.rollback()
    die_at(point, PAY, env, order_id)
    assert count(Order) == 1
    assert book.posted("till:bank") == (20000 if is_kept else 0)
    transferred(order)
    assert count(Order) == 1
    assert book.posted("till:bank") == 20000
    assert book.posted(f"receivable:{order.number}") == 0


@pytest.mark.parametrize("point", ["take_back.cancelled", "take_back.given"])
def test_killed_while_taking_back(town: Town, env: Env, die_at: DieAt, point: str) -> None:
    order = ordered(town.organisation, town.anna)
    number = db.session.scalars(select(Document)).one().number
    db.session.rollback()
    die_at(point, TAKE_BACK, env, number)
    assert count(Document) == 1
    assert book.posted(f"receivable:{order.number}") == 20000
    with transaction():
        take_back(number, by="Karl")
    assert count(Document) == 2
    assert book.posted(f"receivable:{order.number}") == 0


@pytest.mark.parametrize("point", ["certify.marked", "certify.issued"])
def test_killed_while_completing(town: Town, env: Env, die_at: DieAt, point: str) -> None:
    learner()
    redeem_existing("jonas", code_texts(ordered(town.organisation, town.anna))[0], HERE)
    with transaction() as session:
        offer = session.get_one(Offer, "K1")
        offer.starts_on, offer.sessions = None, []
    db.session.rollback()
    die_at(point, COMPLETE, env)
    assert count(Certificate) == 0
    with transaction():
        assert len(complete("K1")) == 1
    assert count(Certificate) == 1


@pytest.mark.parametrize("point", ["cancel.course_marked", "call_off.ended", "call_off.one_done"])
def test_killed_while_calling_a_course_off(town: Town, env: Env, die_at: DieAt, point: str) -> None:
    codes = code_texts(ordered(town.organisation, town.anna, {"K1": 3}))
    for name, code in zip(("jonas", "erna", "lea"), codes, strict=True):
        learner(name)
        redeem_existing(name, code, HERE)
    db.session.rollback()
    die_at(point, CALL_OFF, env)
    assert count(Booking) == 3
    call_off("K1")
    assert count(Booking) == 3
    assert set(db.session.scalars(select(CourseVoucher.state))) == {"open"}
    assert db.session.get_one(Seats, "K1").taken == 0
    kinds = list(db.session.scalars(select(Message.kind)))
    assert (kinds.count("enrolment_ended"), kinds.count("course_codes_open_again")) == (3, 1)
