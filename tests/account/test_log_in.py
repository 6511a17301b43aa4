"""Logging in and out, by user name or address (QUALITY A8)."""

import re
import time
from datetime import timedelta

import pytest
from flask import Flask

from shop import clock
from shop.db import db
from shop.people.models import User
from tests.account.cast import PASSWORD, change, is_signed_in, log_in, open_account
from tests.conftest import MakeApp
from tests.web.conftest import opened
from tests.web.guest import Guest, hidden, words

WRONG = "Benutzername oder Passwort stimmt nicht"


@pytest.mark.parametrize("name", ["erna", "ERNA", " erna ", "erna@example.org", "Erna@Example.org"])
def test_user_name_or_address_and_password_open_the_account(erna: Guest, name: str) -> None:
    answer = log_in(erna, name)
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"] == "/konto/"
    assert "Erna Müller" in erna.get("/konto/").text


def test_log_in_works_on_each_database(any_shop: Flask) -> None:
    guest = Guest(any_shop)
    assert log_in(guest).status_code == 302
    assert is_signed_in(guest)


def test_a_stranger_is_sent_to_log_in_and_comes_back(erna: Guest) -> None:
    sent = erna.get("/konto/sicherheit")
    assert sent.status_code == 302
    page = erna.get(sent.headers["Location"])
    form = {"email": "erna", "password": PASSWORD, "next": hidden(page, "next")}
    answer = erna.send_bare("/konto/anmelden", {**form, "csrf_token": hidden(page, "csrf_token")})
    assert answer.headers["Location"] == "/konto/sicherheit"


@pytest.mark.parametrize(
    "way",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/warenkorb/",
        "/gibt-es-nicht",
        "/konto/\r\nX: y",
        "javascript:alert(1)",
        "security.logout",
    ],
)
def test_log_in_leads_to_named_pages_of_ours_only(erna: Guest, way: str) -> None:
    """An open redirect makes a log-in page a bait (A3)."""
    answer = log_in(erna, next=way)
    assert answer.headers["Location"] == "/konto/"
    other = Guest(erna.client.application)
    token = hidden(other.get("/konto/anmelden", query_string={"next": way}), "csrf_token")
    form = {"email": "erna", "password": PASSWORD, "csrf_token": token}
    answer = other.client.post("/konto/anmelden", query_string={"next": way}, data=form)
    assert answer.headers["Location"] == "/konto/"


def test_unknown_name_wrong_password_and_no_password_yet_answer_alike(shop: Flask) -> None:
    open_account(shop, "ohne.passwort", password=None)
    pages = set()
    for name, password in (("erna", "falsch"), ("niemand", "falsch"), ("ohne.passwort", "falsch")):
        answer = log_in(Guest(shop), name, password)
        assert answer.status_code == 422
        pages.add(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(pages) == 1
    assert WRONG in pages.pop()


def test_a_password_is_never_sent_back(erna: Guest) -> None:
    assert "falsches Geheimnis" not in log_in(erna, password="falsches Geheimnis").text


def test_a_disabled_account_stays_closed_and_its_sessions_end(shop: Flask, erna: Guest) -> None:
    log_in(erna)
    change(shop, "erna", active=False)
    assert not is_signed_in(erna)
    answer = log_in(Guest(shop))
    assert answer.status_code == 422
    assert "gesperrt" in answer.text
    assert WRONG in log_in(Guest(shop), password="falsch").text


def test_an_unconfirmed_address_comes_first(shop: Flask) -> None:
    open_account(shop, "neu", confirmed=False)
    guest = Guest(shop)
    answer = log_in(guest, "neu")
    assert answer.status_code == 422
    assert "bestätigen Sie zuerst" in answer.text
    assert not is_signed_in(guest)


def test_logging_out_needs_a_token_and_ends_the_session(erna: Guest) -> None:
    log_in(erna)
    assert erna.send_bare("/konto/abmelden").status_code == 400
    assert is_signed_in(erna)
    assert erna.send("/konto/abmelden").status_code == 302
    assert not is_signed_in(erna)
    assert erna.get("/konto/abmelden").status_code == 405


def test_signing_in_begins_a_new_session(erna: Guest) -> None:
    token = erna.token()
    log_in(erna)
    assert erna.send_bare("/konto/ueberall-abmelden", {"csrf_token": token}).status_code == 400
    with erna.client.session_transaction(base_url="http://localhost") as session:
        assert "_id" not in session


def test_the_token_of_before_is_void_after_logging_out(erna: Guest) -> None:
    log_in(erna)
    token = erna.token()
    erna.send("/konto/abmelden")
    assert erna.send_bare("/konto/anmelden", {"csrf_token": token}).status_code == 400


def test_everywhere_means_every_browser(shop: Flask, erna: Guest, otto: Guest) -> None:
    for guest in (erna, otto):
        log_in(guest)
        assert is_signed_in(guest)
    assert erna.send("/konto/ueberall-abmelden").headers["Location"] == "/konto/anmelden"
    assert not is_signed_in(erna)
    assert not is_signed_in(otto)


def test_nobody_is_remembered_by_a_cookie_of_its_own(erna: Guest) -> None:
    answer = log_in(erna, remember="y")
    assert [name.partition("=")[0] for name in answer.headers.getlist("Set-Cookie")] == ["shop"]


def test_a_session_ends_after_two_weeks_however_busy(erna: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(erna)
    late = time.time() + timedelta(days=14, minutes=1).total_seconds()
    monkeypatch.setattr("shop.web.account.library.time.time", lambda: late)
    assert not is_signed_in(erna)


def test_no_address_is_kept_of_who_logs_in(shop: Flask, otto: Guest) -> None:
    log_in(otto)
    with shop.app_context():
        user = db.session.scalars(db.select(User).where(User.username == "erna")).one()
        assert user.login_count == 1
        assert user.current_login_ip is None
        assert user.last_login_ip is None
        assert user.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert abs((user.current_login_at - clock.now().replace(tzinfo=None)).total_seconds()) < 60
        db.session.rollback()


def test_ten_wrong_passwords_slow_their_source_and_nobody_else(shop: Flask, erna: Guest, otto: Guest) -> None:
    for _ in range(10):
        assert log_in(erna, password="falsch").status_code == 422
    slowed = log_in(erna)
    assert slowed.status_code == 429
    assert 0 < int(slowed.headers["Retry-After"]) <= 600
    assert not is_signed_in(erna)
    assert log_in(otto).status_code == 302


def test_right_passwords_slow_nobody(shop: Flask) -> None:
    for _ in range(12):
        assert log_in(Guest(shop)).status_code == 302


def test_basket_and_account_go_together(erna: Guest) -> None:
    erna.put_in()
    log_in(erna)
    assert "Kursgutschein" in erna.get("/warenkorb/").text
    erna.send("/konto/abmelden")
    assert "Kursgutschein" in erna.get("/warenkorb/").text


def test_json_is_not_spoken_here(erna: Guest) -> None:
    answer = erna.client.post(
        "/konto/anmelden",
        json={"email": "erna", "password": PASSWORD},
        headers={"X-CSRFToken": erna.token()},
        base_url="http://localhost",
    )
    assert answer.status_code == 415


def test_the_library_adds_no_commands_files_or_doors(shop: Flask, erna: Guest) -> None:
    assert {"users", "roles"}.isdisjoint(shop.cli.commands)
    assert erna.get("/login").headers["Location"].endswith("/konto/anmelden")
    for path in ("/register", "/logout", "/reset", "/fs-static/js/webauthn.js", "/konto/anmelden/hilfe"):
        assert erna.get(path).status_code == 404, path
    assert erna.get("/konto/", headers={"Authentication-Token": "x"}).status_code == 302


def test_account_pages_are_kept_by_nobody(erna: Guest) -> None:
    log_in(erna)
    for path in ("/konto/", "/konto/sicherheit", "/konto/passwort", "/konto/passkeys", "/konto/ersatzcodes"):
        answer = erna.get(path)
        assert answer.status_code == 200, path
        assert "no-store" in answer.headers["Cache-Control"], path


def test_under_https_the_account_travels_in_the_guarded_cookie(make_app: MakeApp, sqlite_uri: str) -> None:
    app = opened(make_app(sqlite_uri, BASE_URL="https://laden.example.org"))
    open_account(app, "erna")
    guest = Guest(app, base_url="https://laden.example.org")
    (cookie,) = log_in(guest).headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-shop=")
    for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert mark in cookie
    assert is_signed_in(guest)


def test_english_speaks_english_or_german_but_not_the_librarys_words(erna: Guest) -> None:
    assert "Authentication failed" not in words(log_in(erna, password="falsch"))
