"""Accounts in a real browser: invited, log in, look after one's safety, with and without a passkey."""

import re
import time
from email.message import EmailMessage

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Running
from tests.browser.test_walk import check

PASSWORD = "Ameise kocht Suppe am Fluss"
TOWN = "Gemeinde Seehausen"


def link_in(mail: EmailMessage, start: str) -> str:
    """The path of the link in a mail that begins so."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(rf"http://[^/\s]+({re.escape(start)}\S+)", body.get_content())
    assert found, body.get_content()
    return found[1]


@pytest.fixture(scope="module")
def invitation(shop: Running) -> str:
    """Staff have entered a municipality and invited Aylin; the link in her mail."""
    where = ("--street", "Dorfstraße 1", "--postcode", "88131", "--city", "Seehausen")
    shop.command(
        "organisation", "create", TOWN, *where, "--email", "kasse@example.org", "--admin", "aylin@example.org"
    )
    return link_in(shop.mail_to("aylin@example.org"), "/konto/einladung/")


@pytest.fixture(scope="module")
def account(shop: Running) -> str:
    """Staff have opened an account; its owner's link to choose a password."""
    shop.command(
        "user", "create", "jonas.konto@example.org", "jonas", "--first-name", "Jonas", "--last-name", "Öztürk"
    )
    return link_in(shop.mail_to("jonas.konto@example.org"), "/konto/passwort-vergessen/")


def log_in(page: Page, username: str) -> None:
    """Fill in the log-in page."""
    page.goto("/konto/anmelden")
    page.get_by_label("Benutzername oder E-Mail").fill(username)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Anmelden", exact=True).click()


def test_an_administrator_comes_by_invitation(invitation: str, visit: Visit) -> None:
    page = visit(width=320)
    page.goto(invitation)
    check(page, "invited")
    page.get_by_label("Vorname").fill("Aylin")
    page.get_by_label("Nachname").fill("Kaya")
    page.get_by_label("Benutzername").fill("aylin kaya")
    page.get_by_label("Passwort", exact=True).fill("kurz")
    page.get_by_role("button", name="Konto anlegen").click()
    expect(page.locator("#summary")).to_be_focused()
    check(page, "invited, wrong")
    page.get_by_label("Benutzername").fill("aylin.kaya")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Konto anlegen").click()
    page.wait_for_url("**/konto/")
    expect(page.get_by_role("link", name=TOWN)).to_be_visible()
    expect(page.locator("header").get_by_role("link", name="Konto")).to_be_visible()
    check(page, "account of an administrator")


def test_password_app_spare_code_and_passkey(account: str, visit: Visit) -> None:
    page = visit()
    page.goto(account)
    check(page, "new password")
    page.get_by_label("Neues Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Passwort setzen").click()
    page.wait_for_url("**/konto/anmelden")
    check(page, "log in")
    log_in(page, "jonas")
    page.wait_for_url("**/konto/")
    page.get_by_role("link", name="Passwort und Sicherheit").click()
    check(page, "safety")

    page.get_by_role("link", name="Einrichten").click()
    page.get_by_role("button", name="App einrichten").click()
    check(page, "second factor")
    app = TOTP(key=page.locator(".key").inner_text().replace("-", ""))
    page.get_by_label("Code aus der App").fill(app.generate(time.time() - 30).token)
    page.get_by_role("button", name="Einschalten").click()
    page.wait_for_url("**/konto/sicherheit")
    page.get_by_role("link", name="Ersatzcodes erstellen").click()
    page.get_by_role("button", name="Neue Ersatzcodes").click()
    check(page, "spare codes")
    spare = page.locator(".spare li").first.inner_text()

    passkey_in(page)
    page.goto("/konto/passkeys")
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Passkey hinzufügen").click()
    page.wait_for_url("**/konto/sicherheit")
    expect(page.get_by_text("können Sie sich jetzt anmelden")).to_be_visible()
    page.goto("/konto/passkeys")
    check(page, "passkeys")

    leave(page)
    log_in(page, "jonas")
    check(page, "code of the app")
    page.get_by_label("Code").fill(app.generate().token)
    page.locator("main").get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/konto/")

    leave(page)
    log_in(page, "jonas")
    page.get_by_role("link", name="Ersatzcode benutzen").click()
    check(page, "spare code")
    page.get_by_label("Ersatzcode").fill(spare)
    page.locator("main").get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/konto/")

    leave(page)
    page.goto("/konto/anmelden")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url("**/konto/")
    page.goto("/konto/passkeys")
    page.get_by_role("button", name=re.compile("Entfernen.*Laptop")).click()
    expect(page.get_by_text("ist entfernt")).to_be_visible()


def passkey_in(page: Page) -> None:
    """Give the browser a fingerprint reader whose owner always says yes."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def leave(page: Page) -> None:
    """Log out."""
    page.goto("/konto/")
    page.get_by_role("button", name="Abmelden").click()
    expect(page.locator("header").get_by_role("link", name="Anmelden")).to_be_visible()


def test_a_password_can_be_looked_at_before_it_is_sent(visit: Visit) -> None:
    page = visit()
    page.goto("/konto/anmelden")
    field = page.get_by_label("Passwort", exact=True)
    field.fill("geheim")
    page.get_by_role("button", name="Zeigen").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Verbergen").click()
    expect(field).to_have_attribute("type", "password")


def test_a_passkey_that_is_refused_changes_nothing_and_says_so(visit: Visit) -> None:
    page = visit()
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": False}})
    page.goto("/konto/anmelden")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, "passkey refused")
    page.get_by_role("link", name="Noch einmal versuchen").click()
    expect(page.get_by_role("button", name="Mit Passkey anmelden")).to_be_visible()


def test_logging_in_works_without_javascript(account: str, visit: Visit) -> None:
    page = visit(js=False, width=320)
    page.goto("/konto/sicherheit")
    page.wait_for_url("**/konto/anmelden?next=/konto/sicherheit")
    assert page.get_by_role("button", name="Zeigen").count() == 0
    page.get_by_label("Benutzername oder E-Mail").fill("niemand")
    page.get_by_label("Passwort", exact=True).fill("falsch")
    page.locator("main").get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("stimmt nicht")
