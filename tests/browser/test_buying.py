"""Buying a voucher: from the configurator to the page in the letter box, and its QR code back to the shop."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import papers
from tests.browser.conftest import Visit
from tests.browser.running import Running
from tests.browser.steps import DEDICATION, RECIPIENT, button, buy, cents, design, settled

WRITTEN = {"de": "37,50\u00a0€", "en": "€37.50"}


def bought(page: Page, language: str, email: str) -> papers.Sheet:
    """Buy a voucher over 37,50 with umlauts and a long dedication; the PDF that the order page gives."""
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


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_what_was_typed_is_what_is_printed(visit: Visit, language: str, js: bool) -> None:
    sheet = bought(visit(js=js), language, "erna@example.org")
    assert RECIPIENT in sheet.words
    assert papers.words(DEDICATION) in sheet.words
    assert papers.words(WRITTEN[language]) in sheet.words


def test_the_qr_code_opens_the_balance_with_both_filled_in_and_leaves_no_trace(
    shop: Running, visit: Visit
) -> None:
    page = visit()
    sheet = bought(page, "de", "erna@example.org")
    number, code = sheet.pair
    assert sheet.link.startswith(f"{shop.url}/guthaben/#")
    page.goto(sheet.link)
    assert page.locator("#number").input_value().replace("-", "") == number.replace("-", "")
    assert page.locator("#code").input_value().replace("-", "") == code.replace("-", "")
    assert page.evaluate("location.href") == f"{shop.url}/guthaben/"
    page.locator("form.asks button").click()
    assert cents(page.locator(".statement .rest").inner_text()) == 3750
    page.go_back()
    page.wait_for_load_state()
    assert code.replace("-", "") not in page.evaluate("location.href").replace("-", "")


def test_the_mail_brings_the_same_page(shop: Running, visit: Visit) -> None:
    sheet = bought(visit(), "de", "grazyna@example.org")
    mail = shop.mail_to("grazyna@example.org")
    printed = [part for part in mail.iter_attachments() if (part.get_filename() or "").startswith("Gutschein")]
    [attached] = papers.read(printed[0].get_content())
    assert attached == sheet


def test_without_script_number_and_code_are_typed(visit: Visit) -> None:
    page = visit(js=False)
    number, code = bought(page, "de", "erna@example.org").pair
    page.goto("/guthaben/")
    page.locator("#number").fill(number)
    page.locator("#code").fill(code)
    page.locator("form.asks button").click()
    assert cents(page.locator(".statement .rest").inner_text()) == 3750


def test_pasting_number_and_code_together_fills_both(visit: Visit) -> None:
    page = visit()
    page.goto("/guthaben/")
    page.locator("#code").focus()
    paste(page, "Nummer: G4C18-CCA0R\nCode: 5RKD-DG44-MBJ7-MQAA")
    assert page.locator("#number").input_value() == "G4C18-CCA0R"
    assert page.locator("#code").input_value() == "5RKD-DG44-MBJ7-MQAA"


def paste(page: Page, text: str) -> None:
    """Paste into the field that has the focus, as Ctrl-V does."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text", text);
            const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
            document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def test_the_page_of_the_order_follows_the_payment_by_itself(visit: Visit) -> None:
    page = visit()
    page.clock.install()
    page.goto("/gutscheine/standard")
    design(page)
    button(page, "buchen").click()
    buyer_at_the_till(page)
    till = page.url
    page.locator('button[value="delayed"]').click()
    settled(page).get_by_role("link", name=re.compile("Bestellung")).click()
    expect(page.locator("#state .notice.waiting")).to_be_visible()
    page.evaluate("window.isSamePage = true")
    other = page.context.new_page()
    other.goto(till)
    other.locator('button[value="arrived"]').click()
    page.clock.fast_forward("00:16")
    expect(page.locator("#state .notice.paid")).to_be_visible()
    expect(page.locator(".ready a.button")).to_be_visible()
    assert page.evaluate("window.isSamePage") is True


def test_back_from_the_till_the_page_asks_until_the_payment_is_certain(visit: Visit) -> None:
    page = visit()
    page.goto("/gutscheine/standard")
    design(page)
    button(page, "buchen").click()
    buyer_at_the_till(page)
    till = page.url
    page.locator('button[value="cancelled"]').click()
    expect(page.locator(".again")).to_be_visible()
    assert till


def buyer_at_the_till(page: Page) -> None:
    """From the basket to the pretend till."""
    from tests.browser.steps import fill_buyer, order

    page.goto("/kasse/")
    fill_buyer(page)
    order(page)
    page.wait_for_url("**/vorfuehrung/kasse/**")
