"""A code from an app after the password, and the spare codes for the day it is lost (QUALITY A8)."""

import re
import time

import pytest
from flask import Flask
from passlib.totp import TOTP

from shop.db import db
from shop.people.models import User
from tests.account.cast import PASSWORD, is_signed_in, log_in, queued
from tests.account.conftest import furnished
from tests.conftest import MakeApp
from tests.web.guest import Guest, words

SETUP = "/konto/zweiter-faktor"
CODE = "/konto/anmelden/code"
SPARE = "/konto/anmelden/ersatzcode"


def switch_on(guest: Guest) -> TOTP:
    """Set the app up on a browser that is signed in; the app."""
    page = guest.send(SETUP, {"setup": "authenticator"})
    assert page.status_code == 200, page.headers.get("Location")
    key = re.search(r'class="key figures">([^<]+)<', page.text)
    target = re.search(rf'action="({SETUP}/[^"]+)"', page.text)
    assert key
    assert target
    app = TOTP(key=key[1].replace("-", ""))
    answer = guest.send(target[1], {"code": app.generate(time.time() - 30).token})
    assert answer.headers["Location"] == "/konto/sicherheit"
    return app


def spare_codes(guest: Guest) -> list[str]:
    """New spare codes."""
    page = guest.send("/konto/ersatzcodes")
    return re.findall(r"<li>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</li>", page.text)


@pytest.fixture
def app_of_erna(erna: Guest) -> TOTP:
    """Erna's app; she has logged out."""
    log_in(erna)
    made = switch_on(erna)
    erna.send("/konto/abmelden")
    return made


def test_the_password_alone_opens_nothing_any_more(erna: Guest, app_of_erna: TOTP) -> None:
    assert log_in(erna).headers["Location"] == CODE
    assert not is_signed_in(erna)
    assert erna.send(CODE, {"code": "000000"}).status_code == 422
    assert not is_signed_in(erna)
    assert erna.send(CODE, {"code": app_of_erna.generate().token}).headers["Location"] == "/konto/"
    assert is_signed_in(erna)


def test_the_page_somebody_wanted_comes_after_the_code(erna: Guest, app_of_erna: TOTP) -> None:
    step = log_in(erna, next="/konto/sicherheit").headers["Location"]
    assert step == f"{CODE}?next=/konto/sicherheit"
    answer = erna.send(step, {"code": app_of_erna.generate().token})
    assert answer.headers["Location"] == "/konto/sicherheit"


def test_a_code_works_once(shop: Flask, erna: Guest, app_of_erna: TOTP) -> None:
    code = app_of_erna.generate().token
    log_in(erna)
    assert erna.send(CODE, {"code": code}).status_code == 302
    thief = Guest(shop, address="203.0.113.9")
    log_in(thief)
    assert thief.send(CODE, {"code": code}).status_code == 422
    assert not is_signed_in(thief)


def test_codes_cannot_be_guessed_from_many_places(shop: Flask, app_of_erna: TOTP) -> None:
    """The account counts too, once the password was right (A1)."""
    for place in range(10):
        guest = Guest(shop, address=f"203.0.113.{place}")
        log_in(guest)
        assert guest.send(CODE, {"code": "123456"}).status_code == 422
    late = Guest(shop, address="203.0.113.99")
    log_in(late)
    assert late.send(CODE, {"code": app_of_erna.generate().token}).status_code == 429


def test_without_the_password_no_code_is_asked(erna: Guest, app_of_erna: TOTP) -> None:
    for page in (CODE, SPARE):
        assert erna.get(page).headers["Location"] == "/konto/anmelden"
        assert erna.send(page, {"code": app_of_erna.generate().token}).status_code == 302
    assert not is_signed_in(erna)


def test_a_spare_code_opens_once(shop: Flask, erna: Guest) -> None:
    log_in(erna)
    switch_on(erna)
    codes = spare_codes(erna)
    assert len(set(codes)) == 8
    erna.send("/konto/abmelden")
    log_in(erna)
    assert erna.send(SPARE, {"code": "0000-0000-0000"}).status_code == 422
    assert erna.send(SPARE, {"code": f" {codes[3].upper()} "}).headers["Location"] == "/konto/"
    assert "7 Ersatzcodes" in words(erna.get("/konto/sicherheit"))
    other = Guest(shop)
    log_in(other)
    assert other.send(SPARE, {"code": codes[3]}).status_code == 422
    assert other.send(SPARE, {"code": codes[4]}).status_code == 302


def test_new_spare_codes_void_the_old_ones(shop: Flask, erna: Guest) -> None:
    log_in(erna)
    switch_on(erna)
    old, new = spare_codes(erna), spare_codes(erna)
    assert not set(old) & set(new)
    other = Guest(shop)
    log_in(other)
    assert other.send(SPARE, {"code": old[0]}).status_code == 422


def test_secrets_lie_encrypted(shop: Flask, erna: Guest) -> None:
    log_in(erna)
    app = switch_on(erna)
    codes = spare_codes(erna)
    with shop.app_context():
        user = db.session.scalars(db.select(User).where(User.username == "erna")).one()
        kept = f"{user.tf_totp_secret} {user.mf_recovery_codes}"
        db.session.rollback()
    assert app.base32_key not in kept
    assert not any(code in kept for code in codes)


def test_no_secret_is_served_as_a_picture_from_elsewhere(erna: Guest) -> None:
    log_in(erna)
    page = erna.send(SETUP, {"setup": "authenticator"})
    assert "<svg" in page.text
    assert "data:image" not in page.text


def test_switching_off_needs_the_password_again_after_a_while(
    erna: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(erna)
    switch_on(erna)
    with erna.client.session_transaction(base_url="http://localhost") as session:
        session["fs_paa"] -= 3600
        session.pop("fs_gexp", None)
    asked = erna.send(SETUP, {"setup": "disable"})
    assert asked.headers["Location"] == f"/konto/pruefen?next={SETUP}"
    assert erna.send(asked.headers["Location"], {"password": "falsch"}).status_code == 422
    assert erna.send(asked.headers["Location"], {"password": PASSWORD}).headers["Location"] == SETUP
    assert erna.send(SETUP, {"setup": "disable"}).headers["Location"] == "/konto/sicherheit"
    erna.send("/konto/abmelden")
    assert log_in(erna).headers["Location"] == "/konto/"


def test_the_owner_is_told(shop: Flask, erna: Guest) -> None:
    log_in(erna)
    switch_on(erna)
    assert queued(shop) == [("account_safety_changed", "erna@example.org")]


def test_staff_help_who_has_lost_everything(shop: Flask, erna: Guest, app_of_erna: TOTP) -> None:
    result = shop.test_cli_runner().invoke(args=["shop", "user", "reset-second-factor", "erna", "--yes"])
    assert result.exit_code == 0, result.output
    assert log_in(erna).headers["Location"] == "/konto/"


def test_second_factor_works_on_each_database(any_shop: Flask) -> None:
    guest = Guest(any_shop)
    log_in(guest)
    app = switch_on(guest)
    code = spare_codes(guest)[0]
    for page, value in ((CODE, app.generate().token), (SPARE, code)):
        guest.send("/konto/abmelden")
        log_in(guest)
        assert guest.send(page, {"code": value}).headers["Location"] == "/konto/"


def test_after_a_new_secret_key_passwords_are_good_and_second_factors_wait_for_staff(
    make_app: MakeApp, sqlite_uri: str
) -> None:
    """Passwords carry no pepper; what SECRET_KEY has encrypted cannot be read any more (settings)."""
    before = furnished(make_app(sqlite_uri))
    erna = Guest(before)
    log_in(erna)
    app = switch_on(erna)
    spare = spare_codes(erna)[0]
    after = make_app(sqlite_uri, SECRET_KEY="n" * 40)
    assert log_in(Guest(after), "jonas.oe").headers["Location"] == "/konto/"
    erna = Guest(after)
    assert log_in(erna).headers["Location"] == CODE
    assert erna.send(CODE, {"code": app.generate().token}).status_code == 422
    assert erna.send(SPARE, {"code": spare}).status_code == 422
    reset = ["shop", "user", "reset-second-factor", "erna", "--yes"]
    assert after.test_cli_runner().invoke(args=reset).exit_code == 0
    assert log_in(erna).headers["Location"] == "/konto/"
