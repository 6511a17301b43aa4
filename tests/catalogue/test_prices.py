"""What an appointment costs whom: rows, classes and contracts in the database (W5)."""

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest
from flask import Flask

from shop.catalogue import prices
from shop.catalogue.models import Contract, PriceClass, PriceRow
from shop.catalogue.prices import Reason, Refused, Uses, reading
from shop.catalogue.prices.contracts import classes_of, contracts_of
from shop.core.matrix import DIMENSIONS, Why, holes, overlaps
from shop.db import db, transaction
from tests.account.cast import open_account
from tests.centre.test_facts import statements
from tests.shopfloor import course

MONDAY, LAST, AFTER = date(2026, 12, 7), date(2026, 12, 31), date(2027, 1, 1)
TITLES = {
    "user": ("Erwachsen", "Jugendlich"),
    "appointment": ("Longe", "Gruppe"),
    "resource": ("Schulpferd", "Privatpferd"),
    "member": ("Gast", "Mitglied"),
}
EVERY = {each: [title.lower() for title in titles] for each, titles in TITLES.items()}


def lesson(
    appointment: str = "gruppe", resource: str = "schulpferd", day: date = MONDAY, **facts: object
) -> SimpleNamespace:
    """An appointment as pricing sees it."""
    sessions = [[f"{day}T18:00", f"{day}T19:00"]]
    return SimpleNamespace(
        **{"class_key": appointment, "resource_key": resource, "sessions": sessions, "starts_on": day} | facts
    )


def some(**ticked: str) -> dict[str, list[str]]:
    """Ticks: all of a dimension that is not named."""
    return EVERY | {each: keys.split() for each, keys in ticked.items()}


def refusal(work: object, *arguments: object, **named: object) -> Refused:
    """Why a change is refused; nothing of it is kept."""
    with pytest.raises(Refused) as refused, transaction():
        work(*arguments, **named)  # type: ignore[operator]
    return refused.value


@pytest.fixture
def stable(any_app: Flask) -> Flask:
    """A riding school: 25 € a lesson, 18 € for the young, 20 € with a subscription."""
    with transaction():
        for dimension, titles in TITLES.items():
            for title in titles:
                prices.add_class(dimension, {"de": title})
        prices.add_contract_kind({"de": "Abo"})
        prices.add_row(some(user="erwachsen"), 2500)
        prices.add_row(some(user="jugendlich", appointment="gruppe"), 1800)
        prices.add_row(some(user="erwachsen"), 2000, "abo")
    return any_app


@pytest.fixture
def erna(stable: Flask) -> int:
    return open_account(stable, "erna")


# Prices.


def test_a_visitor_has_the_default_classes_and_holds_nothing(stable: Flask) -> None:
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
    assert mine.explain(lesson()).why == Why.HELD
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


# Classes.


def test_a_key_is_made_from_the_title_and_is_unique(stable: Flask) -> None:
    with transaction():
        assert prices.add_class("user", {"de": "Über 65 (Senioren)"}) == "ueber-65-senioren"
        assert prices.add_class("user", {"de": "Über 65: Senioren"}) == "ueber-65-senioren-2"


def test_titles_are_read_by_key_in_their_order(stable: Flask) -> None:
    assert list(prices.class_titles("appointment").items()) == [
        ("longe", {"de": "Longe"}),
        ("gruppe", {"de": "Gruppe"}),
    ]


def test_a_new_class_may_take_over_the_prices_of_another(stable: Flask) -> None:
    with transaction():
        prices.add_class("appointment", {"de": "Springen"}, like="gruppe")
        prices.add_class("appointment", {"de": "Dressur"})
    assert prices.price_by_hand("jugendlich", "").price(lesson("springen")) == 1800
    assert prices.price_of(None, lesson("dressur")) is None


def test_the_first_class_of_a_dimension_is_ticked_everywhere(any_app: Flask) -> None:
    with transaction():
        prices.add_row({}, 1000)
        prices.add_class("appointment", {"de": "Gruppe"})
        prices.add_class("appointment", {"de": "Longe"})
        prices.add_class("user", {"de": "Alle"})
    assert prices.price_of(None, lesson("gruppe")) == 1000
    assert prices.price_of(None, lesson("longe")) is None


@pytest.mark.parametrize("title", [{}, {"de": "  "}, {"en": "Adult"}])
def test_a_class_needs_a_german_title(stable: Flask, title: dict[str, str]) -> None:
    assert refusal(prices.add_class, "user", title).reason == Reason.UNNAMED
    assert refusal(prices.rename_class, "user", "erwachsen", title).reason == Reason.UNNAMED


def test_two_classes_of_a_dimension_are_not_called_alike(stable: Flask) -> None:
    assert refusal(prices.add_class, "user", {"de": "ERWACHSEN"}).reason == Reason.TAKEN
    assert refusal(prices.rename_class, "user", "jugendlich", {"de": "Erwachsen"}).reason == Reason.TAKEN
    with transaction():
        prices.rename_class("user", "erwachsen", {"de": "erwachsen", "en": "Adult"})
        prices.add_class("member", {"de": "Erwachsen"})


def test_a_class_that_is_used_stays_and_its_users_are_told(erna: int) -> None:
    course("K1", class_key="gruppe")
    with transaction():
        prices.set_classes(erna, "", "mitglied")
    used = refusal(prices.remove_class, "appointment", "gruppe")
    assert (used.reason, used.uses) == (Reason.USED, Uses(rows=3, offers=("K1",)))
    assert refusal(prices.remove_class, "member", "mitglied").uses == Uses(rows=3, people=1)
    assert db.session.get(PriceClass, ("appointment", "gruppe")) is not None


def test_an_unused_class_is_removed_but_not_the_default(stable: Flask) -> None:
    with transaction():
        for row in db.session.query(PriceRow):
            db.session.delete(row)
    assert refusal(prices.remove_class, "user", "erwachsen").reason == Reason.DEFAULT
    with transaction():
        prices.remove_class("user", "jugendlich")
        prices.remove_class("user", "erwachsen")
    assert reading.classes()["user"] == []


def test_one_class_is_the_default_and_only_of_people(stable: Flask) -> None:
    with transaction():
        prices.make_default("member", "mitglied")
    there = reading.classes()
    assert [each.key for each in there["member"] if each.is_default] == ["mitglied"]
    assert [each.key for each in there["user"] if each.is_default] == ["erwachsen"]
    assert not any(each.is_default for each in there["appointment"] + there["resource"])
    assert refusal(prices.make_default, "resource", "schulpferd").reason == Reason.NO_DEFAULT


def test_what_there_is_not_is_refused(stable: Flask) -> None:
    for work in (prices.remove_class, prices.make_default):
        assert refusal(work, "user", "riese").reason == Reason.UNKNOWN
    assert refusal(prices.rename_class, "user", "riese", {"de": "Riese"}).reason == Reason.UNKNOWN
    assert refusal(prices.add_class, "user", {"de": "Zwerg"}, like="riese").reason == Reason.UNKNOWN


# People and contracts.


def test_somebody_is_given_only_classes_that_there_are(erna: int) -> None:
    assert refusal(prices.set_classes, erna, "mitglied", "").reason == Reason.UNKNOWN
    assert refusal(prices.set_classes, erna, "", "erwachsen").reason == Reason.UNKNOWN
    assert classes_of(erna) == ("", "")


def test_the_same_contract_again_is_the_kept_one(erna: int) -> None:
    with transaction():
        first = prices.give_contract(erna, "abo", MONDAY, LAST)
        assert prices.give_contract(erna, "abo", MONDAY, LAST) == first


@pytest.mark.parametrize(
    ("first", "last"), [(LAST, None), (MONDAY, None), (date(2026, 1, 1), MONDAY), (date(2026, 1, 1), None)]
)
def test_a_kind_is_not_held_twice_on_one_day(erna: int, first: date, last: date | None) -> None:
    with transaction():
        prices.give_contract(erna, "abo", MONDAY, LAST)
    assert refusal(prices.give_contract, erna, "abo", first, last).reason == Reason.HELD


def test_a_contract_follows_another(erna: int) -> None:
    with transaction():
        prices.give_contract(erna, "abo", MONDAY, LAST)
        prices.give_contract(erna, "abo", AFTER, None)
    assert [each.valid_from for each in contracts_of(erna)] == [AFTER, MONDAY]


def test_a_contract_does_not_end_before_it_begins(erna: int) -> None:
    assert refusal(prices.give_contract, erna, "abo", LAST, MONDAY).reason == Reason.DAYS
    assert refusal(prices.give_contract, erna, "jahreskarte", MONDAY, LAST).reason == Reason.UNKNOWN


def test_a_contract_that_is_ended_counts_through_its_last_day(erna: int) -> None:
    with transaction():
        contract = prices.give_contract(erna, "abo", MONDAY, None)
        prices.end_contract(erna, contract, LAST)
    mine = prices.pricer(erna)
    assert [mine.price(lesson(day=day)) for day in (LAST, AFTER)] == [2000, 2500]
    assert refusal(prices.end_contract, erna, contract, AFTER).reason == Reason.DAYS


def test_a_contract_that_ends_before_its_first_day_is_gone(erna: int) -> None:
    with transaction():
        contract = prices.give_contract(erna, "abo", LAST, None)
        prices.end_contract(erna, contract, MONDAY)
    assert db.session.get(Contract, contract) is None


def test_a_contract_is_found_through_its_owner(erna: int, stable: Flask) -> None:
    jonas = open_account(stable, "jonas")
    with transaction():
        contract = prices.give_contract(erna, "abo", MONDAY, None)
    with pytest.raises(LookupError), transaction():
        prices.end_contract(jonas, contract, LAST)
    assert db.session.get(Contract, contract).valid_until is None


def test_a_kind_that_is_used_stays(erna: int) -> None:
    with transaction():
        prices.give_contract(erna, "abo", MONDAY, LAST)
    refused = refusal(prices.remove_contract_kind, "abo")
    assert (refused.reason, refused.uses) == (Reason.USED, Uses(rows=1, people=1))
    with transaction():
        assert prices.add_contract_kind({"de": "Hallennutzung"}) == "hallennutzung"
        prices.remove_contract_kind("hallennutzung")
    assert refusal(prices.add_contract_kind, {"de": "ABO"}).reason == Reason.TAKEN
    assert refusal(prices.remove_contract_kind, "hallennutzung").reason == Reason.UNKNOWN
