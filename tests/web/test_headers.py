"""What every answer carries to protect its reader, and what no template may contain (A3, A4, headers)."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop.clerk import demo
from shop.settings import ROOT
from tests.conftest import MakeApp
from tests.web.conftest import opened
from tests.web.guest import CARD, Guest

PAGES = [
    "/",
    "/gutscheine/",
    "/gutscheine/standard",
    "/einbetten/standard",
    "/seiten/agb",
    "/seiten/gutscheine-verschenken",
    "/kurse/",
    "/kurse/?q=yoga",
    "/warenkorb/",
    "/merkliste/",
    "/guthaben/",
    "/vertrag-widerrufen/",
    "/vertrag-widerrufen/erhalten",
    "/vorfuehrung/post/",
    "/healthz",
    "/gibt-es-nicht",
    "/static/css/base.css",
    "/static/gibt-es-nicht.css",
]
# A data block (a type that is no script) is never run, so the policy has no say in it.
INLINE = re.compile(
    r"<script(?![^>]*\s(?:src=|type=\"application/ld\+json\"))[^>]*>|<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|srcdoc=",
    re.I,
)


def directives(answer: TestResponse) -> dict[str, str]:
    policy = answer.headers["Content-Security-Policy"]
    pairs = (directive.strip().partition(" ") for directive in policy.split(";"))
    return {name: value for name, _, value in pairs}


def assert_guarded(answer: TestResponse, ancestors: str = "'none'") -> None:
    said = directives(answer)
    assert said["default-src"] == "'none'"
    assert said["base-uri"] == "'none'"
    assert said["script-src"] == said["style-src"] == "'self'"
    assert said["form-action"].startswith("'self'")
    assert said["frame-ancestors"] == ancestors
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "*" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_guarded(demo_shop: Flask, path: str) -> None:
    assert_guarded(Guest(demo_shop).get(path))


def test_refusals_are_guarded_too(shop: Flask, erna: Guest) -> None:
    line = erna.put_in()
    answers = {
        400: erna.send_bare("/guthaben/"),
        404: erna.get("/bestellung/falsch"),
        405: erna.client.delete("/warenkorb/"),
        413: erna.send_bare("/guthaben/", {"number": "x" * 300_000}),
        422: erna.send(f"/warenkorb/{line}/menge", {"quantity": "0"}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert_guarded(answer)
    assert_guarded(Guest(shop).client.get("/", headers={"Host": "evil.example"}))


def test_a_fault_of_ours_is_guarded_and_says_nothing(
    make_app: MakeApp, sqlite_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(make_app(sqlite_uri, TESTING=False))

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("geheim")

    monkeypatch.setattr("shop.web.storefront.views.products.all_offered", broken)
    answer = Guest(app).get("/gutscheine/")
    assert answer.status_code == 500
    assert "Bei uns ist etwas schiefgegangen" in answer.text
    assert "geheim" not in answer.text
    assert "Traceback" not in answer.text
    assert_guarded(answer)


def test_only_the_listed_origins_may_frame_and_only_the_embedded_page(
    make_app: MakeApp, sqlite_uri: str
) -> None:
    app = opened(
        make_app(sqlite_uri, EMBED_ORIGINS="https://rathaus.example.org, https://www.lindau.example.org")
    )
    allowed = "https://rathaus.example.org https://www.lindau.example.org"
    guest = Guest(app)
    assert_guarded(guest.get("/einbetten/standard"), allowed)
    assert_guarded(guest.send_bare("/gutscheine/standard/vorschau", {**CARD, "frame": "1"}), allowed)
    for path in ("/", "/gutscheine/standard", "/einbetten/gibt-es-nicht", "/kasse/", "/guthaben/"):
        assert_guarded(guest.get(path))
    assert_guarded(guest.send_bare("/gutscheine/standard", {**CARD, "frame": "1"}))


def test_without_a_list_nobody_may_frame(shop: Flask) -> None:
    assert_guarded(Guest(shop).get("/einbetten/standard"))


def test_what_is_private_is_never_stored(shop: Flask, erna: Guest) -> None:
    token = erna.buy()
    line = erna.put_in(recipient="Jürgen", delivery="recipient", recipient_email="jule@example.org")
    order = f"/bestellung/{token}"
    number = re.findall(rf"{order}/gutschein/(\w+)\.pdf", erna.get(order).text)[0]
    form = erna.checkout_form()
    answers = [
        erna.get(order),
        erna.get(f"{order}/gutschein/{number}.pdf"),
        erna.get(f"{order}/kaufbeleg.pdf"),
        erna.get("/bestellung/falsch"),
        erna.get("/warenkorb/"),
        erna.get("/merkliste/"),
        erna.get("/kasse/"),
        erna.order({**form, "email": "keine"}),
        erna.get("/guthaben/"),
        erna.send("/guthaben/", {"number": number, "code": "5RKD-DG44-MBJ7-MQAA"}),
        erna.get(f"/gutscheine/standard?zeile={line}"),
        erna.send("/gutscheine/standard", {**CARD, "amount": "1"}),
        erna.send_bare("/gutscheine/standard/vorschau", CARD),
        erna.get("/vorfuehrung/post/"),
        erna.get("/vertrag-widerrufen/"),
        erna.send("/vertrag-widerrufen/", {"name": "Erna"}),
    ]
    for answer in answers:
        assert "no-store" in answer.headers["Cache-Control"], answer.request.path


def test_pages_with_a_basket_count_are_no_shared_copy(shop: Flask, erna: Guest) -> None:
    erna.put_in()
    for path in ("/", "/gutscheine/", "/kurse/", "/seiten/agb"):
        assert "private" in erna.get(path).headers["Cache-Control"]


def test_our_own_files_may_be_kept_but_never_a_refusal(shop: Flask) -> None:
    guest = Guest(shop)
    assert "immutable" in guest.get("/static/css/base.css?v=1").headers["Cache-Control"]
    missing = guest.get("/static/css/fehlt.css?v=1")
    assert missing.status_code == 404
    assert "immutable" not in missing.headers.get("Cache-Control", "")


def cookies(answer: TestResponse) -> list[str]:
    return answer.headers.getlist("Set-Cookie")


def test_cookies_under_https(make_app: MakeApp, sqlite_uri: str) -> None:
    app = opened(make_app(sqlite_uri, BASE_URL="https://laden.example.org"))
    guest = Guest(app, base_url="https://laden.example.org")
    (session,) = cookies(guest.get("/guthaben/"))
    assert session.startswith("__Host-shop=")
    (tongue,) = [text for text in cookies(guest.get("/?sprache=en")) if text.startswith("sprache")]
    for cookie in (session, tongue):
        for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert mark in cookie
        assert "Domain" not in cookie
    assert guest.get("/").headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_cookies_without_tls(shop: Flask) -> None:
    guest = Guest(shop)
    (session,) = cookies(guest.get("/guthaben/"))
    assert session.startswith("shop=")
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session
    assert "Secure" not in session
    assert "Strict-Transport-Security" not in guest.get("/").headers


def test_a_visitor_who_only_looks_gets_no_cookie(demo_shop: Flask) -> None:
    for path in ("/", "/gutscheine/", "/kurse/", "/seiten/agb"):
        assert not cookies(Guest(demo_shop).get(path)), path


def test_forms_work_under_https_although_pages_send_no_referrer(make_app: MakeApp, sqlite_uri: str) -> None:
    """Our own policy keeps browsers from sending a referrer, so none may be asked for."""
    app = opened(make_app(sqlite_uri, BASE_URL="https://laden.example.org", TRUSTED_PROXIES=1))
    guest = Guest(app, base_url="https://laden.example.org")
    token = guest.buy()
    assert guest.get(f"/bestellung/{token}").status_code == 200
    answer = guest.send("/guthaben/", {"number": "G4C18-CCA0R", "code": "5RKD-DG44-MBJ7-MQAA"})
    assert answer.status_code == 422


def test_the_session_gives_the_basket_key_to_no_script_and_no_address(shop: Flask, erna: Guest) -> None:
    erna.put_in()
    with erna.client.session_transaction(base_url="http://localhost") as session:
        secret = session["visitor"]
    for path in ("/warenkorb/", "/kasse/", "/"):
        assert secret not in erna.get(path).text


def templates() -> list[Path]:
    """The templates of pages; mails and papers need style attributes and never run in a browser of ours."""
    folder = ROOT / "templates"
    papers = ("mail", "documents", "paper")
    found = [
        path for path in sorted(folder.rglob("*.html")) if path.relative_to(folder).parts[0] not in papers
    ]
    return [path for path in found if not path.name.startswith(("mail_", "_print", "print", "_contract"))]


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_of_a_page_has_anything_inline(path: Path) -> None:
    assert not INLINE.search(path.read_text())
    assert not re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text())


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_anything_inline_or_from_elsewhere(demo_shop: Flask, path: str) -> None:
    page = Guest(demo_shop).get(path).text
    assert not INLINE.search(page)
    for source in re.findall(r'(?:src|srcset|action|formaction)="([^"]*)"|<link[^>]*href="([^"]*)"', page):
        assert "".join(source).startswith(("/", "?")), source
        assert not "".join(source).startswith("//")


def test_no_script_of_ours_makes_code_or_keeps_anything() -> None:
    for path in (ROOT / "static" / "js").glob("*.js"):
        text = path.read_text()
        for word in (
            "eval(",
            "new Function",
            "innerHTML",
            "document.write",
            "localStorage",
            "sessionStorage",
            "indexedDB",
        ):
            assert word not in text, (path.name, word)


def test_the_demo_is_what_these_walks_see(demo_shop: Flask) -> None:
    """A walk over pages that are all 404 would prove nothing."""
    client: FlaskClient = demo_shop.test_client()
    statuses = {path: client.get(path).status_code for path in PAGES}
    assert {path for path, status in statuses.items() if status == 404} == {
        "/gibt-es-nicht",
        "/static/gibt-es-nicht.css",
    }
    assert demo.FOLDER.exists()
