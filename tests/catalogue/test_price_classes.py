"""Classes, and what people have and own (W5)."""

from datetime import date

import pytest
from flask import Flask

from shop.catalogue import prices
from shop.catalogue.models import Contract, PriceClass, PriceRow
from shop.catalogue.prices import Reason, Uses, reading
from shop.catalogue.prices.contracts import classes_of, contracts_of
from shop.db import db, transaction
from tests.account.cast import open_account
from tests.catalogue.stable import AFTER, LAST, MONDAY, lesson, refusal
from tests.shopfloor import course


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
def test_a_kind_is_not_owned_twice_on_one_day(erna: int, first: date, last: date | None) -> None:
    with transaction():
        prices.give_contract(erna, "abo", MONDAY, LAST)
    assert refusal(prices.give_contract, erna, "abo", first, last).reason == Reason.OWNED


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


def test_an_end_can_be_moved_until_the_next_contract_begins(erna: int) -> None:
    with transaction():
        contract = prices.give_contract(erna, "abo", MONDAY, MONDAY)
        prices.give_contract(erna, "abo", AFTER, None)
        prices.end_contract(erna, contract, LAST)
    assert prices.pricer(erna).price(lesson(day=LAST)) == 2000
    assert refusal(prices.end_contract, erna, contract, AFTER).reason == Reason.OWNED


def test_a_contract_does_not_end_before_its_first_day_but_can_be_removed(erna: int) -> None:
    with transaction():
        contract = prices.give_contract(erna, "abo", LAST, None)
    assert refusal(prices.end_contract, erna, contract, MONDAY).reason == Reason.DAYS
    with transaction():
        prices.remove_contract(erna, contract)
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
