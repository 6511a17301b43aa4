"""Classes and kinds of contracts by HTTP, with their refusals (W5)."""

import re

import pytest
from flask import Flask

from shop.catalogue import prices
from shop.catalogue.prices import reading
from shop.core.words import said
from shop.db import db, transaction
from tests.backoffice.conftest import at_work
from tests.backoffice.desk import CLASSES, person_id
from tests.cards.cast import appointment
from tests.web.guest import Guest, words

KINDS = "/verwaltung/preise/vertraege"


def titles(app: Flask, dimension: str) -> list[str]:
    """What the classes of a dimension are called."""
    with app.app_context():
        found = [said(each.title, "de") for each in reading.classes()[dimension]]
        db.session.rollback()
    return found


def kinds(app: Flask) -> list[str]:
    """What the kinds of contracts are called."""
    with app.app_context():
        found = [said(each.title, "de") for each in reading.kinds()]
        db.session.rollback()
    return found


def test_a_class_is_added_renamed_and_removed(any_shop: Flask) -> None:
    paula = at_work(any_shop)
    assert paula.send(f"{CLASSES}/user", {"de": "Senioren", "en": "Seniors"}).status_code == 303
    assert paula.send(f"{CLASSES}/user/senioren/umbenennen", {"de": "Ab 65"}).status_code == 303
    assert titles(any_shop, "user") == ["Erwachsen", "Jugendlich (bis 17)", "Ab 65"]
    assert paula.send(f"{CLASSES}/user/senioren/entfernen").status_code == 303
    assert titles(any_shop, "user") == ["Erwachsen", "Jugendlich (bis 17)"]


def test_after_one_class_the_form_is_open_for_the_next(paula: Guest) -> None:
    answer = paula.send(f"{CLASSES}/user", {"de": "Senioren"})
    page = paula.get(answer.headers["Location"]).text
    assert re.findall(r'<details [^>]*id="(\w+)--neu" open>', page) == ["user"]


def test_a_new_class_takes_over_prices(paula: Guest, shop: Flask) -> None:
    paula.send(f"{CLASSES}/appointment", {"de": "Kleingruppe", "like": "gruppe"})
    with shop.app_context():
        mine = prices.pricer(None)
        assert mine.explain_case(mine.case("kleingruppe", "haus", None)).row.cents == 1800
        db.session.rollback()


@pytest.mark.parametrize("dimension", ["user", "appointment", "resource", "member"])
def test_the_first_class_of_a_dimension_changes_no_price(
    paula: Guest, shop: Flask, emptied: None, dimension: str
) -> None:
    with shop.app_context():
        appointment("T1", class_key="", resource_key="")
    paula.send("/verwaltung/preise/", {"price": "12", "requires": ""})
    assert paula.send(f"{CLASSES}/{dimension}", {"de": "Schulpferd"}).status_code == 303
    assert "12 €" in words(paula.get("/termine/T1"))
    assert "Für jede Verbindung von Klassen gibt es einen Preis." in words(paula.get("/verwaltung/preise/"))


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("", "Bitte geben Sie eine deutsche Bezeichnung ein."),
        ("   ", "Bitte geben Sie eine deutsche Bezeichnung ein."),
        ("ERWACHSEN", "Diese Bezeichnung gibt es hier schon."),
        ("x" * 61, "Bitte kürzen Sie auf höchstens 60 Zeichen."),
    ],
)
def test_a_title_that_is_none_is_refused_and_not_lost(
    paula: Guest, shop: Flask, title: str, sentence: str
) -> None:
    for path, at in (
        (f"{CLASSES}/user", "user--neu"),
        (f"{CLASSES}/user/jugendlich/umbenennen", "user-jugendlich"),
    ):
        answer = paula.send(path, {"de": title, "en": "Somebody"})
        assert answer.status_code == 422
        assert sentence in words(answer)
        assert f'id="{at}--en" name="en" value="Somebody"' in answer.text
        assert f'id="{at}--error"' in answer.text
    assert titles(shop, "user") == ["Erwachsen", "Jugendlich (bis 17)"]


def test_a_class_that_rows_use_stays_and_the_page_says_who_uses_it(paula: Guest, shop: Flask) -> None:
    with shop.app_context(), transaction():
        prices.set_classes(person_id(shop, "erna"), "jugendlich", "")
    answer = paula.send(f"{CLASSES}/user/jugendlich/entfernen")
    assert answer.status_code == 422
    assert "Das lässt sich nicht entfernen: 3 Preise benutzen es, 1 Person hat es." in words(answer)
    answer = paula.send(f"{CLASSES}/appointment/kurs/entfernen")
    assert "1 Angebot gehört dazu (K1)" in words(answer)
    assert "Kurse" in titles(shop, "appointment")


def test_the_default_is_chosen_and_stays(paula: Guest, shop: Flask) -> None:
    paula.send(f"{CLASSES}/member", {"de": "Ehrenmitglied"})
    assert paula.send(f"{CLASSES}/member/ehrenmitglied/standard").status_code == 303
    answer = paula.send(f"{CLASSES}/member/ehrenmitglied/entfernen")
    assert answer.status_code == 422
    assert "Das ist der Standard." in words(answer)
    answer = paula.send(f"{CLASSES}/resource/haus/standard")
    assert (answer.status_code, "Hier gibt es keinen Standard." in words(answer)) == (422, True)


def test_kinds_of_contracts_are_kept(paula: Guest, shop: Flask) -> None:
    assert paula.send(KINDS, {"de": "Hallenkarte"}).status_code == 303
    assert paula.send(KINDS, {"de": "hallenkarte"}).status_code == 422
    assert paula.send(f"{KINDS}/hallenkarte/umbenennen", {"de": "Jahreskarte"}).status_code == 303
    assert kinds(shop) == ["Jahreskarte", "Werkstatt-Abo"]
    answer = paula.send(f"{KINDS}/werkstattabo/entfernen")
    assert answer.status_code == 422
    assert "1 Preis benutzt es" in words(answer)
    assert paula.send(f"{KINDS}/hallenkarte/entfernen").status_code == 303
    assert kinds(shop) == ["Werkstatt-Abo"]


@pytest.mark.parametrize("title", ["Neu", "Name", "Like", "Erwachsen DE"])
def test_a_class_may_be_called_what_a_form_of_the_page_is_called(paula: Guest, title: str) -> None:
    paula.send(f"{CLASSES}/user", {"de": title})
    page = paula.send(f"{CLASSES}/user", {"de": "", "en": "Typed"})
    ids = re.findall(r' id="([^"]+)"', page.text)
    assert [each for each in ids if ids.count(each) > 1] == []
    assert page.text.count('value="Typed"') == 1, "what was typed stands in one form"


@pytest.mark.parametrize(
    "path",
    [
        f"{CLASSES}/height",
        f"{CLASSES}/height/benennen",
        f"{CLASSES}/user/riese/umbenennen",
        f"{CLASSES}/user/riese/standard",
        f"{CLASSES}/user/riese/entfernen",
        f"{KINDS}/jahreskarte/umbenennen",
        f"{KINDS}/jahreskarte/entfernen",
    ],
)
def test_what_there_is_not_is_not_found(paula: Guest, path: str) -> None:
    assert paula.send(path, {"de": "Neu"}).status_code == 404


@pytest.mark.parametrize("title", ["", " ", "x" * 41])
def test_a_dimension_keeps_a_name(paula: Guest, title: str) -> None:
    answer = paula.send(f"{CLASSES}/user/benennen", {"de": title, "en": "Rider"})
    assert answer.status_code == 422
    assert 'id="user--name--en" name="en" value="Rider"' in answer.text
    assert "Benutzerklasse" in words(paula.get(CLASSES))
