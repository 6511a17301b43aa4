"""A value card from nothing: topped up at the pretend till, a voucher loaded, all of it in the movements."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.look import shoot
from tests.browser.running import Prepared, Running
from tests.browser.steps import choose, fill_buyer, order, press
from tests.browser.test_walk import check
from tests.organisations.cast import PASSWORD

WIDTHS = (320, 1280)


def sign_in(page: Page, username: str) -> None:
    page.goto("/konto/anmelden")
    page.locator("#email").fill(username)
    page.locator("#password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url("**/konto/")


def owner(visit: Visit, shop: Running, username: str, *, width: int, js: bool = True) -> Page:
    """Somebody new, at the account's page."""
    shop.account(username)
    page = visit(width=width, js=js)
    sign_in(page, username)
    return page


def top_up(page: Page, value: str) -> None:
    """Choose a tier, order it and pay at the pretend till."""
    page.locator("main").get_by_role("link", name=re.compile("aufladen", re.IGNORECASE)).first.click()
    choose(page, "value", value)
    page.get_by_role("button", name="Weiter zur Kasse").click()
    fill_buyer(page)
    order(page)
    press(page, "paid")
    expect(page.locator("#state .notice.paid")).to_be_visible()


@pytest.mark.parametrize(("width", "js"), [(320, True), (1280, True), (320, False)])
def test_topped_up_and_loaded_it_stands_in_the_movements(
    visit: Visit, shop: Running, prepared: Prepared, width: int, js: bool
) -> None:
    look = check if js else shoot
    page = owner(visit, shop, f"heidi{width}{'js' if js else ''}", width=width, js=js)
    page.get_by_role("link", name="Wertkarten ansehen").click()
    look(page, "no card yet")
    top_up(page, "20000")
    look(page, "topped up")
    page.get_by_role("link", name="Zur Wertkarte").click()
    expect(page.locator(".purse .worth")).to_have_text("200\u00a0€")
    page.get_by_role("link", name="Gutschein laden").click()
    number, code = prepared.small.pop()
    page.locator("#number").fill(number)
    page.locator("#code").fill(f"{code[:-1]}{'0' if code[-1] != '0' else '1'}")
    page.get_by_role("button", name="Gutschein laden").click()
    expect(page.locator("#number-error")).to_contain_text("passen nicht zusammen")
    look(page, "voucher, wrong")
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Gutschein laden").click()
    expect(page.get_by_role("status")).to_contain_text("20\u00a0€ mehr auf Ihrer Karte")
    rows = page.locator("#bewegungen tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("Gutschein geladen")
    expect(rows.nth(0)).to_contain_text("220\u00a0€")
    expect(rows.nth(1)).to_contain_text("+200\u00a0€")
    look(page, "card")
    rows.nth(1).get_by_role("link", name="Aufladung").click()
    expect(page.locator("#state h1")).to_contain_text("Ihr Guthaben ist da.")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_tier_is_chosen_by_keyboard_and_every_page_on_the_way_is_accessible(
    visit: Visit, shop: Running, width: int
) -> None:
    page = owner(visit, shop, f"paula{width}", width=width)
    page.goto("/konto/wertkarte/aufladen")
    page.get_by_role("button", name="Weiter zur Kasse").click()
    expect(page.locator("#value-error")).to_be_visible()
    check(page, "top up, nothing chosen")
    page.locator("#summary a").click()
    expect(page.locator("#value")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator('input[name="value"][value="10000"]')).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url("**/kasse/")
    check(page, "checkout of a top-up")
    page.goto("/warenkorb/")
    check(page, "basket with a top-up")
    page.goto("/kasse/")
    fill_buyer(page)
    order(page, "bank")
    expect(page.locator("#state h1")).to_contain_text("Überweisung")
    check(page, "top-up by transfer")
    page.get_by_role("link", name="Zur Wertkarte").click()
    expect(page.locator(".notice.waiting")).to_contain_text("unterwegs")
    check(page, "card, top-up under way")


@pytest.mark.parametrize("width", WIDTHS)
def test_older_movements_come_in_place_and_the_heading_is_read_next(
    visit: Visit, shop: Running, width: int
) -> None:
    username = f"lotte{width}"
    page = owner(visit, shop, username, width=width)
    page.goto("/konto/wertkarte/")
    top_up(page, "10000")
    shop.gives(username, 30)
    page.goto("/konto/wertkarte/")
    rows = page.locator("#bewegungen tbody tr")
    expect(rows).to_have_count(25)
    page.get_by_role("link", name="Ältere zeigen").click()
    expect(rows).to_have_count(6)
    expect(page.locator("#bewegungen-titel")).to_be_focused()
    check(page, "older movements")
    page.get_by_role("link", name="Zu den neuesten").click()
    expect(rows).to_have_count(25)


def test_a_reminder_is_switched_off_and_stays_off(visit: Visit, shop: Running) -> None:
    page = owner(visit, shop, "gerda", width=1280)
    page.goto("/konto/wertkarte/")
    top_up(page, "5000")
    page.goto("/konto/wertkarte/")
    page.get_by_label("Bevor Guthaben abläuft").uncheck()
    page.get_by_role("button", name="Auswahl speichern").click()
    expect(page.get_by_role("status")).to_contain_text("gespeichert")
    page.goto("/konto/wertkarte/")
    expect(page.get_by_label("Bevor Guthaben abläuft")).not_to_be_checked()
    expect(page.get_by_label(re.compile("Wenn weniger als"))).to_be_checked()
