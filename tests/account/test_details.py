"""What is kept about somebody, and what of it they change themselves."""

import pytest
from flask import Flask

from tests.account.cast import log_in
from tests.account.test_passwords import mailed
from tests.web.guest import Guest, hidden, words

PAGE = "/konto/angaben"
NEW = {"first_name": "Ärna", "last_name": "Łukasz", "language": "en"}


def test_the_page_shows_what_is_kept(erna: Guest) -> None:
    log_in(erna)
    page = erna.get(PAGE)
    assert (hidden(page, "first_name"), hidden(page, "last_name")) == ("Erna", "Müller")
    said = words(page)
    for text in ("Benutzername erna", "E-Mail erna@example.org", "Zweiter Faktor Ausgeschaltet"):
        assert text in said
    assert "$argon2" not in page.text


def test_name_and_language_are_changed(shop: Flask, erna: Guest) -> None:
    log_in(erna)
    answer = erna.send(PAGE, NEW)
    assert answer.status_code == 303
    page = erna.get(answer.headers["Location"])
    assert '<html lang="en">' in page.text
    assert '<html lang="en">' in erna.get("/konto/").text
    assert hidden(page, "first_name") == "Ärna"
    assert "Ärna Łukasz" in words(erna.get("/konto/"))
    erna.send("/konto/passwort-vergessen", {"email": "erna@example.org"})
    letter = mailed(shop, "account_reset")
    assert "Ärna Łukasz" in letter
    assert "Guten Tag" not in letter, "letters are in English from now on"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("first_name", " ", "Bitte geben Sie Ihren Vornamen ein."),
        ("last_name", "", "Bitte geben Sie Ihren Nachnamen ein."),
        ("last_name", "x" * 101, "höchstens 100 Zeichen"),
        ("language", "fr", "Bitte wählen Sie, in welcher Sprache"),
        ("language", "", "Bitte wählen Sie, in welcher Sprache"),
    ],
)
def test_bad_input_is_refused_in_words_and_changes_nothing(
    erna: Guest, field: str, value: str, said: str
) -> None:
    log_in(erna)
    answer = erna.send(PAGE, {**NEW, field: value})
    assert answer.status_code == 422
    assert said in words(answer)
    assert "Erna Müller" in words(erna.get("/konto/"))


def test_only_name_and_language_are_taken_from_the_form(erna: Guest, otto: Guest) -> None:
    log_in(erna)
    erna.send(PAGE, {**NEW, "email": "x@example.org", "username": "x", "active": "", "id": "2"})
    assert "erna@example.org" in erna.get(PAGE).text
    log_in(otto, "jonas.oe")
    assert "Jonas Öztürk" in words(otto.get("/konto/"))


def test_a_stale_page_loses_nothing_that_was_typed(erna: Guest) -> None:
    log_in(erna)
    answer = erna.send_bare(PAGE, {**NEW, "csrf_token": "x"})
    assert answer.status_code == 400
    assert hidden(answer, "first_name") == "Ärna"


def test_a_visitor_is_sent_to_log_in_and_comes_back(otto: Guest) -> None:
    assert otto.get(PAGE).headers["Location"] == "/konto/anmelden?next=/konto/angaben"
