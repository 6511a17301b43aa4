"""Requests that are too large, broken, or addressed to nothing are refused in words (issue 2, error pages)."""

import io

import pytest
from flask import Flask

from tests.conftest import MakeApp
from tests.web.conftest import opened
from tests.web.guest import CARD, Guest, everything, words


def test_too_large_a_form_is_refused_with_our_page(shop: Flask, erna: Guest) -> None:
    token = erna.token()
    before = everything(shop)
    for path in (
        "/gutscheine/standard",
        "/gutscheine/standard/vorschau",
        "/kasse/",
        "/guthaben/",
        "/vertrag-widerrufen/",
    ):
        for size in (300_000, 5_000_000):
            answer = erna.send_bare(path, {**CARD, "csrf_token": token, "dedication": "x" * size})
            assert answer.status_code == 413, path
            assert "Das ist zu viel auf einmal." in words(answer)
    assert everything(shop) == before


def test_a_large_webhook_is_refused(make_app: MakeApp, sqlite_uri: str) -> None:
    app = opened(make_app(sqlite_uri, STRIPE_SECRET_KEY="sk_test_1", STRIPE_WEBHOOK_SECRET="whsec_1"))
    before = everything(app)
    for size in (257 * 1024, 3_000_000):
        answer = app.test_client().post("/stripe/webhook", data=b"x" * size, content_type="application/json")
        assert answer.status_code == 413
    assert everything(app) == before


def test_a_long_dedication_in_many_bytes_still_gets_its_own_answer(erna: Guest) -> None:
    """10,000 characters of four bytes each are refused at their field, not as a whole."""
    answer = erna.design(dedication="🎁" * 10_000)
    assert answer.status_code == 422
    assert "höchstens 500 Zeichen" in words(answer)


def test_too_many_fields_are_refused(erna: Guest) -> None:
    fields = {f"x{n}": (io.BytesIO(b""), f"{n}.txt") for n in range(500)}
    assert erna.send("/gutscheine/standard", fields).status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\nbroken"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="motif"\r\n\r\nstand',
        ),
        ("multipart/form-data; boundary=" + "x" * 3000, b"--x--"),
        ("multipart/form-data; boundary=\x80", b"--\x80--"),
        ("application/x-www-form-urlencoded", b"%"),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%ff%fe&=&&&===="),
        ("application/x-www-form-urlencoded; charset=utf-7", b"motif=+ADw-script+AD4-"),
        ("application/json", b'{"motif": "standard"}'),
        ("application/xml", b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>"),
        ("text/plain", b"csrf_token=x"),
        ("", b"motif=standard"),
    ],
)
def test_a_broken_body_is_refused(shop: Flask, erna: Guest, kind: str, body: bytes) -> None:
    erna.put_in()
    before = everything(shop)
    for path in ("/gutscheine/standard", "/kasse/", "/guthaben/", "/vertrag-widerrufen/"):
        answer = erna.client.post(path, data=body, content_type=kind)
        assert answer.status_code == 400, path
        assert "passwd" not in answer.text
        assert "</html>" in answer.text
    assert everything(shop) == before


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/warenkorb/", {"GET", "HEAD", "OPTIONS"}),
        ("PUT", "/kasse/", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("POST", "/", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/stripe/webhook", {"POST", "OPTIONS"}),
        ("GET", "/gutscheine/standard/vorschau", {"POST", "OPTIONS"}),
        ("TRACE", "/", {"GET", "HEAD", "OPTIONS"}),
        ("UNSINN", "/", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_told_what_is_allowed(
    shop: Flask, method: str, path: str, allowed: set[str]
) -> None:
    answer = shop.test_client().open(path, method=method)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == allowed
    assert "</html>" in answer.text


def test_a_path_that_nobody_knows_is_told_in_the_visitors_language(shop: Flask, erna: Guest) -> None:
    german, english = erna.get("/gibt-es-nicht"), erna.get("/gibt-es-nicht?sprache=en")
    assert (german.status_code, english.status_code) == (404, 404)
    assert 'lang="de"' in german.text
    assert "Diese Seite gibt es hier nicht." in words(german)
    assert 'lang="en"' in english.text
    assert 'lang="en"' in erna.get("/auch-nicht").text  # it is remembered


@pytest.mark.parametrize("language", ["xx", "../../etc", "<script>", "de_AT", "", "EN"])
def test_a_language_that_nobody_speaks_is_german(erna: Guest, language: str) -> None:
    answer = erna.get("/", query_string={"sprache": language})
    assert 'lang="de"' in answer.text
    assert not answer.headers.getlist("Set-Cookie")
    erna.client.set_cookie("sprache", "xx")
    assert 'lang="de"' in erna.get("/").text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../shop/settings.py",
        "/static/%2e%2e/shop/settings.py",
        "/static/..%2fshop%2fsettings.py",
        "/static//etc/passwd",
        "/static/css/",
        "/static/css",
        "/static/.git/config",
        "/vorfuehrung/post/..%2f..%2fkeys.toml",
        "/vorfuehrung/post/keys.toml",
        "/instance/keys.toml",
        "/keys.toml",
        "/.env",
    ],
)
def test_no_file_but_the_public_ones_is_served(demo_shop: Flask, path: str) -> None:
    assert demo_shop.test_client().get(path, follow_redirects=True).status_code == 404
