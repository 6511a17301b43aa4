"""What a visitor finds: start page, vouchers, programme, editorial and embedded configurators."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from shop.catalogue.models import Offer
from shop.db import db, transaction
from tests.web.guest import Guest, words


def test_the_start_page_leads_to_the_configurator_and_to_the_balance(erna: Guest) -> None:
    page = erna.get("/").text
    assert 'href="/gutscheine/standard"' in page
    assert 'href="/gutscheine/standard?betrag=5000"' in page
    assert 'href="/guthaben/"' in page


def test_every_page_has_the_legal_links_and_the_withdrawal(erna: Guest) -> None:
    for path in (
        "/",
        "/gutscheine/",
        "/gutscheine/standard",
        "/kurse/",
        "/guthaben/",
        "/warenkorb/",
        "/nichts",
    ):
        page = erna.get(path).text
        for slug in ("impressum", "datenschutz", "agb", "widerruf"):
            assert f'href="/seiten/{slug}"' in page, path
        assert re.search(r'href="/vertrag-widerrufen/">Vertrag widerrufen<', page), path


def test_the_voucher_list_shows_what_each_may_cost(erna: Guest) -> None:
    text = words(erna.get("/gutscheine/"))
    assert "Kursgutschein" in text
    assert "5 € bis 250 €" in text
    assert "Kursnummer G1000" in text


def test_a_voucher_is_found_in_the_programme_by_its_course_number(erna: Guest) -> None:
    text = erna.get("/kurse/?q=g1000").text
    assert 'href="/kurse/G1000"' in text
    assert text.count('<p class="number figures">') == 1


def test_a_voucher_in_the_programme_has_its_configurator(erna: Guest) -> None:
    page = erna.get("/kurse/G1000").text
    assert 'action="/gutscheine/standard" method="post"' in page


def test_the_search_answers_htmx_with_the_list_alone(erna: Guest) -> None:
    answer = erna.get("/kurse/?q=brot", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<section id="found"')
    assert "HX-Request" in answer.headers["Vary"]
    assert "Brot" in answer.text


def test_a_search_without_result_says_what_to_do(erna: Guest) -> None:
    assert "Dazu haben wir nichts gefunden." in words(erna.get("/kurse/?q=xyzzy"))


def test_a_page_of_the_programme_that_does_not_exist_is_not_found(erna: Guest) -> None:
    assert erna.get("/kurse/?seite=99").status_code == 404
    assert erna.get("/kurse/?seite=0").status_code == 404


def test_a_course_shows_its_facts(shop: Flask, erna: Guest) -> None:
    with shop.app_context():
        number = db.session.scalar(select(Offer.number).where(Offer.kind == "course").order_by(Offer.number))
    text = words(erna.get(f"/kurse/{number}"))
    assert f"Kursnummer {number}" in text
    assert "Diesen Kurs verschenken" in text


def test_an_unpublished_voucher_is_gone_everywhere_at_once(shop: Flask, erna: Guest) -> None:
    assert erna.get("/gutscheine/standard").status_code == 200
    with shop.app_context(), transaction() as session:
        session.get(Offer, "G1000").published = False
    for path in ("/gutscheine/standard", "/kurse/G1000", "/einbetten/standard"):
        assert erna.get(path).status_code == 404, path
    assert 'href="/gutscheine/standard"' not in erna.get("/gutscheine/").text
    assert erna.get("/seiten/gutscheine-verschenken").status_code == 200


def test_an_editorial_page_has_the_configurator_where_staff_put_it(erna: Guest) -> None:
    page = erna.get("/seiten/gutscheine-verschenken").text
    before, form, after = page.partition('<form class="configurator"')
    assert form
    assert '<div class="prose">' in before
    assert '<div class="prose">' in after
    assert "[[gutschein:" not in page


def test_the_embedded_configurator_opens_a_new_tab_and_carries_no_session(erna: Guest) -> None:
    answer = erna.get("/einbetten/standard")
    assert 'target="_blank"' in answer.text
    assert "csrf_token" not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "frame-ancestors https://stadt.example.org" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/gutscheine/", "/kurse/", "/seiten/impressum"])
def test_pages_speak_the_language_that_was_chosen(erna: Guest, path: str) -> None:
    assert '<html lang="de">' in erna.get(path).text
    erna.get(f"{path}?sprache=en")
    assert '<html lang="en">' in erna.get(path).text


def test_refusals_have_pages_of_their_own(erna: Guest) -> None:
    answer = erna.get("/gutscheine/gibt-es-nicht")
    assert answer.status_code == 404
    assert "Diese Seite gibt es hier nicht." in words(answer)
