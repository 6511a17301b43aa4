"""Accounts that nobody confirms are deleted after 30 days, kept names with them; what is used stays."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from shop import clock
from shop.catalogue import prices
from shop.clerk.worker import Worker
from shop.db import db, transaction
from shop.outbox.models import Message
from shop.people import accounts, staff
from shop.people.forget import forget_unconfirmed
from shop.people.models import User
from tests.people.test_accounts import opened
from tests.shopfloor import NOON


@pytest.fixture(autouse=True)
def noon(any_app: Flask) -> Iterator[None]:
    with clock.stopped_at(NOON):
        yield


def aged(user: User, days: int) -> User:
    """An account that was opened so many days ago."""
    user.create_datetime = (NOON - timedelta(days=days)).replace(tzinfo=None)
    db.session.flush()
    return user


def left() -> list[str | None]:
    """The names of the accounts that there are."""
    db.session.rollback()
    return list(db.session.scalars(select(User.username).order_by(User.id)))


def test_an_account_that_nobody_confirms_is_deleted_after_thirty_days(any_app: Flask) -> None:
    with transaction():
        aged(opened(), 31)
        aged(opened("jonas", "jonas@example.org"), 29)
    Worker(any_app).forgotten()
    assert left() == ["jonas"]
    assert not accounts.is_taken("erna")


def test_a_name_that_is_kept_for_nobody_is_free_as_early() -> None:
    with transaction():
        for name, days in (("erna", 31), ("jonas", 29)):
            accounts.keep_name(name, f"mark {name}")
            kept = db.session.scalars(select(User).where(User.fs_uniquifier == f"mark {name}")).one()
            aged(kept, days)
    assert forget_unconfirmed() == 1
    assert [accounts.is_taken(name) for name in ("erna", "jonas")] == [False, True]


def confirm(user: User) -> None:
    user.confirmed_at = NOON.replace(tzinfo=None)


@pytest.mark.parametrize(
    "keep",
    [confirm, staff.make_staff, lambda user: prices.set_classes(user.id, "", "")],
    ids=["confirmed", "staff", "with classes"],
)
def test_an_account_that_is_confirmed_or_has_anything_stays(keep: Callable[[User], None]) -> None:
    with transaction():
        keep(aged(opened(), 400))
    assert forget_unconfirmed() == 0
    assert left() == ["erna"]


def test_the_address_leaves_the_log_of_mails(any_app: Flask) -> None:
    with transaction():
        accounts.queue_confirmation(aged(opened(), 31))
        db.session.execute(update(Message).values(state="sent"))
    forget_unconfirmed()
    assert db.session.scalars(select(Message.recipient)).all() == [""]


def test_a_batch_is_no_larger_than_asked() -> None:
    with transaction():
        for name in ("anna", "berta", "carla"):
            aged(opened(name, f"{name}@example.org"), 31)
    assert [forget_unconfirmed(2) for _ in range(3)] == [2, 1, 0]
