"""From a link in a mail to a place, with and without scripts; what goes wrong, and help (DOMAIN C4, C5, C8, S6)."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Running, within
from tests.browser.test_walk import PHONE, check

BOTH = pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
SENT = ["peter.lang@obersee.example.org", "aylin.demir@obersee.example.org"]


@pytest.fixture(scope="module")
def links(shop: Running) -> list[str]:
    """The links that the demo's municipality has sent and nobody has used."""
    texts = [shop.mail_to(address).get_body(("plain",)).get_content() for address in SENT]
    return [re.search(r"http\S+/voucher-einloesen/#\S+", text)[0] for text in texts]


def choose(page: Page, way: str) -> None:
    """With the keyboard: the course appears meanwhile, and what a mouse aims at moves down."""
    page.locator(way).press("Space")
    expect(page.locator(way)).to_be_checked()


def fill_new(page: Page, name: str) -> None:
    choose(page, "#way-new")
    page.locator("#first_name").fill(name.capitalize())
    page.locator("#last_name").fill("Fährmann")
    page.locator("#email").fill(f"{name}@example.org")
    page.locator("#new_username").fill(f"{name}.faehrmann")
    page.locator("#password").fill("Netze trocknen hinter dem Deich")


def test_the_red_button_stands_at_the_top_right_of_the_start_page(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    button = page.locator(".top").get_by_role("link", name="Voucher einlösen")
    box = button.bounding_box()
    assert box
    assert box["y"] < 80
    assert box["x"] + box["width"] > 1280 * 0.85
    assert button.evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(180, 35, 47)"
    button.click()
    expect(page.locator("h1")).to_have_text("Voucher einlösen")


def test_a_link_fills_the_code_in_and_leaves_the_address_bar(visit: Visit, links: list[str]) -> None:
    page = visit()
    page.goto(links[0])
    expect(page.locator("#code")).to_have_value(re.compile("^K"))
    expect(page.locator("#kurs h2")).to_be_visible()
    assert "#" not in page.url
    page.go_back()
    assert "#K" not in page.url


@BOTH
def test_a_newcomer_redeems_confirms_and_finds_the_course(
    visit: Visit, shop: Running, links: list[str], js: bool
) -> None:
    page, name = visit(js=js), "anke" if js else "broder"
    page.goto("/voucher-einloesen/")
    page.locator("#code").fill(links.pop().partition("#")[2])
    fill_new(page, name)
    page.locator("button.order").click()
    expect(page.locator("h1")).to_have_text("Der Platz gehört Ihnen.")
    title = page.locator(".ticket h2").inner_text()
    mails = {mail["Subject"]: mail for mail in _mails(shop, f"{name}@example.org", 2)}
    text = "\n".join(mail.get_body(("plain",)).get_content() for mail in mails.values())
    page.goto(re.search(r"http\S+/konto/\S*best\S+", text)[0])
    page.locator("main form button").first.click()
    page.goto("/konto/anmelden")
    page.locator("[name=email]").fill(f"{name}.faehrmann")
    page.locator("[name=password]").fill("Netze trocknen hinter dem Deich")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url("**/konto/")
    expect(page.locator(".mine")).to_contain_text(title)
    expect(page.locator(".mine")).to_contain_text("Zugang bis")
    if js:
        page.set_viewport_size(PHONE)
        check(page, "account with a course")


def _mails(shop: Running, address: str, count: int) -> list[EmailMessage]:
    return within(30, lambda: (found := shop.mails_to(address)) and len(found) >= count and found)


@BOTH
def test_a_wrong_code_says_one_sentence_and_leads_to_help(visit: Visit, shop: Running, js: bool) -> None:
    page = visit(js=js)
    page.goto("/voucher-einloesen/")
    choose(page, "#way")
    page.locator("#code").fill("K4C18-CCA0R-5RKD-DG44-MBJ7-MQAB")
    page.locator("#username").fill("jonas")
    page.locator("button.order").click()
    expect(page.locator("#code-error")).to_contain_text("passen nicht zusammen")
    expect(page.locator("#username")).to_have_value("jonas")
    page.get_by_role("button", name="Hilfe anfordern").click()
    expect(page.locator("#code")).to_have_value("K4C18-CCA0R-5RKD-DG44-MBJ7-MQAB")
    sender = f"hilflos-{js}@example.org".lower()
    page.locator("#email").fill(sender)
    page.get_by_role("button", name="Anfrage senden").click()
    expect(page.locator("h1")).to_have_text("Ihre Anfrage ist bei uns.")
    assert "K4C18-CCA0R" in shop.mail_to(sender).get_body(("plain",)).get_content()


def empty(page: Page) -> None:
    page.goto("/voucher-einloesen/")
    page.locator("button.order").click()
    page.locator("#summary").wait_for()


def new_with_errors(page: Page) -> None:
    page.goto("/voucher-einloesen/")
    choose(page, "#way-new")
    page.locator("button.order").click()
    page.locator("#summary").wait_for()


def help_with_errors(page: Page) -> None:
    page.goto("/hilfe/")
    page.get_by_role("button", name="Anfrage senden").click()
    page.locator("#summary").wait_for()


PAGES: dict[str, Callable[[Page], object]] = {
    "redeem": lambda page: page.goto("/voucher-einloesen/"),
    "redeem with errors": empty,
    "redeem, new, with errors": new_with_errors,
    "undo, unknown": lambda page: page.goto("/voucher-einloesen/zuruecknehmen/unbekannt"),
    "help": lambda page: page.goto("/hilfe/"),
    "help with errors": help_with_errors,
    "helped": lambda page: page.goto("/hilfe/gesendet"),
    "certificate": lambda page: page.goto("/zertifikat/"),
    "certificate, unknown": lambda page: page.goto("/zertifikat/unbekannt"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits(visit: Visit, name: str) -> None:
    page = visit(width=320)
    PAGES[name](page)
    check(page, name)
