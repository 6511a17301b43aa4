"""What an appointment costs whom: prices and rows in the database (W5)."""

from datetime import date
from uuid import uuid4

import pytest
from flask import Flask

from shop.catalogue import prices
from shop.catalogue.models import PriceRow
from shop.catalogue.prices import Reason, reading
from shop.core.matrix import DIMENSIONS, Why, holes, overlaps
from shop.db import db, transaction
from tests.catalogue.stable import AFTER, LAST, MONDAY, lesson, refusal, some
from tests.shopfloor import course
from tests.statements import statements


def test_a_visitor_has_the_default_classes_and_owns_nothing(stable: Flask) -> None:
    assert prices.price_of(None, lesson()) == 2500


def test_whom_nobody_has_given_a_class_has_the_default(erna: int) -> None:
    assert prices.price_of(erna, lesson()) == 2500
    with transaction():
        prices.make_default("user", "jugendlich")
    assert prices.price_of(erna, lesson()) == 1800


def test_a_class_that_was_given_decides(erna: int) -> None:
    with transaction():
        prices.set_classes(erna, "jugendlich", "")
    assert prices.price_of(erna, lesson()) == 1800
    assert prices.price_of(erna, lesson("longe")) is None


def test_a_contract_counts_on_the_days_on_which_it_is_valid(erna: int) -> None:
    with transaction():
        prices.give_contract(erna, "abo", MONDAY, LAST)
    mine = prices.pricer(erna)
    days = (date(2026, 12, 6), MONDAY, LAST, AFTER)
    assert [mine.price(lesson(day=day)) for day in days] == [2500, 2000, 2000, 2500]
    assert mine.explain(lesson()).why == Why.OWNED
    assert prices.price_of(None, lesson()) == 2500


def test_a_contract_without_an_end_counts_for_good(erna: int) -> None:
    with transaction():
        prices.give_contract(erna, "abo", MONDAY, None)
    assert prices.price_of(erna, lesson(day=date(2040, 1, 1))) == 2000


def test_the_day_is_that_of_the_first_session(erna: int) -> None:
    with transaction():
        prices.give_contract(erna, "abo", MONDAY, LAST)
    sessions = [["2026-12-31T23:00", "2027-01-01T00:30"], ["2027-01-07T23:00", "2027-01-08T00:30"]]
    mine = prices.pricer(erna)
    assert mine.price(lesson(sessions=sessions, starts_on=None)) == 2000
    assert mine.price(lesson(sessions=[], starts_on=AFTER)) == 2500
    assert mine.price(lesson(sessions=[], starts_on=None)) == 2500


@pytest.mark.parametrize(
    ("appointment", "resource"), [("", "schulpferd"), ("gruppe", ""), ("kutsche", "schulpferd")]
)
def test_without_a_known_class_nothing_is_bookable(stable: Flask, appointment: str, resource: str) -> None:
    assert prices.price_of(None, lesson(appointment, resource)) is None


def test_an_empty_shop_has_no_prices(any_app: Flask) -> None:
    assert prices.price_of(None, lesson()) is None


def test_a_dimension_without_classes_decides_nothing(any_app: Flask) -> None:
    with transaction():
        prices.add_class("appointment", {"de": "Gruppe"})
        prices.add_row({"appointment": ["gruppe"]}, 1200)
    assert prices.price_of(None, lesson("gruppe", "whatever")) == 1200
    assert prices.price_of(None, lesson("longe")) is None


def test_a_week_for_one_person_takes_few_statements(erna: int) -> None:
    db.session.rollback()
    with statements() as seen:
        mine = prices.pricer(erna)
        week = [mine.price(lesson(day=date(2026, 12, 7 + at % 7))) for at in range(500)]
    assert set(week) == {2500}
    assert sum(each.startswith("SELECT") for each in seen) <= 4


def test_classes_chosen_by_hand_are_priced(stable: Flask) -> None:
    assert prices.price_by_hand("jugendlich", "").price(lesson()) == 1800
    assert prices.price_by_hand("", "mitglied", ["abo"]).price(lesson()) == 2000


# Rows.


def test_the_same_row_again_is_the_kept_one(stable: Flask) -> None:
    with transaction():
        first = prices.add_row(some(member="gast"), 900, made_by="paula")
        assert prices.add_row(some(member="gast"), 900, made_by="otto") == first
        assert prices.add_row(some(member="gast"), 901) != first


def test_a_row_that_overlaps_is_kept_and_can_be_told(stable: Flask) -> None:
    with transaction():
        added = prices.add_row(some(user="jugendlich", member="gast"), 1500)
    (found,) = overlaps(reading.rows(DIMENSIONS))
    assert str(added) in (found.first.id, found.second.id)
    assert found.shared["appointment"] == {"gruppe"}


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_row_needs_a_tick_in_every_dimension(stable: Flask, dimension: str) -> None:
    refused = refusal(prices.add_row, some(**{dimension: ""}), 1000)
    assert (refused.reason, refused.dimension) == (Reason.NOTHING_TICKED, dimension)
    assert db.session.query(PriceRow).count() == 3


def test_a_row_of_unknown_things_is_refused(stable: Flask) -> None:
    assert refusal(prices.add_row, some(user="riese"), 1000).reason == Reason.UNKNOWN
    assert refusal(prices.add_row, some(), 1000, "jahreskarte").reason == Reason.UNKNOWN


def test_a_removed_row_names_no_price(stable: Flask) -> None:
    row = db.session.query(PriceRow).filter_by(cents=2500).one().id
    with transaction():
        assert prices.remove_row(row)
        assert not prices.remove_row(row)
        assert not prices.remove_row(uuid4())
    assert prices.price_of(None, lesson()) is None


def test_holes_leave_out_what_only_courses_are(stable: Flask) -> None:
    """Young people on the lunge have no price; courses have prices of their own."""
    with transaction():
        prices.add_class("appointment", {"de": "Kurs"})
    course("K1", class_key="kurs")
    db.session.rollback()
    (hole,) = holes(reading.rows(DIMENSIONS), reading.values(reading.classes()))
    assert (hole["user"], hole["appointment"]) == ({"jugendlich"}, {"longe"})
