"""The back office in a browser: the price matrix by keyboard and without scripts; every page on a phone (W5)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visits
from tests.browser.running import Running
from tests.browser.test_accounts import PASSWORD, link_in, log_in
from tests.browser.test_keyboard import tab_to
from tests.browser.test_walk import DESK, check

MATRIX = "/verwaltung/preise/"
ASKED = "/verwaltung/preise/frage?appointment=werkstatt&day=2026-12-07"


@pytest.fixture(scope="module")
def office(browser: Browser, shop: Running) -> Iterator[Page]:
    """Paula, whom staff have made one of them."""
    shop.command(
        "user", "create", "paula@example.org", "paula", "--first-name", "Paula", "--last-name", "Preis"
    )
    shop.command("user", "make-staff", "paula")
    with Visits(browser, shop) as visits:
        page = visits.open()
        page.goto(link_in(shop.mail_to("paula@example.org"), "/konto/passwort-vergessen/"))
        page.get_by_label("Neues Passwort").fill(PASSWORD)
        page.get_by_role("button", name="Passwort setzen").click()
        page.wait_for_url("**/konto/anmelden")
        log_in(page, "paula")
        page.wait_for_url("**/konto/")
        page.get_by_role("link", name="Verwaltung").click()
        page.wait_for_url("**/verwaltung/preise/")
        yield page


def save(page: Page, price: str) -> None:
    """Type the price and save."""
    page.locator("#price").fill(price)
    page.get_by_role("button", name="Preis speichern").click()


def hole(page: Page) -> None:
    """Tick what the demo has no price for."""
    page.locator('[name="user"][value="jugendlich"]').check()
    page.locator('[name="appointment"][value="werkstatt"]').check()
    page.locator('[name="resource"][value="eigen"]').check()
    page.locator('[data-all="member"]').check()


def remove_new(page: Page) -> None:
    """Take the row that was just saved away."""
    row = page.locator("tr.new")
    row.locator("summary").click()
    row.get_by_role("button", name="Ja, entfernen").click()
    expect(page.locator(".notice.paid")).to_contain_text("entfernt")


def test_a_price_is_added_with_the_keyboard_alone(office: Page) -> None:
    office.set_viewport_size(DESK)
    office.goto(MATRIX)
    for field in ('[name="user"][value="jugendlich"]', '[name="appointment"][value="werkstatt"]'):
        tab_to(office, field)
        office.keyboard.press("Space")
    for field in ('[name="resource"][value="eigen"]', '[data-all="member"]'):
        tab_to(office, field)
        office.keyboard.press("Space")
    expect(office.locator('[name="member"]:checked')).to_have_count(2)
    tab_to(office, "#price")
    office.keyboard.type("9,50")
    office.keyboard.press("Enter")
    office.wait_for_url(re.compile("neu="))
    expect(office.locator("tr.new")).to_contain_text("9,50")
    expect(office.get_by_text("Für jede Verbindung von Klassen gibt es einen Preis.")).to_be_visible()
    remove_new(office)


def test_one_less_than_all_is_not_all(office: Page) -> None:
    office.goto(MATRIX)
    every = office.locator('[data-all="appointment"]')
    every.check()
    expect(office.locator('[name="appointment"]:checked')).to_have_count(4)
    office.locator('[name="appointment"][value="kurs"]').uncheck()
    expect(every).not_to_be_checked()
    expect(office.locator('[name="appointment"]:checked')).to_have_count(3)


def test_without_scripts_everything_can_be_done(browser: Browser, shop: Running, office: Page) -> None:
    with Visits(browser, shop) as visits:
        page = visits.open(js=False)
        page.context.add_cookies(office.context.cookies())
        page.goto(MATRIX)
        hole(page)
        save(page, "9")
        expect(page.locator("tr.new .chip.every")).to_have_text("alle")
        remove_new(page)
        page.goto("/verwaltung/preise/klassen")
        page.locator("#user--neu summary").click()
        page.locator("#user--neu--de").fill("Senioren")
        page.get_by_role("button", name="Anlegen").first.click()
        expect(page.locator("#user-senioren")).to_be_visible()
        page.goto(f"{ASKED}&resource=haus&user=senioren")
        expect(page.locator(".answer .amount")).to_have_text("Nicht buchbar")
        page.goto("/verwaltung/preise/klassen")
        senior = page.locator("#user-senioren details").last
        senior.locator("summary").click()
        senior.get_by_role("button", name="Ja, entfernen").click()
        expect(page.locator("#user-senioren")).to_have_count(0)


def wrong_price(page: Page) -> None:
    page.goto(MATRIX)
    save(page, "1e3")
    expect(page.locator("#summary")).to_be_focused()


def used_class(page: Page) -> None:
    page.goto("/verwaltung/preise/klassen")
    kurs = page.locator("#appointment-kurs details").last
    kurs.locator("summary").click()
    kurs.get_by_role("button").click()
    expect(page.locator("#summary")).to_contain_text("Angebote gehören dazu")


def with_contract(page: Page) -> None:
    page.goto("/verwaltung/personen/?q=paula")
    page.get_by_role("link", name="Paula Preis").click()
    if not page.locator(".folk").count():
        page.get_by_role("button", name="Geben").click()
    page.locator(".folk summary").first.click()


PAGES = {
    "office prices": lambda page: page.goto(MATRIX),
    "office prices wrong": wrong_price,
    "office price": lambda page: (page.goto(MATRIX), page.get_by_role("link", name="Ändern").first.click()),
    "office question": lambda page: page.goto("/verwaltung/preise/frage"),
    "office answer": lambda page: page.goto(f"{ASKED}&resource=haus&owned=werkstattabo"),
    "office answer none": lambda page: page.goto(f"{ASKED}&resource=eigen&user=jugendlich&person=nobody"),
    "office classes": lambda page: page.goto("/verwaltung/preise/klassen"),
    "office classes refused": used_class,
    "office people": lambda page: page.goto("/verwaltung/personen/?q=a"),
    "office nobody": lambda page: page.goto("/verwaltung/personen/?q=xyzzy"),
    "office person": with_contract,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_back_office_is_accessible_and_fits(office: Page, name: str) -> None:
    office.set_viewport_size(DESK)
    PAGES[name](office)
    check(office, name)


def test_an_overlap_is_shown_and_goes_with_its_row(office: Page) -> None:
    office.set_viewport_size(DESK)
    office.goto(MATRIX)
    hole(office)
    office.locator('[name="resource"][value="haus"]').check()
    save(office, "12")
    expect(office.locator(".notice.waiting")).to_contain_text("überschneidet sich mit Zeile")
    check(office, "office prices overlap")
    remove_new(office)
    expect(office.locator("#ueberschneidungen")).to_have_count(0)
