"""Packages: what they hold, which hold a course, and how many places they have (DOMAIN R1)."""

import pytest
from flask import Flask

from shop.catalogue.models import Offer, Seats
from shop.catalogue.packages import contents, packages_with
from shop.catalogue.seats import free
from shop.db import db, transaction
from tests.catalogue.shelf import course, shelve


@pytest.fixture
def shelf(any_app: Flask) -> Flask:
    shelve(
        course("A1"),
        course("A2", published=False),
        course("A", price_cents=0),
        course("P", kind="package", contains=["A2", "A1"], sessions=[]),
        course("Q", kind="package", contains=["A1", "A"], sessions=[], published=False),
    )
    return any_app


def offer(number: str) -> Offer:
    found = db.session.get(Offer, number)
    assert found is not None
    return found


def test_contents_come_in_the_packages_order_published_or_not(shelf: Flask) -> None:
    assert [each.number for each in contents(offer("P"))] == ["A2", "A1"]
    assert contents(offer("A1")) == []


def test_a_course_knows_the_published_packages_that_hold_it(shelf: Flask) -> None:
    assert [each.number for each in packages_with("A1")] == ["P"]
    assert packages_with("A") == []  # its number is only the beginning of another's
    assert packages_with("%") == []


def test_free_places_are_counted_by_the_number(shelf: Flask) -> None:
    with transaction() as session:
        seats = session.get(Seats, "A1")
        assert seats is not None
        seats.taken = 10
    assert (free("A1"), free("A2"), free("P"), free("Q")) == (2, 12, 2, 2)
    assert free("gibt-es-nicht") == 0
