"""What would this person pay, and why: the answer names the row, the contract, or what is missing (W5)."""

from datetime import date

import pytest
from flask import Flask

from shop.catalogue import prices
from shop.db import transaction
from tests.account.cast import log_in
from tests.appointments.visits import change
from tests.backoffice.desk import ASK, WORKSHOP, ask, person_id
from tests.cards.cast import appointment
from tests.web.guest import Guest, words


@pytest.fixture
def erna_id(shop: Flask) -> int:
    return person_id(shop, "erna")


def test_the_only_row_that_fits_is_named(paula: Guest) -> None:
    page = ask(paula, appointment="gruppe")
    assert "18 €" in page
    assert "Genau eine Zeile passt." in page
    assert "Erwachsen · Gruppenstunde · Gerät des Hauses · Gast" in page


def test_a_person_is_asked_for_by_name_or_address(paula: Guest, shop: Flask, erna_id: int) -> None:
    with shop.app_context(), transaction():
        prices.set_classes(erna_id, "", "mitglied")
    for name in ("erna", "ERNA", "erna@example.org"):
        page = ask(paula, person=name)
        assert "Erna Müller , 7. Dezember 2026 22 €" in page
        assert "Mitglied im Förderverein" in page


def test_the_contract_that_counted_is_named_with_its_days(paula: Guest, shop: Flask, erna_id: int) -> None:
    with shop.app_context(), transaction():
        prices.give_contract(erna_id, "werkstattabo", date(2026, 12, 7), date(2026, 12, 31))
    page = ask(paula, person="erna")
    assert "20 €" in page
    assert "Weil Werkstatt-Abo an diesem Tag gilt (07.12.2026 bis 31.12.2026)." in page
    assert "Es passen auch" in page
    assert "25 €" in page
    assert "Genau eine Zeile passt." in ask(paula, person="erna", day="2026-12-06")


def test_of_several_rows_the_others_are_told(paula: Guest, shop: Flask) -> None:
    with shop.app_context(), transaction():
        ticked = {"user": ["erwachsen"], "appointment": ["gruppe"], "resource": ["haus"], "member": ["gast"]}
        prices.add_row(ticked, 1700)
    page = ask(paula, appointment="gruppe")
    assert "17 € Mehrere Zeilen passen. Es gilt der niedrigste Preis." in page
    assert "18 €" in page.partition("Es passen auch")[2]


def test_no_row_means_not_bookable(paula: Guest) -> None:
    page = ask(paula, user="jugendlich", resource="eigen")
    assert "Nicht buchbar Keine Zeile der Preise passt auf diese Klassen." in page


def test_what_a_contract_would_open_is_told(paula: Guest, shop: Flask) -> None:
    with shop.app_context(), transaction():
        ticked = {
            "user": ["jugendlich"],
            "appointment": ["werkstatt"],
            "resource": ["eigen"],
            "member": ["gast"],
        }
        prices.add_row(ticked, 900, "werkstattabo")
    page = ask(paula, user="jugendlich", resource="eigen")
    assert "Nicht buchbar Einen Preis gibt es nur mit Karte oder Vertrag" in page
    assert "9 €" in page.partition("Mit Karte oder Vertrag")[2]
    assert "Weil Werkstatt-Abo an diesem Tag gilt." in ask(
        paula, user="jugendlich", resource="eigen", owned="werkstattabo"
    )


def test_a_class_that_is_missing_is_named(paula: Guest) -> None:
    assert "Es fehlt eine Klasse: Terminklasse." in ask(paula, appointment="kutsche")


def test_an_appointment_is_asked_for_by_its_number(paula: Guest, shop: Flask, erna_id: int) -> None:
    with shop.app_context():
        day = appointment("T1", class_key="werkstatt").starts_on
    change(shop, published=False)
    with shop.app_context(), transaction():
        prices.give_contract(erna_id, "werkstattabo", day, day)
    page = paula.get(ASK, query_string={"termin": "t1", "person": "erna", "day": "", "resource": "eigen"})
    assert "Erna Müller , Töpfern T1 ," in words(page)
    assert "Werkstatt-Abo an diesem Tag gilt" in words(page)
    for counted in ('value="werkstatt" selected', 'value="haus" selected', f'name="day" value="{day}"'):
        assert counted in page.text


def test_what_was_chosen_by_hand_and_does_not_count_is_not_shown_as_if(paula: Guest) -> None:
    page = paula.get(
        ASK, query_string={**WORKSHOP, "person": "erna", "user": "jugendlich", "owned": "werkstattabo"}
    )
    assert 'value="erwachsen" selected' in page.text
    assert 'value="jugendlich" selected' not in page.text
    assert 'value="werkstattabo" checked' not in page.text


def test_staff_ask_from_the_page_of_an_appointment(paula: Guest, shop: Flask) -> None:
    with shop.app_context():
        appointment("T1")
    link = f'href="{ASK}?termin=T1"'
    assert link in paula.get("/termine/T1").text
    assert link not in Guest(shop).get("/termine/T1").text
    erna = Guest(shop)
    log_in(erna, "erna")
    assert link not in erna.get("/termine/T1").text


def test_nothing_is_asked_at_first_and_the_day_is_today(paula: Guest) -> None:
    page = paula.get(f"{ASK}?person=erna")
    assert page.status_code == 200
    assert 'name="person" value="erna"' in page.text
    assert 'id="antwort"' not in page.text


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"person": "nobody"}, "Dieses Konto gibt es nicht."),
        ({"termin": "T404"}, "Diesen Termin gibt es nicht."),
        ({"day": "morgen"}, "Bitte geben Sie einen Tag wie 31.12.2029 ein."),
        ({"day": ""}, "Bitte geben Sie den Tag des Termins ein."),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(
    paula: Guest, wish: dict[str, str], sentence: str
) -> None:
    asked = {**WORKSHOP, **wish}
    answer = paula.get(ASK, query_string=asked)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert next(iter(wish.values())) in answer.text, "what was typed is still there"
    assert 'id="antwort"' not in answer.text
