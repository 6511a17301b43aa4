"""The booking form: people, reductions, the price at once, and everything odd answered in words (R2, R6)."""

import re
from datetime import date

import pytest
from flask import Flask

from tests.booking.forms import ERNA, JUERGEN, lines, people, put_in, value
from tests.bookings.school import booked, change, course, package, room
from tests.web.guest import Guest, words


def test_one_person_goes_into_the_basket_with_the_courses_price(erna: Guest) -> None:
    answer = put_in(erna)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/warenkorb/")
    page = words(erna.get("/warenkorb/"))
    assert "Italienisch K1" in page
    assert "Für Erna Müller" in page
    assert "montags, 18:30–20:00 Uhr, ab 11. Januar 2027" in page
    assert "Summe 80 €" in page


def test_each_person_is_a_line_with_a_price_of_their_own(erna: Guest) -> None:
    put_in(erna, ERNA, {**JUERGEN, "reduction": "ermaessigt"})
    page = words(erna.get("/warenkorb/"))
    assert len(lines(erna)) == 2
    assert "Ermäßigt · Nachweis: Ausweis am ersten Abend" in page
    assert "Summe 140 €" in page


def test_the_form_shows_reductions_with_price_and_proof(erna: Guest) -> None:
    page = words(erna.get("/kurse/K1/buchen"))
    assert "Voller Preis 80 €" in page
    assert "Ermäßigt 60 €" in page
    assert "Nachweis: Ausweis am ersten Abend" in page


def test_one_more_person_without_javascript_keeps_what_was_typed(erna: Guest) -> None:
    page = put_in(erna, {**JUERGEN, "reduction": "ermaessigt"}, intent="weitere")
    assert page.status_code == 200
    assert (value(page, "people"), value(page, "p1-first_name"), value(page, "p2-first_name")) == (
        "2",
        "Jürgen",
        "",
    )
    assert re.search(r'name="p1-reduction" value="ermaessigt"[^>]*checked', page.text)
    assert lines(erna) == []


def test_one_more_person_with_htmx_is_the_form_alone(erna: Guest) -> None:
    part = erna.send("/kurse/K1/buchen", people(ERNA, intent="weitere"), headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<form id="booking"')
    assert "<html" not in part.text


def test_a_person_can_be_taken_out_again(erna: Guest) -> None:
    page = put_in(erna, ERNA, JUERGEN, intent="ohne-1")
    assert (value(page, "people"), value(page, "p1-first_name")) == ("1", "Jürgen")
    assert (value(page, "p1-email"), value(page, "p2-first_name")) == ("juergen@example.org", None)


def test_the_last_person_cannot_be_taken_out(erna: Guest) -> None:
    page = put_in(erna, ERNA, intent="ohne-1")
    assert (value(page, "people"), value(page, "p1-first_name")) == ("1", "Erna")


def test_eight_people_are_the_most(erna: Guest) -> None:
    page = put_in(erna, *[ERNA] * 8, intent="weitere")
    assert value(page, "people") == "8"
    assert "Mehr als 8 Personen melden Sie bitte in einer zweiten Buchung an." in words(page)


@pytest.mark.parametrize("count", ["0", "9", "-1", "1e1", "", "８", "99999999999999"])
def test_a_made_up_number_of_people_is_one(erna: Guest, count: str) -> None:
    assert value(put_in(erna, {"first_name": "", "last_name": ""}, people=count), "people") == "1"


def test_the_price_follows_the_choice_and_keeps_nothing(erna: Guest) -> None:
    typed = people(ERNA, {**JUERGEN, "reduction": "ermaessigt"})
    part = erna.send("/kurse/K1/preis", typed, headers={"HX-Request": "true"})
    assert "Zusammen 140 €" in words(part)
    assert part.text.lstrip().startswith('<section id="price"')
    assert lines(erna) == []


@pytest.mark.parametrize("intent", ["preis", "weitere"])
def test_without_javascript_a_button_updates_the_price(erna: Guest, intent: str) -> None:
    page = put_in(erna, {**ERNA, "reduction": "ermaessigt"}, intent=intent)
    assert "60 €" in re.search(r'id="price".*?</section>', page.text, re.S)[0].replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ({"first_name": " ", "last_name": "Müller"}, "Bitte geben Sie den Vornamen ein."),
        ({"first_name": "Erna", "last_name": "\u202e"}, "Bitte geben Sie den Nachnamen ein."),
        ({"first_name": "x" * 101, "last_name": "Müller"}, "Bitte kürzen Sie auf höchstens 100 Zeichen."),
        ({**ERNA, "email": "erna@"}, "Bitte geben Sie eine E-Mail-Adresse wie name@beispiel.de ein."),
        ({**ERNA, "email": "jürgen@example.org"}, "Bitte geben Sie eine E-Mail-Adresse wie"),
        ({**ERNA, "reduction": "geschenkt"}, "Diesen Preis gibt es hier nicht."),
    ],
)
def test_what_is_odd_is_said_at_its_field_and_nothing_is_lost(
    erna: Guest, person: dict[str, str], sentence: str
) -> None:
    page = put_in(erna, JUERGEN, person)
    assert page.status_code == 422
    assert sentence in words(page)
    assert "2. Person: " + sentence in words(page)
    assert (value(page, "p1-first_name"), value(page, "p1-email")) == ("Jürgen", "juergen@example.org")
    assert lines(erna) == []


def test_a_form_that_was_open_for_long_is_given_back_filled(erna: Guest) -> None:
    page = erna.send_bare("/kurse/K1/buchen", people(ERNA))
    assert page.status_code == 400
    assert "Bitte bestätigen Sie noch einmal." in words(page)
    assert value(page, "p1-first_name") == "Erna"
    assert lines(erna) == []


def test_markup_in_names_stays_text(erna: Guest) -> None:
    put_in(erna, {"first_name": "<script>alert(1)</script>", "last_name": "Müller"})
    assert "<script>alert" not in erna.get("/warenkorb/").text


def test_a_line_in_the_basket_can_be_changed(erna: Guest) -> None:
    put_in(erna, {**JUERGEN, "reduction": "ermaessigt"})
    [line] = lines(erna)
    path = f"/kurse/K1/buchen?zeile={line}"
    page = erna.get(path)
    assert (value(page, "p1-first_name"), value(page, "p1-email")) == ("Jürgen", "juergen@example.org")
    assert "checked" in re.search(r'name="p1-reduction" value="ermaessigt"[^>]*', page.text)[0]
    erna.send(path, people({**ERNA, "reduction": ""}))
    assert lines(erna) == [line]
    assert "Für Erna Müller" in words(erna.get("/warenkorb/"))
    assert "Summe 80 €" in words(erna.get("/warenkorb/"))


def test_a_strangers_line_is_an_empty_form_and_stays_as_it_is(erna: Guest, otto: Guest) -> None:
    put_in(erna)
    [line] = lines(erna)
    path = f"/kurse/K1/buchen?zeile={line}"
    assert "Erna" not in otto.get(path).text
    otto.send(path, people(JUERGEN))
    assert "Für Erna Müller" in words(erna.get("/warenkorb/"))


def test_a_line_of_another_course_is_not_changed_here(shop: Flask, erna: Guest) -> None:
    with shop.app_context():
        course("K2")
    put_in(erna)
    [line] = lines(erna)
    erna.send(f"/kurse/K2/buchen?zeile={line}", people(JUERGEN))
    assert len(lines(erna)) == 2


def test_nobody_can_make_one_place_many(erna: Guest) -> None:
    put_in(erna)
    [line] = lines(erna)
    assert erna.send(f"/warenkorb/{line}/menge", {"quantity": "5"}).status_code == 422
    assert "Summe 80 €" in words(erna.get("/warenkorb/"))


def test_a_remembered_course_asks_who_takes_part_when_it_is_booked(erna: Guest) -> None:
    for _ in range(2):
        assert erna.send("/kurse/K1/merken").headers["Location"] == "/merkliste/"
    [line] = lines(erna, "/merkliste/")
    assert f'href="/kurse/K1/buchen?zeile={line}"' in erna.get("/merkliste/").text
    erna.send(f"/kurse/K1/buchen?zeile={line}", people(ERNA, JUERGEN))
    assert lines(erna, "/merkliste/") == []
    assert len(lines(erna)) == 2


def test_a_remembered_course_moved_into_the_basket_cannot_be_ordered_without_a_name(erna: Guest) -> None:
    erna.send("/kurse/K1/merken")
    [line] = lines(erna, "/merkliste/")
    erna.send(f"/merkliste/{line}/buchen")
    assert "Bitte tragen Sie ein, wer teilnimmt." in words(erna.get("/warenkorb/"))
    assert erna.get("/kasse/").status_code == 303


def test_a_course_that_takes_no_vouchers_says_so_before_anything_is_typed(shop: Flask, erna: Guest) -> None:
    sentence = "Gutscheine können für dieses Angebot nicht eingelöst werden."
    assert sentence not in words(erna.get("/kurse/K1/buchen"))
    with shop.app_context():
        change(redeemable=False)
    page = words(erna.get("/kurse/K1/buchen"))
    assert page.index(sentence) < page.index("Vorname")


CLOSED = [
    ({"cancelled_on": date(2026, 11, 20)}, "Dieser Kurs fällt leider aus."),
    ({"register_until": date(2026, 11, 20)}, "Die Anmeldung ist geschlossen."),
]


@pytest.mark.parametrize(("news", "sentence"), CLOSED)
def test_a_closed_course_says_why_and_has_no_form(
    shop: Flask, erna: Guest, news: dict[str, object], sentence: str
) -> None:
    with shop.app_context():
        change(**news)
    page = erna.get("/kurse/K1/buchen")
    assert page.status_code == 200
    assert sentence in words(page)
    assert "Vorname" not in words(page)


def test_a_full_course_leads_to_the_waiting_list(shop: Flask, erna: Guest) -> None:
    with shop.app_context():
        room(capacity=0)
    page = erna.get("/kurse/K1/buchen")
    assert "Dieser Kurs ist ausgebucht." in words(page)
    assert 'href="/kurse/K1/warteliste"' in page.text


@pytest.mark.parametrize(
    ("news", "sentence"),
    [
        (CLOSED[0][0], "Dieser Kurs fällt leider aus."),
        (CLOSED[1][0], "Die Anmeldung zu diesem Kurs ist geschlossen."),
    ],
)
def test_a_course_that_closed_while_the_form_was_open_loses_nothing(
    shop: Flask, erna: Guest, news: dict[str, object], sentence: str
) -> None:
    with shop.app_context():
        change(**news)
    page = put_in(erna)
    assert (page.status_code, value(page, "p1-first_name")) == (422, "Erna")
    assert sentence in words(page)
    assert lines(erna) == []


def test_more_people_than_seats_are_told_how_many_are_left(shop: Flask, erna: Guest) -> None:
    with shop.app_context():
        booked()
    page = put_in(erna, *[ERNA] * 3)
    assert page.status_code == 422
    assert "Es sind nur noch 2 Plätze frei." in words(page)


def test_a_basket_line_says_when_its_course_has_become_full(shop: Flask, erna: Guest) -> None:
    put_in(erna)
    with shop.app_context():
        room(capacity=0)
    page = erna.get("/warenkorb/")
    assert "Dieser Kurs ist inzwischen ausgebucht." in words(page)
    assert "Zur Kasse" not in words(page)


def test_a_basket_line_says_when_its_reduction_is_gone(shop: Flask, erna: Guest) -> None:
    put_in(erna, {**ERNA, "reduction": "ermaessigt"})
    with shop.app_context():
        change(reductions=[])
    assert "Diese Ermäßigung gibt es nicht mehr." in words(erna.get("/warenkorb/"))


def test_a_free_course_costs_nothing_in_words(shop: Flask, erna: Guest) -> None:
    with shop.app_context():
        change(price_cents=0, reductions=[])
    assert "kostenlos" in words(erna.get("/kurse/K1/buchen"))
    put_in(erna)
    assert "kostenlos" in words(erna.get("/warenkorb/"))


def test_a_package_shows_its_courses(shop: Flask, erna: Guest) -> None:
    with shop.app_context():
        course("K2")
        package("P1", "K1", "K2", title={"de": "Italienisch ganz"}, schedule={})
    assert "Italienisch K2" in words(erna.get("/kurse/P1/buchen"))
    put_in(erna, number="P1")
    page = words(erna.get("/warenkorb/"))
    assert "Italienisch ganz" in page
    assert "Italienisch K1: montags" in page


@pytest.mark.parametrize(
    "path", ["/kurse/G1000/buchen", "/kurse/K9/buchen", "/kurse/K9/warteliste", "/warteliste/x"]
)
def test_what_is_no_course_has_no_form(erna: Guest, path: str) -> None:
    assert erna.get(path).status_code == 404


def test_a_full_basket_is_said_in_words(erna: Guest) -> None:
    for _ in range(17):
        put_in(erna, *[ERNA] * 3)
    page = put_in(erna, *[ERNA] * 3)
    assert page.status_code == 422
    assert "kein Platz mehr" in words(page)
    assert len(lines(erna)) == 48


def test_pages_with_names_are_never_kept_by_a_cache(erna: Guest) -> None:
    assert erna.get("/kurse/K1/buchen").headers["Cache-Control"] == "no-store"


def test_the_form_speaks_english_about_an_english_course(erna: Guest) -> None:
    assert "Italian K1" in words(erna.get("/kurse/K1/buchen?sprache=en"))
