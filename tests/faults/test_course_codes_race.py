"""Many at once: one code, one form, one series of invoices, the last seat (QUALITY F6, F7, I10, I14)."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop.bookings.models import Booking
from shop.catalogue.models import Seats
from shop.clock import shifted_by
from shop.course_vouchers.find import Refusal
from shop.course_vouchers.models import CourseVoucher
from shop.db import db, transaction
from shop.documents.models import Document, Series
from shop.orders.enrol import desk, undo
from shop.orders.enrol.redeem import Newcomer, Refused, Unfit, redeem_existing, redeem_new
from shop.orders.enrol.revoke import revoke
from shop.orders.models import Order
from shop.orders.purchase.freeze import review
from shop.orders.purchase.take_back import NotCancellable, take_back
from shop.outbox.models import Message
from shop.people.accounts import Taken
from shop.people.models import Organisation, User
from tests.conftest import MakeApp
from tests.organisations.cast import (
    HERE,
    PASSWORD,
    administrator,
    code_texts,
    codes_of,
    learner,
    municipality,
    ordered,
    transferred,
)
from tests.organisations.conftest import Town, furnished
from tests.shopfloor import assert_sound
from tests.statements import statements


@pytest.fixture
def app(make_app: MakeApp, any_uri: str) -> Flask:
    """A shop on each database; on PostgreSQL with a connection for each of the many."""
    return make_app(any_uri, SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True, **_pool(any_uri)})


def _pool(uri: str) -> dict[str, object]:
    return {} if uri.startswith("sqlite") else {"pool_size": 25}


@pytest.fixture
def town(app: Flask) -> Town:
    with app.app_context():
        yield furnished()


def at_once(app: Flask, acts: list[Callable[[], object]]) -> list[object]:
    """Do all of it at the same moment; for each what it gave, or why it was refused."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            gate.wait()
            try:
                return act()
            except (Refused, desk.Refused, undo.Refused) as refused:
                return refused.reason
            except (Taken, NotCancellable) as refused:
                return type(refused)

    db.session.rollback()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_twenty_people_redeem_one_code_and_one_wins(app: Flask, town: Town) -> None:
    code = code_texts(ordered(town.organisation, town.anna))[0]
    people = [learner(f"mensch{n}").username for n in range(20)]
    told = at_once(
        app, [lambda name=name: redeem_existing(name, code, [f"address:{name}"]) for name in people]
    )
    assert Counter(each if isinstance(each, Refusal) else "won" for each in told) == {
        "won": 1,
        Refusal.REDEEMED: 19,
    }
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 1
    assert db.session.get_one(Seats, "K1").taken == 1
    assert db.session.scalar(select(func.count()).where(Message.kind == "course_voucher_redeemed")) == 1
    assert_sound()


def test_twenty_new_people_redeem_one_code_and_one_account_is_opened(app: Flask, town: Town) -> None:
    code = code_texts(ordered(town.organisation, town.anna))[0]
    people = [Newcomer("N", f"{n}", f"n{n}@example.org", f"neu.mensch{n}", PASSWORD) for n in range(20)]
    told = at_once(app, [lambda who=who: redeem_new(who, code, [f"address:{who.email}"]) for who in people])
    assert Counter(each if isinstance(each, Refusal) else "won" for each in told) == {
        "won": 1,
        Refusal.REDEEMED: 19,
    }
    assert db.session.scalar(select(func.count()).select_from(User)) == 2
    assert_sound()


def test_one_user_name_is_given_once(app: Flask, town: Town) -> None:
    codes = code_texts(ordered(town.organisation, town.anna, {"K2": 6}))
    acts = [
        lambda n=n, code=code: redeem_new(
            Newcomer("L", "N", f"l{n}@example.org", "lea.neu", PASSWORD), code, [f"address:{n}"]
        )
        for n, code in enumerate(codes)
    ]
    told = at_once(app, acts)
    assert Counter(each if each is Taken else "won" for each in told) == {"won": 1, Taken: 5}
    assert db.session.scalar(select(func.count()).where(CourseVoucher.state == "redeemed")) == 1
    assert_sound()


def test_the_last_seat_goes_to_one_and_the_other_codes_stay_open(app: Flask, town: Town) -> None:
    codes = code_texts(ordered(town.organisation, town.anna, {"K1": 8}))
    people = [learner(f"mensch{n}").username for n in range(8)]
    with transaction() as session:
        session.get_one(Seats, "K1").capacity = 3
    acts = [
        lambda name=name, code=code: redeem_existing(name, code, [f"address:{name}"])
        for name, code in zip(people, codes, strict=True)
    ]
    told = at_once(app, acts)
    assert Counter(each if isinstance(each, Unfit) else "won" for each in told) == {"won": 3, Unfit.FULL: 5}
    assert db.session.scalar(select(func.count()).where(CourseVoucher.state == "open")) == 5
    assert_sound()


def test_undo_revoke_and_redeem_at_once_leave_one_truth(app: Flask, town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    learner()
    organisation_id, anna_id = town.organisation.id, town.anna.id
    for _ in range(5):
        code, number = code_texts(order)[0], codes_of(order)[0].number
        place = redeem_existing("jonas", code, HERE)
        token = undo.undo_token(place.booking_id)

        def revoked(number: str = number) -> object:
            with transaction() as session:
                return revoke(
                    session.get_one(Organisation, organisation_id),
                    number,
                    session.get_one(User, anna_id),
                )

        undone = [lambda token=token: undo.undo(token)] * 2
        at_once(app, [*undone, revoked])
        voucher = codes_of(order)[0]
        assert voucher.state == "open"
        assert db.session.get_one(Booking, place.booking_id).state == "cancelled"
        assert db.session.get_one(Seats, "K1").taken == 0
        assert_sound()


def test_a_double_click_ten_times_is_one_order(app: Flask, town: Town) -> None:
    key, organisation_id, anna_id = uuid.uuid4(), town.organisation.id, town.anna.id

    def click() -> object:
        return ordered(
            db.session.get_one(Organisation, organisation_id), db.session.get_one(User, anna_id), form_key=key
        ).id

    told = at_once(app, [click] * 10)
    assert len(set(told)) == 1
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1
    assert db.session.scalar(select(func.count()).select_from(CourseVoucher)) == 2
    assert_sound()


def test_fifty_parallel_orders_have_fifty_invoices_without_a_gap(app: Flask, town: Town) -> None:
    """Ten organisations order at the same moment, five times each."""
    towns = []
    for n in range(10):
        made = municipality(f"Gemeinde {n}", f"g{n}@example.org")
        towns.append((made.id, administrator(made, f"anna{n}").id))

    def order(pair: tuple[uuid.UUID, int]) -> Callable[[], object]:
        def act() -> object:
            for _ in range(5):
                ordered(
                    db.session.get_one(Organisation, pair[0]),
                    db.session.get_one(User, pair[1]),
                    {"K1": 2, "K2": 3},
                )
            return "done"

        return act

    assert at_once(app, [order(pair) for pair in towns]) == ["done"] * 10
    positions = db.session.scalars(select(Document.position).order_by(Document.position)).all()
    assert list(positions) == list(range(1, 51))
    assert db.session.scalars(select(Series.last)).one() == 50
    assert db.session.scalar(select(func.count()).select_from(CourseVoucher)) == 250
    assert_sound()


def test_a_transfer_a_take_back_and_the_reminder_at_once_agree(app: Flask, town: Town) -> None:
    for _ in range(4):
        order = ordered(town.organisation, town.anna)
        number = db.session.scalars(select(Document).where(Document.order_id == order.id)).one().number
        order_id = order.id

        def taken(number: str = number) -> object:
            with transaction():
                return take_back(number, by="Karl")

        def paid(order_id: uuid.UUID = order_id) -> object:
            return transferred(db.session.get_one(Order, order_id))

        with shifted_by(timedelta(days=15)):
            at_once(app, [taken, paid, review, taken])
        db.session.rollback()
        assert {each.state for each in codes_of(order)} == {"cancelled"}
        assert_sound()


def test_five_hundred_codes_take_as_many_statements_as_five(town: Town) -> None:
    with statements() as few:
        ordered(town.organisation, town.anna, {"K1": 5})
    with statements() as many:
        order = ordered(town.organisation, town.anna, {"K1": 500})
    assert len(codes_of(order)) == 500
    assert len(many) <= len(few) + 5, (len(few), len(many))
    assert_sound()
