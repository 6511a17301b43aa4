"""What accounts cost those who have none, and what a page shows when the database is away."""

import pytest
from flask import Flask

from tests.account.cast import log_in
from tests.account.conftest import furnished
from tests.conftest import MakeApp
from tests.statements import statements
from tests.web.guest import Guest, words
from tests.web.test_database_away import assert_busy, locked, on_connect

KEPT = ["/", "/gutscheine/", "/kurse/", "/seiten/agb"]


@pytest.mark.parametrize("path", [*KEPT, "/warenkorb/", "/guthaben/", "/konto/anmelden", "/konto/eroeffnen"])
def test_a_guest_costs_no_question_about_accounts(shop: Flask, path: str) -> None:
    guest = Guest(shop)
    with shop.app_context(), statements() as asked:
        assert guest.get(path).status_code == 200
    assert not any("users" in statement for statement in asked)


def test_nor_do_public_pages_and_files_for_those_who_are_signed_in(shop: Flask, erna: Guest) -> None:
    log_in(erna)
    with shop.app_context(), statements() as asked:
        for path in (*KEPT, "/static/css/base.css", "/warenkorb/"):
            assert erna.get(path).status_code == 200
    assert not any("users" in statement for statement in asked)


@pytest.mark.parametrize("path", KEPT)
def test_the_head_of_a_kept_page_is_each_visitors_own(erna: Guest, otto: Guest, path: str) -> None:
    log_in(erna)
    for _ in range(2):
        assert '<a class="own" href="/konto/"' in erna.get(path).text
        assert '<a class="own" href="/konto/anmelden"' in otto.get(path).text
    assert "Erna Müller" not in erna.get(path).text


def test_an_ended_session_says_konto_until_it_is_asked(shop: Flask, erna: Guest, otto: Guest) -> None:
    log_in(erna)
    log_in(otto)
    otto.send("/konto/ueberall-abmelden")
    assert erna.get("/konto/").status_code == 302
    assert '<a class="own" href="/konto/anmelden"' in erna.get("/").text


def test_a_page_without_database_still_stands_for_who_is_signed_in(
    make_app: MakeApp, sqlite_uri: str
) -> None:
    app = furnished(make_app(sqlite_uri))
    erna = Guest(app)
    log_in(erna)
    on_connect(app, "busy_timeout = 50")
    with locked(sqlite_uri, "EXCLUSIVE"):
        assert_busy(erna.get("/konto/"))
        assert erna.get("/static/css/base.css").status_code == 200
    assert "Erna Müller" in words(erna.get("/konto/"))


def test_a_locked_database_loses_no_log_in(make_app: MakeApp, sqlite_uri: str) -> None:
    app = furnished(make_app(sqlite_uri))
    erna = Guest(app)
    form = {"csrf_token": erna.token(), "email": "erna", "password": "x"}
    on_connect(app, "busy_timeout = 50")
    with locked(sqlite_uri, "IMMEDIATE"):
        assert_busy(erna.send_bare("/konto/anmelden", form))
    assert log_in(erna).status_code == 302
