"""The organisation desk in a browser: order, see, hand out; every page on a phone too (DOMAIN C1, C2, C6)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visits
from tests.browser.running import Running
from tests.browser.test_walk import PHONE, check
from tests.browser.town import INVITED, PASSWORD, Desk, move_in, numbers

STAFF = "\n".join(f"Person {turn} <person{turn}@obersee.example.org>" for turn in range(8))


@pytest.fixture(scope="module")
def desk(browser: Browser, shop: Running) -> Iterator[Desk]:
    """Petra at the desk of the demo's municipality."""
    with Visits(browser, shop) as visits:
        yield move_in(visits.open(), shop)


def choose(page: Page, count: int) -> str:
    """Type a quantity at the first course with a schedule; its number."""
    field = page.locator(".choose details").nth(1).locator("input[name^='n-']").first
    page.locator(".choose summary").nth(1).click()
    field.fill(str(count))
    return (field.get_attribute("name") or "").removeprefix("n-")


def test_codes_are_ordered_and_on_the_page_at_once(desk: Desk, shop: Running) -> None:
    page = desk.open("bestellen")
    number = choose(page, 9)
    expect(page.locator("#summe")).to_contain_text("9 Codes")
    page.locator(".till button").click()
    page.locator("#reference").fill("AZ 4711")
    page.locator("button.order").click()
    expect(page.locator("h1")).to_contain_text("Die Codes sind da")
    assert len(numbers(page)) == 9
    mail = shop.mail_to("kasse@obersee.example.org")
    assert {part.get_content_type() for part in mail.iter_attachments()} >= {"application/pdf", "text/csv"}
    with page.expect_download() as download:
        page.get_by_role("link", name="Codes als Excel-Datei").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    desk.open(f"codes/?kurs={number}")
    expect(page.locator("#liste [role=status]").first).to_contain_text("9 Codes")


def test_a_pasted_list_is_shown_and_then_sent(desk: Desk, shop: Running) -> None:
    page = desk.open()
    page.get_by_role("link", name="Codes verschicken").click()
    page.locator("#addresses").fill(STAFF + "\nnix")
    page.get_by_role("button", name="Vorschau zeigen").last.click()
    expect(page.locator("#summary")).to_contain_text("Zeile 9")
    page.locator("#addresses").fill(STAFF)
    page.get_by_role("button", name="Vorschau zeigen").last.click()
    expect(page.locator(".pairs li")).to_have_count(8)
    page.get_by_role("button", name="8 Codes verschicken").click()
    expect(page.locator(".notice.paid")).to_contain_text("8 Codes sind unterwegs")
    text = shop.mail_to("person3@obersee.example.org").get_body(("plain",)).get_content()
    assert "/voucher-einloesen/#K" in text


def test_the_list_is_searched_while_typing_and_ticked_at_once(desk: Desk) -> None:
    page = desk.open("codes/")
    page.locator("#q").fill("öztürk")
    expect(page.locator(".codes li")).to_have_count(1)
    expect(page.locator(".codes li")).to_contain_text("eingelöst")
    page.goto(f"{desk.home}codes/?stand=verschickt")
    boxes = page.locator("[name=nummer]")
    page.get_by_label("Alle auf dieser Seite").check()
    assert all(box.is_checked() for box in boxes.all())
    page.get_by_role("button", name="Erinnern").click()
    expect(page.locator(".notice.paid")).to_contain_text("unterwegs")


def test_the_programme_can_be_sifted(desk: Desk) -> None:
    page = desk.open("bestellen")
    page.locator("#sift").fill("spanisch")
    shown = page.locator(".pick li:visible")
    assert 0 < shown.count() < 10
    page.locator("#sift").fill("xyzzy")
    expect(page.locator(".sift [role=status]")).to_contain_text("keinen Kurs")


def test_without_scripts_everything_can_be_done(browser: Browser, shop: Running, desk: Desk) -> None:
    with Visits(browser, shop) as visits:
        page = visits.open(js=False)
        page.goto("/konto/anmelden")
        page.locator("[name=email]").fill("petra.lindner")
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Anmelden", exact=True).click()
        page.wait_for_url("**/konto/")
        page.goto(f"{desk.home}bestellen")
        choose(page, 2)
        page.locator(".till button").click()
        page.locator("button.order").click()
        assert len(numbers(page)) == 2
        page.get_by_role("link", name="Diese Codes verschicken").click()
        page.locator("#addresses").fill("ohne.skript@obersee.example.org")
        page.get_by_role("button", name="Vorschau zeigen").last.click()
        page.get_by_role("button", name="1 Code verschicken").click()
        expect(page.locator(".notice.paid")).to_contain_text("1 Code ist unterwegs")


def some_code(desk: Desk, state: str) -> None:
    desk.open(f"codes/?stand={state}").locator(".codes .number").first.click()


def wrong_quantity(desk: Desk) -> None:
    page = desk.open("bestellen")
    choose(page, -1)
    page.locator(".till button").click()
    page.locator("#summary").wait_for()


def papers(desk: Desk) -> None:
    page = desk.open("bestellen")
    choose(page, 2)
    page.locator(".till button").click()
    page.locator("#email").fill("kasse@")
    page.locator("button.order").click()
    page.locator("#summary").wait_for()


def preview(desk: Desk, text: str) -> None:
    page = desk.open("verschicken")
    page.locator("#addresses").fill(text)
    page.get_by_role("button", name="Vorschau zeigen").last.click()
    page.locator(".pairs, #summary").first.wait_for()


def swap(desk: Desk) -> None:
    page = desk.open("codes/?stand=offen")
    page.locator("[name=nummer]").first.check()
    page.get_by_role("button", name="Tauschen").click()
    page.locator("h1").get_by_text("tauschen").wait_for()


PAGES = {
    "desk overview": lambda desk: desk.open(),
    "desk codes": lambda desk: desk.open("codes/"),
    "desk codes, none found": lambda desk: desk.open("codes/?q=xyzzy"),
    "desk code open": lambda desk: some_code(desk, "offen"),
    "desk code sent": lambda desk: some_code(desk, "verschickt"),
    "desk code redeemed": lambda desk: some_code(desk, "eingeloest"),
    "desk order": lambda desk: desk.open("bestellen"),
    "desk order with errors": wrong_quantity,
    "desk papers with errors": papers,
    "desk purchases": lambda desk: desk.open("bestellungen/"),
    "desk purchase": lambda desk: desk.open("bestellungen/").locator(".papers h2 a").first.click(),
    "desk send": lambda desk: desk.open("verschicken"),
    "desk send with errors": lambda desk: preview(desk, "nix"),
    "desk preview": lambda desk: preview(desk, "x@obersee.example.org"),
    "desk swap": swap,
    "desk people": lambda desk: desk.open("zugaenge/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_desk_is_accessible_and_fits(desk: Desk, name: str) -> None:
    desk.page.set_viewport_size(PHONE)
    PAGES[name](desk)
    check(desk.page, name)
    assert INVITED not in desk.page.url
