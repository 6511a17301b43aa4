"""Opening an account by oneself; nobody learns whose addresses have one (QUALITY A1, A8)."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shop.db import db
from shop.people.models import User
from tests.account.cast import PASSWORD, is_signed_in, log_in, queued
from tests.account.test_passwords import link_in, mailed
from tests.web.guest import Guest, hidden, words

PAGE = "/konto/eroeffnen"
LEA = {
    "first_name": "Lea",
    "last_name": "Grażyński-Özdemir",
    "email": "lea@example.org",
    "username": "lea.g",
    "password": PASSWORD,
}


def form_of(guest: Guest, path: str = PAGE, **fields: str) -> dict[str, str]:
    """The form of the page, filled in by Lea."""
    page = guest.get(path)
    way = {"next": hidden(page, "next")} if 'name="next"' in page.text else {}
    return {name: hidden(page, name) for name in ("csrf_token", "form_key")} | way | LEA | fields


def register(guest: Guest, path: str = PAGE, **fields: str) -> TestResponse:
    """Fill the page in and send it."""
    return guest.send_bare(PAGE, form_of(guest, path, **fields))


def elsewhere(app: Flask, count: int) -> list[Guest]:
    """Visitors from many addresses."""
    return [Guest(app, address=f"203.0.113.{n + 1}") for n in range(count)]


def users(app: Flask) -> dict[str, str | None]:
    """Each address with its user name; names that are only kept count too."""
    with app.app_context():
        found = {each.email: each.username for each in db.session.scalars(db.select(User))}
        db.session.rollback()
    return found


def test_somebody_opens_an_account_confirms_and_logs_in(shop: Flask) -> None:
    lea = Guest(shop)
    answer = register(lea)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/konto/eroeffnet")
    assert "lea@example.org" in words(lea.get("/konto/eroeffnet"))
    assert not is_signed_in(lea)
    assert log_in(lea, "lea.g").status_code == 422, "not before the address is confirmed"
    lea.send(link_in(mailed(shop, "account_confirm"), "/konto/bestaetigen/"))
    assert log_in(lea, "lea.g").headers["Location"] == "/konto/"
    assert "Lea Grażyński-Özdemir" in words(lea.get("/konto/"))


def test_the_address_is_shown_once(shop: Flask) -> None:
    lea = Guest(shop)
    register(lea)
    lea.get("/konto/eroeffnet")
    assert "lea@example.org" not in lea.get("/konto/eroeffnet").text


def test_what_a_stranger_types_is_not_mailed_to_others(shop: Flask, otto: Guest) -> None:
    register(otto, first_name="500 € gewonnen: evil.example/x", last_name="Jetzt abholen")
    assert "evil.example" not in mailed(shop, "account_confirm")


@pytest.mark.parametrize("name", ["erna", "ERNA", " erna ", "er.na", "ema"])
def test_a_name_that_is_taken_or_looks_alike_is_told_at_the_field(
    shop: Flask, otto: Guest, name: str
) -> None:
    answer = register(otto, username=name)
    assert answer.status_code == 422
    assert "zum Verwechseln ähnlichen" in answer.text.partition('id="username-error"')[2][:200]
    assert hidden(answer, "first_name") == "Lea"
    assert PASSWORD not in answer.text
    assert queued(shop) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("first_name", " ", "Bitte geben Sie Ihren Vornamen ein."),
        ("last_name", "", "Bitte geben Sie Ihren Nachnamen ein."),
        ("last_name", "x" * 101, "höchstens 100 Zeichen"),
        ("email", "", "Bitte geben Sie Ihre E-Mail-Adresse ein."),
        ("email", "lea@", "name@beispiel.de"),
        ("email", "lea@example.org\r\nBcc: x@example.org", "name@beispiel.de"),
        ("username", "lé", "Erlaubt sind die Buchstaben"),
        ("username", "", "mindestens 3 Zeichen"),
        ("username", "lea@example.org", "Erlaubt sind die Buchstaben"),
        ("password", "kurz", "mindestens 10 Zeichen"),
        ("password", "lea@example.org", "Ihr Name und Ihre Adresse"),
        ("form_key", "x", "Bitte schicken Sie das Formular noch einmal ab."),
    ],
)
def test_bad_input_is_refused_in_words(shop: Flask, otto: Guest, field: str, value: str, said: str) -> None:
    answer = register(otto, **{field: value})
    assert answer.status_code == 422
    assert said in words(answer)
    assert queued(shop) == []


def test_a_stale_page_loses_nothing_that_was_typed(otto: Guest) -> None:
    answer = register(otto, csrf_token="x")
    assert answer.status_code == 400
    assert hidden(answer, "email") == "lea@example.org"
    form = LEA | {name: hidden(answer, name) for name in ("csrf_token", "form_key")}
    assert otto.send_bare(PAGE, form).status_code == 303


def test_a_form_is_no_way_to_flood_mailboxes(shop: Flask, otto: Guest) -> None:
    for n in range(10):
        answer = register(otto, email=f"lea{n}@example.org", username=f"gast.{'abcdefghkm'[n]}")
        assert answer.status_code == 303
    answer = register(otto)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    assert hidden(answer, "email") == "lea@example.org"
    assert "lea@example.org" not in users(shop)
    assert register(Guest(shop, address="198.51.100.1")).status_code == 303


def test_names_cannot_be_tried_for_ever(otto: Guest) -> None:
    for _ in range(10):
        assert register(otto, username="erna").status_code == 422
    assert register(otto, username="erna").status_code == 429


def test_the_page_that_it_was_opened_for_comes_after_the_first_log_in(shop: Flask) -> None:
    lea = Guest(shop)
    page = lea.get(lea.get("/konto/sicherheit").headers["Location"])
    (link,) = re.findall(rf'href="({PAGE}[^"]*)"', page.text)
    there = lea.get(link)
    assert '"/konto/anmelden?next=/konto/sicherheit"' in there.text
    assert register(lea, link).headers["Location"] == "/konto/eroeffnet?next=/konto/sicherheit"
    mail = mailed(shop, "account_confirm")
    found = re.search(r"http://localhost:8000(/konto/bestaetigen/\S+)", mail)
    assert found
    press = re.search(r'action="(/konto/bestaetigen/[^"]+)"', lea.get(found[1]).text)
    assert press
    page = lea.get(lea.send(press[1]).headers["Location"])
    assert log_in(lea, "lea.g", next=hidden(page, "next")).headers["Location"] == "/konto/sicherheit"


@pytest.mark.parametrize(
    "way",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/warenkorb/",
        "/gibt-es-nicht",
        "/konto/abmelden",
    ],
)
def test_nothing_leads_to_other_places(shop: Flask, otto: Guest, way: str) -> None:
    """An open redirect makes a page that asks for passwords a bait (A3)."""
    page = otto.get(PAGE, query_string={"next": way})
    assert "evil" not in page.text
    assert 'name="next"' not in page.text
    assert register(otto, next=way).headers["Location"] == "/konto/eroeffnet"
    assert "next" not in mailed(shop, "account_confirm")
    link = link_in(mailed(shop, "account_confirm"), "/konto/bestaetigen/")
    assert "evil" not in otto.get(link, query_string={"next": way}).text
    token = otto.token()
    answer = otto.client.post(link, query_string={"next": way}, data={"csrf_token": token})
    assert answer.headers["Location"] == "/konto/anmelden"


def test_who_is_signed_in_needs_no_other_account(shop: Flask, erna: Guest) -> None:
    log_in(erna)
    answer = erna.get(f"{PAGE}?next=/konto/sicherheit")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/konto/sicherheit")
    assert erna.get(f"{PAGE}?next=//evil.example").headers["Location"] == "/konto/"
    count = len(users(shop))
    form = LEA | {"form_key": "6f0f3a54-54d9-4d33-9c1b-0d1c8e1f9a77"}
    assert erna.send(PAGE, form).headers["Location"] == "/konto/"
    assert len(users(shop)) == count


def test_letters_speak_the_language_of_the_page(shop: Flask, otto: Guest) -> None:
    otto.get("/?sprache=en")
    register(otto)
    with shop.app_context():
        lea = db.session.scalars(db.select(User).where(User.email == "lea@example.org")).one()
        assert lea.language == "en"
        db.session.rollback()


def test_the_log_in_page_carries_its_way_on(otto: Guest) -> None:
    page = otto.get("/konto/anmelden?next=/konto/sicherheit")
    (link,) = re.findall(rf'href="({PAGE}[^"]*)"', page.text)
    assert parse_qs(urlsplit(link).query) == {"next": ["/konto/sicherheit"]}
