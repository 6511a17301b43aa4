"""People in the back office: found, given classes, base cards and contracts (W5)."""

import re
from datetime import date

import pytest
from flask import Flask

from shop.catalogue.models import Contract
from shop.clock import stopped_at
from shop.db import db, transaction
from shop.people import accounts
from shop.people.models import User
from tests.account.cast import open_account
from tests.backoffice.conftest import at_work
from tests.backoffice.desk import PEOPLE, person_id, price_for
from tests.shopfloor import NOON
from tests.web.guest import Guest, everything, words

DECEMBER = {"kind": "werkstattabo", "valid_from": "2026-12-01", "valid_until": "2026-12-31"}


@pytest.fixture
def erna(shop: Flask) -> str:
    """The path of Erna's page."""
    return f"{PEOPLE}{person_id(shop, 'erna')}"


def give(guest: Guest, path: str, **fields: str) -> str:
    """Give a contract, which works; its own path."""
    answer = guest.send(f"{path}/vertraege", {**DECEMBER, **fields})
    assert answer.status_code == 303, words(answer)
    page = guest.get(path).text
    return (
        path + page.partition(f'action="{path}')[2].partition(f'action="{path}')[2].partition("/beenden")[0]
    )


@pytest.mark.parametrize("query", ["erna", "müller", "MÜLL", "erna@example", "müller erna", "mueller"])
def test_a_person_is_found_by_a_part_of_a_name(paula: Guest, query: str) -> None:
    page = words(paula.get(PEOPLE, query_string={"q": query}))
    assert "Erna Müller" in page
    assert "Öztürk" not in page


@pytest.mark.parametrize("query", ["%", "_", "nobody", "erna öztürk"])
def test_nobody_is_found_in_words(paula: Guest, query: str) -> None:
    assert "gibt es kein Konto" in words(paula.get(PEOPLE, query_string={"q": query}))


def test_everybody_is_there_before_anything_is_looked_for(paula: Guest) -> None:
    page = words(paula.get(PEOPLE))
    assert page.index("Erna Müller") < page.index("Jonas Öztürk") < page.index("Paula Preis")


def test_a_name_that_is_kept_for_nobody_is_no_person(paula: Guest, shop: Flask) -> None:
    with shop.app_context(), transaction() as session:
        accounts.keep_name("otto", "mark")
        kept = session.scalars(db.select(User.id).where(User.username.is_(None))).one()
    for query in ("", "nobody"):
        assert "nobody.invalid" not in paula.get(PEOPLE, query_string={"q": query}).text
    assert paula.get(f"{PEOPLE}{kept}").status_code == 404


def test_a_long_list_is_cut_and_says_so(paula: Guest, shop: Flask) -> None:
    for place in range(51):
        open_account(shop, f"gast{place}", "Gast", "Viel")
    page = paula.get(PEOPLE, query_string={"q": "viel"})
    assert page.text.count("Gast Viel") == 50
    assert "Die ersten 50 Personen." in words(page)


def test_classes_are_set_and_decide_the_price(any_shop: Flask) -> None:
    paula, erna = at_work(any_shop), person_id(any_shop, "erna")
    day = date(2026, 12, 7)
    assert price_for(any_shop, "erna", "gruppe", "haus", day) == 1800
    answer = paula.send(f"{PEOPLE}{erna}/klassen", {"user": "", "member": "mitglied"})
    assert answer.status_code == 303
    assert price_for(any_shop, "erna", "gruppe", "haus", day) == 1600
    assert price_for(any_shop, "jonas", "gruppe", "haus", day) == 1800
    paula.send(f"{PEOPLE}{erna}/klassen", {"user": "jugendlich", "member": ""})
    assert price_for(any_shop, "erna", "gruppe", "haus", day) == 1100


def test_a_class_that_there_is_not_is_refused(paula: Guest, shop: Flask, erna: str) -> None:
    before = everything(shop)
    answer = paula.send(f"{erna}/klassen", {"user": "mitglied", "member": ""})
    assert answer.status_code == 422
    assert everything(shop)["person_classes"] == before["person_classes"]


def test_a_contract_is_given_and_ended(any_shop: Flask) -> None:
    paula = at_work(any_shop)
    path = f"{PEOPLE}{person_id(any_shop, 'erna')}"
    with stopped_at(NOON):
        contract = give(paula, path, valid_until="")
        assert "ab 01.12.2026, ohne Ende" in words(paula.get(path))
        assert price_for(any_shop, "erna", "werkstatt", "haus", date(2030, 1, 1)) == 2000
        assert paula.send(f"{contract}/beenden", {"last_day": "2026-12-24"}).status_code == 303
        days = (date(2026, 12, 24), date(2026, 12, 25))
        assert [price_for(any_shop, "erna", "werkstatt", "haus", day) for day in days] == [2000, 2500]
        assert paula.send(f"{contract}/beenden", {"last_day": "2026-12-25"}).status_code == 303
        assert [price_for(any_shop, "erna", "werkstatt", "haus", day) for day in days] == [2000, 2000]


@pytest.mark.parametrize("typed", ["2026-12-24", "24.12.2026", "24/12/2026"])
def test_a_day_can_be_typed_where_the_browser_has_no_calendar(
    paula: Guest, shop: Flask, erna: str, typed: str
) -> None:
    assert paula.send(f"{erna}/vertraege", {**DECEMBER, "valid_until": typed}).status_code == 303
    with shop.app_context():
        assert db.session.scalars(db.select(Contract.valid_until)).one() == date(2026, 12, 24)
        db.session.rollback()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"valid_from": ""}, "Bitte geben Sie den ersten Tag ein."),
        ({"valid_from": "2026-13-01"}, "Bitte geben Sie einen Tag wie 31.12.2029 ein."),
        ({"valid_until": "32.12.2026"}, "Bitte geben Sie einen Tag wie 31.12.2029 ein."),
        ({"valid_until": "2026-11-30"}, "Bitte prüfen Sie die Tage"),
        ({"kind": "jahreskarte"}, "Das gibt es nicht mehr."),
    ],
)
def test_a_contract_that_is_none_is_refused(
    paula: Guest, shop: Flask, erna: str, fields: dict[str, str], sentence: str
) -> None:
    answer = paula.send(f"{erna}/vertraege", {**DECEMBER, **fields})
    assert answer.status_code == 422
    assert sentence in words(answer)
    if "kind" not in fields:
        assert f'value="{next(iter(fields.values()))}"' in answer.text
    assert everything(shop)["contracts"] == []


def test_the_same_days_are_not_given_twice(paula: Guest, shop: Flask, erna: str) -> None:
    give(paula, erna)
    answer = paula.send(f"{erna}/vertraege", {**DECEMBER, "valid_until": ""})
    assert answer.status_code == 422
    assert "An einigen dieser Tage gilt das für diese Person schon." in words(answer)
    assert len(everything(shop)["contracts"]) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Bitte geben Sie den letzten Tag ein."),
        ("31.12.", "Bitte geben Sie einen Tag wie 31.12.2029 ein."),
        ("2026-11-30", "Das Ende liegt vor dem Beginn."),
        ("2027-02-01", "An einigen dieser Tage gilt das für diese Person schon."),
    ],
)
def test_a_last_day_that_is_refused_stays_typed_with_its_reason(
    paula: Guest, shop: Flask, erna: str, typed: str, sentence: str
) -> None:
    contract = give(paula, erna)
    give(paula, erna, valid_from="2027-01-01", valid_until="")
    before = everything(shop)["contracts"]
    answer = paula.send(f"{contract}/beenden", {"last_day": typed})
    assert answer.status_code == 422
    assert sentence in words(answer)
    (field,) = re.findall(r'<input type="date" id="last_day"[^>]*>', answer.text)
    assert f'value="{typed}"' in field
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="last_day-error"' in field
    assert '<a href="#last_day">' in answer.text
    assert answer.text.count("Bitte prüfen Sie Ihre Angaben") == 1
    assert everything(shop)["contracts"] == before


def test_pressing_end_without_typing_keeps_the_end_that_was_set(paula: Guest, erna: str) -> None:
    give(paula, erna)
    assert re.search(r'id="last_day-1" name="last_day" value="2026-12-31"', paula.get(erna).text)


def test_a_contract_that_was_a_mistake_is_removed(paula: Guest, shop: Flask, erna: str) -> None:
    contract = give(paula, erna)
    strange = contract.replace(erna, f"{PEOPLE}{person_id(shop, 'jonas')}")
    assert paula.send(f"{strange}/entfernen").status_code == 404
    assert len(everything(shop)["contracts"]) == 1
    assert paula.send(f"{contract}/entfernen").status_code == 303
    assert everything(shop)["contracts"] == []
    assert paula.send(f"{contract}/entfernen").status_code == 404


def test_it_is_said_who_gave_a_contract_and_when(paula: Guest, erna: str) -> None:
    with stopped_at(NOON):
        give(paula, erna)
    assert "Gespeichert am 21. November 2026 von paula." in words(paula.get(erna))


def test_a_contract_is_found_through_its_person(paula: Guest, shop: Flask, erna: str) -> None:
    contract = give(paula, erna)
    strange = contract.replace(erna, f"{PEOPLE}{person_id(shop, 'jonas')}")
    before = everything(shop)["contracts"]
    assert paula.send(f"{strange}/beenden", {"last_day": "2026-12-02"}).status_code == 404
    assert everything(shop)["contracts"] == before


def test_there_is_no_page_of_nobody(paula: Guest) -> None:
    for path in ("", "/klassen", "/vertraege"):
        ask = paula.send if path else paula.get
        assert ask(f"{PEOPLE}9999{path}").status_code == 404
