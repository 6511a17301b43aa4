"""What a visitor does, in either language: found by names and roles, not by sentences."""

import re

from playwright.sync_api import Locator, Page, expect

RECIPIENT = "Jürgen Ångström-Łukasz"
DEDICATION = (
    "Lieber Jürgen,\n"
    "zum Sechzigsten wünschen wir Dir Zeit für alles, was Du immer schon einmal lernen wolltest. Koreanisch? "
    "Töpfern? Òder endlich Saxofon, wovon Du seit 1987 sprichst? Du weißt ja: Übung macht den Meister, "
    "und für Äpfel, Öl und Überraschungen ist der Gürtel nie zu eng. Wir freuen uns auf die erste Vorführung.\n"
    "Herzlich, Deine Nachbarn aus dem dritten Stock: Grażyna, Özgür, Zoë und die Größlhubers"
)
BUYER = {
    "first_name": "Erna",
    "last_name": "Müßig",
    "street": "Löhstraße 3",
    "postcode": "04105",
    "city": "Leipzig",
}


def settled(page: Page) -> Page:
    """Wait until a page stands: its files are there, its letters drawn."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    return page


def choose(page: Page | Locator, name: str, value: str) -> None:
    """Choose a radio card, by its label as people do."""
    radio = page.locator(f'input[name="{name}"][value="{value}"]')
    radio.locator("xpath=following-sibling::label").click()
    expect(radio).to_be_checked()


def button(page: Page, intent: str) -> Locator:
    """One of the configurator's buttons."""
    return page.locator(f'.buttons button[name="intent"][value="{intent}"]')


def design(
    page: Page, *, amount: str = "5000", motif: str = "danke", recipient: str = "Ada", dedication: str = ""
) -> None:
    """Fill the configurator that is open; an amount in cents is a tier, one with a comma one's own."""
    choose(page, "motif", motif)
    if amount.isdecimal():
        choose(page, "amount", amount)
    else:
        choose(page, "amount", "free")
        page.locator("#wish").fill(amount)
    page.locator("#recipient").fill(recipient)
    page.locator("#dedication").fill(dedication)


def put_in_voucher(page: Page, **card: str) -> None:
    """Design a voucher and put it into the basket."""
    page.goto("/gutscheine/standard")
    design(page, **card)
    button(page, "buchen").click()
    page.wait_for_url("**/warenkorb/")


def put_in_place(page: Page, path: str, name: str = "Jonas Öztürk") -> None:
    """Book a place in a course into the basket."""
    page.goto(f"{path}/buchen")
    first, last = name.split()
    page.locator('input[name="p1-first_name"]').fill(first)
    page.locator('input[name="p1-last_name"]').fill(last)
    page.locator('.doing button[name="intent"][value="buchen"]').click()
    page.wait_for_url("**/warenkorb/")


def fill_buyer(page: Page, email: str = "erna@example.org") -> None:
    """Type the buyer's data at the checkout."""
    for name, value in {**BUYER, "email": email}.items():
        page.locator(f'input[name="{name}"]').fill(value)


def redeem(page: Page, number: str, code: str) -> None:
    """Type number and code, and redeem."""
    page.locator("#number").fill(number)
    page.locator("#code").fill(code)
    page.locator("[data-claim]").click()


def order(page: Page, method: str = "pretend") -> None:
    """Choose how to pay, and press the button that orders."""
    if method:
        choose(page, "method", method)
    page.locator("button.order").click()


def press(page: Page, step: str) -> None:
    """Press a button of the pretend till."""
    page.wait_for_url("**/vorfuehrung/kasse/**")
    page.locator(f'button[name="schritt"][value="{step}"]').click()


def buy(page: Page, email: str = "erna@example.org") -> None:
    """From a filled basket to the page of the paid order."""
    page.goto("/kasse/")
    fill_buyer(page, email)
    order(page)
    press(page, "paid")
    page.wait_for_url(re.compile("/bestellung/"))
    expect(page.locator("#state .notice.paid")).to_be_visible()


def cents(text: str) -> int:
    """A written amount, German or English: `37,50 €` and `€37.50` are 3750."""
    found = re.search(r"\d[\d.,]*", text.replace("\u00a0", " "))
    assert found, text
    digits = found[0].rstrip(".,")
    whole, part = (digits[:-3], digits[-2:]) if re.search(r"[.,]\d\d$", digits) else (digits, "00")
    return int(re.sub(r"\D", "", whole)) * 100 + int(part)
