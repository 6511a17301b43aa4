"""The price matrix by HTTP: seen, added to, warned about, refused (W5)."""

import re
from html import unescape

import pytest
from flask import Flask

from shop.catalogue import prices
from shop.catalogue.prices.rows import ticked_in
from shop.clock import stopped_at
from shop.db import transaction
from shop.web.backoffice.board import MOST_HOLES, board
from tests.backoffice.conftest import at_work
from tests.backoffice.desk import HOLE, MATRIX, add, last_row, rows
from tests.shopfloor import NOON
from tests.web.guest import Guest, words


def test_the_matrix_shows_rows_and_holes_in_words(paula: Guest) -> None:
    page = words(paula.get(MATRIX))
    for said in ("Benutzerklasse", "Jugendlich (bis 17)", "28,50 €", "Werkstatt-Abo", "alle"):
        assert said in page
    assert page.endswith("English")
    assert "Jugendlich (bis 17) · Offene Werkstatt · Eigenes Gerät" in page
    assert "Überschneidungen" not in page


def test_a_row_is_added_and_fills_the_hole(any_shop: Flask) -> None:
    paula = at_work(any_shop)
    answer = add(paula, "9,50")
    assert answer.status_code == 303
    row = last_row(any_shop)
    assert (row.cents, row.requires, row.made_by) == (950, None, "paula")
    assert (row.users, row.appointments, row.resources) == (["jugendlich"], ["werkstatt"], ["eigen"])
    assert row.members == ["gast", "mitglied"], "alle ticks every class"
    page = words(paula.get(answer.headers["Location"]))
    assert "Gespeichert als Zeile" in page
    assert "überschneidet" not in page
    assert "Für jede Verbindung von Klassen gibt es einen Preis." in page


def test_a_row_that_overlaps_is_saved_with_a_warning(paula: Guest, shop: Flask) -> None:
    answer = add(paula, "13", user=["jugendlich"], resource=["haus"])
    page = words(paula.get(answer.headers["Location"]))
    assert (1300, "") in rows(shop)
    assert re.search(
        r"überschneidet sich mit Zeile \d+ \(Jugendlich \(bis 17\) · Offene Werkstatt · Gerät des Hauses, 14 €\)",
        page,
    )
    assert "Gemeinsam ist beiden: Jugendlich (bis 17) · Offene Werkstatt · Gerät des Hauses" in page
    assert "Überschneidungen" in words(paula.get(MATRIX)), "it is told as long as it lasts"


def test_rows_that_ask_for_different_things_do_not_overlap(paula: Guest) -> None:
    answer = add(paula, "13", user=["jugendlich"], resource=["haus"], requires="werkstattabo")
    assert "überschneidet" not in words(paula.get(answer.headers["Location"]))


@pytest.mark.parametrize(
    "price", ["", "-5", "1e3", "５", "12,5", "abc", "0x10", "99999999", "NaN", "1.000,00"]
)
def test_what_is_no_price_is_refused_and_nothing_typed_is_lost(paula: Guest, shop: Flask, price: str) -> None:
    before = rows(shop)
    answer = add(paula, price, requires="werkstattabo")
    assert answer.status_code == 422
    assert "Bitte geben Sie einen Preis wie 25 oder 12,50 ein." in words(answer)
    assert f'name="price" value="{price}"' in answer.text
    assert re.search(r'name="user" value="jugendlich" checked', answer.text)
    assert not re.search(r'name="user" value="erwachsen" checked', answer.text)
    assert re.search(r'value="member" data-all="member" checked', answer.text)
    assert re.search(r'value="werkstattabo" selected', answer.text)
    assert rows(shop) == before


@pytest.mark.parametrize("dimension", ["user", "appointment", "resource", "member"])
def test_nothing_ticked_is_refused_where_it_is_missing(paula: Guest, shop: Flask, dimension: str) -> None:
    before = rows(shop)
    ticks = {each: [] for each in (dimension, "every")}
    member = {} if dimension == "member" else {"member": ["gast"]}
    answer = add(paula, **{**member, **ticks})
    assert answer.status_code == 422
    assert f'<a href="#{dimension}">Bitte kreuzen Sie mindestens eine Klasse an.</a>' in answer.text
    assert 'name="price" value="9"' in answer.text
    assert rows(shop) == before


def test_all_that_is_missing_is_said_at_once(paula: Guest) -> None:
    answer = add(paula, "", **{each: [] for each in ("every", "user", "appointment", "resource", "member")})
    assert answer.status_code == 422
    assert words(answer).count("Bitte kreuzen Sie mindestens eine Klasse an.") == 2 * 4
    assert words(answer).count("Bitte geben Sie einen Preis wie 25 oder 12,50 ein.") == 2


def test_unknown_classes_and_contracts_are_refused(paula: Guest, shop: Flask) -> None:
    before = rows(shop)
    for fields in ({"user": ["riese"]}, {"requires": "jahreskarte"}):
        answer = add(paula, **fields)
        assert answer.status_code == 422
        assert "Das gibt es nicht mehr." in words(answer)
    assert rows(shop) == before


def test_pressing_twice_saves_one_row(paula: Guest, shop: Flask) -> None:
    before = len(rows(shop))
    assert add(paula).headers["Location"] == add(paula).headers["Location"]
    assert len(rows(shop)) == before + 1


def test_nothing_to_pay_is_a_price_that_says_so(paula: Guest) -> None:
    answer = add(paula, "0")
    assert "kostenlos" in words(paula.get(answer.headers["Location"]))


def test_a_row_is_removed(paula: Guest, shop: Flask) -> None:
    add(paula)
    row = last_row(shop)
    before = len(rows(shop))
    for _ in range(2):
        assert paula.send(f"{MATRIX}{row.id}/entfernen").status_code == 303
    assert len(rows(shop)) == before - 1


def test_a_similar_row_begins_with_the_ticks_of_another(paula: Guest, shop: Flask) -> None:
    add(paula, "1234,50", requires="werkstattabo")
    page = paula.get(f"{MATRIX}?wie={last_row(shop).id}")
    assert 'name="price" value="1234,50"' in page.text
    assert re.search(r'name="resource" value="eigen" checked', page.text)
    assert not re.search(r'name="resource" value="haus" checked', page.text)
    assert re.search(r'value="werkstattabo" selected', page.text)


def test_only_what_was_ticked_as_all_stays_all(paula: Guest, shop: Flask) -> None:
    """Without scripts one class is unticked, and the rest is what counts."""
    add(paula, user=["erwachsen", "jugendlich"])
    page = paula.get(f"{MATRIX}?wie={last_row(shop).id}")
    assert len(re.findall(r'name="user" value="\w+" checked', page.text)) == 2
    assert not re.search(r'name="every" [^>]*checked', page.text)


def test_a_price_is_changed_in_its_place(any_shop: Flask) -> None:
    paula = at_work(any_shop)
    add(paula, "9")
    row, count = last_row(any_shop), len(rows(any_shop))
    page = paula.get(f"{MATRIX}{row.id}")
    assert 'name="price" value="9"' in page.text
    assert re.search(r'name="user" value="jugendlich" checked', page.text)
    answer = paula.send(f"{MATRIX}{row.id}", {**HOLE, "requires": "", "price": "9,80"})
    assert answer.headers["Location"].endswith(f"{MATRIX}?neu={row.id}")
    assert "9,80 €" in words(paula.get(answer.headers["Location"]))
    assert (950 in dict(rows(any_shop)), len(rows(any_shop))) == (False, count)
    assert last_row(any_shop).cents == 980


def test_it_is_said_who_changed_a_price_last_and_when(paula: Guest, shop: Flask) -> None:
    row = last_row(shop)
    with shop.app_context():
        ticks = ticked_in(row)
    with stopped_at(NOON):
        paula.send(f"{MATRIX}{row.id}", {**ticks, "requires": row.requires or "", "price": "77"})
    assert "Gespeichert am 21. November 2026 von paula." in words(paula.get(f"{MATRIX}{row.id}"))


def test_a_change_that_overlaps_is_saved_with_a_warning(paula: Guest, shop: Flask) -> None:
    add(paula)
    other = {**HOLE, "resource": ["haus"], "requires": "", "price": "9"}
    page = words(paula.get(paula.send(f"{MATRIX}{last_row(shop).id}", other).headers["Location"]))
    assert "überschneidet sich mit Zeile" in page


def test_a_change_that_is_refused_loses_nothing(paula: Guest, shop: Flask) -> None:
    add(paula)
    before, row = rows(shop), last_row(shop)
    for fields, sentence in (
        ({"price": "1e3"}, "Bitte geben Sie einen Preis"),
        ({"user": []}, "Bitte kreuzen Sie mindestens eine Klasse an."),
    ):
        answer = paula.send(f"{MATRIX}{row.id}", {**HOLE, "requires": "", "price": "11", **fields})
        assert (answer.status_code, sentence in words(answer)) == (422, True)
        assert f'action="{MATRIX}{row.id}"' in answer.text
        assert f'name="price" value="{fields.get("price", "11")}"' in answer.text
    assert rows(shop) == before


def test_what_somebody_else_has_removed_can_be_saved_as_a_new_price(paula: Guest, shop: Flask) -> None:
    add(paula)
    path = f"{MATRIX}{last_row(shop).id}"
    paula.send(f"{path}/entfernen")
    answer = paula.send(path, {**HOLE, "requires": "", "price": "9,80"})
    assert (answer.status_code, "inzwischen jemand entfernt" in words(answer)) == (422, True)
    assert f'action="{MATRIX}"' in answer.text
    assert 'name="price" value="9,80"' in answer.text
    assert paula.get(path).status_code == 404


@pytest.mark.parametrize("text", ["wie=x", "wie=00000000-0000-0000-0000-000000000000", "neu=x", "entfernt="])
def test_a_made_up_address_shows_the_matrix(paula: Guest, text: str) -> None:
    assert paula.get(f"{MATRIX}?{text}").status_code == 200


def test_the_centre_names_the_dimensions(paula: Guest) -> None:
    answer = paula.send("/verwaltung/preise/klassen/resource/benennen", {"de": "Tierklasse", "en": "Horse"})
    assert answer.status_code == 303
    for path in (MATRIX, "/verwaltung/preise/klassen", "/verwaltung/preise/frage"):
        page = words(paula.get(path))
        assert "Tierklasse" in page
        assert "Ressourcenklasse" not in page


def test_many_holes_are_told_as_few_lines(paula: Guest, shop: Flask) -> None:
    with shop.app_context(), transaction():
        for place in range(30):
            prices.add_class("appointment", {"de": f"Kreis {place}"})
    page = words(paula.get(MATRIX))
    assert "Kreis 0, Kreis 1, Kreis 2" in page.partition("Nicht buchbar")[2]
    assert "weitere Lücke" not in page


def test_a_hole_leads_to_the_form_that_fills_it(paula: Guest) -> None:
    (link,) = re.findall(r'href="(/verwaltung/preise/\?user=[^"#]+)#price"', paula.get(MATRIX).text)
    page = paula.get(unescape(link)).text
    ticked = re.findall(r'name="\w+" value="(\w+)" checked', page)
    assert ticked == ["jugendlich", "werkstatt", "eigen", "gast", "mitglied"]


def test_every_hole_can_be_seen(paula: Guest, shop: Flask) -> None:
    with shop.app_context(), transaction():
        for place in range(14):
            mine = {
                "user": [prices.add_class("user", {"de": f"Gruppe {place}"})],
                "appointment": [prices.add_class("appointment", {"de": f"Kreis {place}"})],
            }
            prices.add_row({**mine, "resource": ["haus", "eigen"], "member": ["gast", "mitglied"]}, 1000)
    with shop.test_request_context():
        missing = board().missing()
    page = words(paula.get(MATRIX))
    assert len(missing) > MOST_HOLES
    assert all(each.words in page for each in missing)
    assert f"und {len(missing) - MOST_HOLES} weitere Lücken" in page


def test_a_shop_without_classes_has_one_price_for_all(paula: Guest, emptied: None) -> None:
    page = paula.get(MATRIX)
    assert "Es gibt noch keine Klassen." in words(page)
    answer = paula.send(MATRIX, {"price": "12", "requires": ""})
    assert "alle Klassen, 12 €" in words(paula.get(answer.headers["Location"]))
