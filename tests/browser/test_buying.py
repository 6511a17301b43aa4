"""Buying a voucher: from the configurator to the letter box, and from its QR code back to the shop."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import papers
from tests.browser.conftest import Visit, Visits
from tests.browser.running import Prepared, Running
from tests.browser.steps import (
    DEDICATION,
    RECIPIENT,
    button,
    buy,
    cents,
    design,
    fill_buyer,
    order,
    press,
    put_in_voucher,
)

WRITTEN = {"de": "37,50\u00a0€", "en": "€37.50"}


def bought(page: Page, language: str, email: str = "erna@example.org") -> papers.Sheet:
    """Buy a voucher over 37,50 with umlauts and a long dedication; the PDF that the order's page gives."""
    page.goto(f"/gutscheine/standard?sprache={language}")
    design(page, amount="37,50", motif="geburtstag", recipient=RECIPIENT, dedication=DEDICATION)
    button(page, "buchen").click()
    expect(page.locator(".lines .price")).to_have_text(WRITTEN[language])
    buy(page, email)
    expect(page.locator("html")).to_have_attribute("lang", language)
    with page.expect_download() as download:
        page.locator(".ready a.button").click()
    [sheet] = papers.read(download.value.path().read_bytes())
    return sheet


def assert_printed(sheet: papers.Sheet, language: str) -> None:
    """What was typed stands on the sheet, and the value as this language writes it."""
    assert RECIPIENT in sheet.words
    assert papers.words(DEDICATION) in sheet.words
    assert papers.words(WRITTEN[language]) in sheet.words


@dataclass(frozen=True)
class Gift:
    """A voucher that Grażyna has bought in German with JavaScript."""

    page: Page
    sheet: papers.Sheet
    email: str = "grazyna@example.org"


@pytest.fixture(scope="module")
def gift(browser: Browser, shop: Running) -> Iterator[Gift]:
    """One purchase that several tests look at."""
    with Visits(browser, shop) as visits:
        page = visits.open()
        yield Gift(page, bought(page, "de", Gift.email))


def test_what_was_typed_is_what_is_printed(gift: Gift) -> None:
    assert_printed(gift.sheet, "de")


@pytest.mark.parametrize(("language", "js"), [("en", True), ("de", False), ("en", False)])
def test_the_purchase_needs_neither_german_nor_javascript(visit: Visit, language: str, js: bool) -> None:
    assert_printed(bought(visit(js=js), language), language)


def test_the_qr_code_opens_the_balance_with_both_filled_in_and_leaves_no_trace(
    shop: Running, gift: Gift
) -> None:
    number, code = (part.replace("-", "") for part in gift.sheet.pair)
    assert gift.sheet.link.startswith(f"{shop.url}/guthaben/#")
    page = gift.page
    page.goto(gift.sheet.link)
    assert page.locator("#number").input_value().replace("-", "") == number
    assert page.locator("#code").input_value().replace("-", "") == code
    assert page.evaluate("location.href") == f"{shop.url}/guthaben/"
    page.locator("form.asks button").click()
    assert cents(page.locator(".statement .rest").inner_text()) == 3750
    page.go_back()
    assert page.evaluate("location.href") == f"{shop.url}/guthaben/"


def test_the_mail_brings_the_same_page(shop: Running, gift: Gift) -> None:
    mail = shop.mail_to(gift.email)
    [printed] = [part for part in mail.iter_attachments() if part.get_filename().startswith("Gutschein")]
    assert papers.read(printed.get_content()) == [gift.sheet]


def test_without_javascript_number_and_code_are_typed(visit: Visit, gift: Gift) -> None:
    page = visit(js=False)
    page.goto("/guthaben/")
    for field, text in zip(("#number", "#code"), gift.sheet.pair, strict=True):
        page.locator(field).fill(text.lower())
    page.locator("form.asks button").click()
    assert cents(page.locator(".statement .rest").inner_text()) == 3750


def test_the_page_of_the_order_follows_a_slow_payment_by_itself(visit: Visit) -> None:
    page = visit()
    page.clock.install()
    put_in_voucher(page)
    page.goto("/kasse/")
    fill_buyer(page)
    order(page)
    press(page, "delayed")
    till = page.url
    page.locator('a[href*="/bestellung/"]').click()
    expect(page.locator("#state .notice.waiting")).to_be_visible()
    page.evaluate("window.isSamePage = true")
    other = page.context.new_page()
    other.goto(till)
    press(other, "arrived")
    other.wait_for_url("**/bestellung/**")
    page.clock.fast_forward("00:16")
    expect(page.locator("#state .notice.paid")).to_be_visible()
    expect(page.locator(".ready a.button")).to_be_visible()
    assert page.evaluate("window.isSamePage") is True


def test_back_from_paying_the_page_asks_every_other_second(
    shop: Running, prepared: Prepared, visit: Visit
) -> None:
    page, path = visit(), prepared.orders["to pay"]
    page.goto(f"{path}?zurueck=1")
    expect(page.locator("#state progress")).to_be_visible()
    page.evaluate("window.isSamePage = true")
    shop.pays(path)
    expect(page.locator("#state .notice.paid")).to_be_visible()
    assert page.evaluate("window.isSamePage") is True


def test_after_leaving_the_till_the_order_can_still_be_paid(visit: Visit) -> None:
    page = visit(js=False)
    put_in_voucher(page)
    page.goto("/kasse/")
    fill_buyer(page)
    order(page)
    press(page, "cancelled")
    page.locator(".again button.first").click()
    press(page, "paid")
    expect(page.locator("#state .notice.paid")).to_be_visible()
