"""Buying without a mouse: everything can be reached, one always sees where one is, and keys do what they should."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.steps import BUYER, put_in_voucher

MOST = 90
# Where the focus is, and whether it can be seen: on the element itself, or on the card around a radio.
WHERE = """selector => {
    const here = document.activeElement;
    const ring = each => {
        const style = getComputedStyle(each);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    };
    const box = here.getBoundingClientRect();
    return {
        there: here.matches(selector),
        seen: ring(here) || [here.closest(".card")].some(each => each && ring(each)),
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        what: here.outerHTML.slice(0, 100),
    };
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there; at every stop on the way it must be in sight."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        now = page.evaluate(WHERE, selector)
        assert now["seen"], f"no visible focus on {now['what']}"
        assert now["inside"], f"out of sight: {now['what']}"
        if now["there"]:
            return
    raise AssertionError(f"{selector} cannot be reached with the Tab key on {page.url}")


def test_a_voucher_can_be_bought_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    tab_to(page, '.hero a[href^="/gutscheine/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/gutscheine/standard")
    tab_to(page, 'input[name="motif"]')
    page.keyboard.press("ArrowRight")
    expect(page.locator('input[name="motif"][value="geburtstag"]')).to_be_checked()
    tab_to(page, 'input[name="amount"]')
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator('input[name="amount"][value="5000"]')).to_be_checked()
    tab_to(page, "#recipient")
    page.keyboard.type("Jürgen")
    tab_to(page, "#dedication")
    page.keyboard.type("Alles Gute.")
    page.keyboard.press("Enter")
    page.keyboard.type("Deine Erna")
    tab_to(page, 'button[name="intent"][value="buchen"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/warenkorb/")
    tab_to(page, 'a[href="/kasse/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/kasse/")
    for name, text in {**BUYER, "email": "erna@example.org"}.items():
        if name == "street":
            tab_to(page, '[name="email"]')
            page.keyboard.type("erna@example.org")
        if name != "email":
            tab_to(page, f'[name="{name}"]')
            page.keyboard.type(text)
    tab_to(page, 'input[name="method"]')
    page.keyboard.press("ArrowDown")
    expect(page.locator('input[name="method"][value="pretend"]')).to_be_checked()
    tab_to(page, "button.order")
    page.keyboard.press("Space")
    page.wait_for_url("**/vorfuehrung/kasse/**")
    tab_to(page, 'button[value="paid"]')
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/bestellung/"))
    tab_to(page, ".ready a.button")


def test_enter_in_a_field_of_the_checkout_does_not_order(visit: Visit) -> None:
    for js in (True, False):
        page = visit(js=js)
        put_in_voucher(page)
        page.goto("/kasse/")
        page.locator('[name="city"]').fill("Leipzig")
        page.locator('[name="city"]').press("Enter")
        page.wait_for_load_state("networkidle")
        expect(page.locator("button.order")).to_be_visible()
        expect(page.locator(".error")).to_have_count(0)
        expect(page.locator('[name="city"]')).to_have_value("Leipzig")


def test_the_first_stop_of_every_page_leads_to_its_content(visit: Visit) -> None:
    page = visit()
    page.goto("/kurse/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#q")).to_be_focused()
