"""Booking a course with vouchers: redeeming, paying the rest, coming back, cancelling (DOMAIN R3, R4, R8)."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Prepared, Running
from tests.browser.steps import buy, cents, fill_buyer, order, press, put_in_place, redeem

Pair = tuple[str, str]
BOTH = pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])


@pytest.fixture
def course(prepared: Prepared) -> str:
    """The path of a course with free seats that costs more than 60 €."""
    return prepared.courses["free"]


@pytest.fixture
def vouchers(prepared: Prepared) -> list[Pair]:
    """Two vouchers over 20 € that no other test has had."""
    return [prepared.small.pop(), prepared.small.pop()]


def steps(page: Page) -> Locator:
    """What each redeemed voucher pays, on the checkout."""
    return page.locator(".steps li")


def due(page: Page) -> int:
    """What is left to pay, as the checkout says; in cents."""
    return cents(page.locator(".summary tfoot tr").last.inner_text())


def at_checkout(page: Page, course: str) -> Page:
    """A place in the basket, the buyer's data typed."""
    put_in_place(page, course)
    page.goto("/kasse/")
    fill_buyer(page)
    return page


def balance(page: Page, pair: Pair) -> int:
    """What is on a voucher, as the balance page says; in cents."""
    page.goto("/guthaben/")
    for field, text in zip(("#number", "#code"), pair, strict=True):
        page.locator(field).fill(text)
    page.locator("form.asks button").click()
    return cents(page.locator(".statement .rest").inner_text())


@BOTH
def test_two_vouchers_and_the_till_pay_for_a_course_and_a_cancellation_fills_them_again(
    visit: Visit, course: str, vouchers: list[Pair], js: bool
) -> None:
    page = at_checkout(visit(js=js), course)
    price = due(page)
    for place, pair in enumerate(vouchers, start=1):
        redeem(page, *pair)
        expect(steps(page)).to_have_count(place)
    assert due(page) == price - 4000
    expect(page.locator('[name="last_name"]')).to_have_value("Müßig")
    order(page)
    press(page, "paid")
    expect(page.locator(".booked .firm")).to_be_visible()
    expect(page.locator(".summary .minus")).to_have_count(2)
    assert due(page) == price - 4000
    paid_page = page.url
    assert [balance(page, pair) for pair in vouchers] == [0, 0]
    page.goto(paid_page)
    page.locator('.booked a[href*="/stornieren/"]').click()
    page.locator("form button.first").click()
    expect(page.locator(".notice.paid")).to_be_visible()
    assert [balance(page, pair) for pair in vouchers] == [2000, 2000]
    page.goto(paid_page)
    expect(page.locator(".booked .over")).to_be_visible()


@BOTH
def test_enter_in_the_code_field_redeems_and_does_not_order(
    visit: Visit, course: str, vouchers: list[Pair], js: bool
) -> None:
    page = at_checkout(visit(js=js), course)
    for place, (number, code) in enumerate(vouchers, start=1):
        page.locator("#number").fill(number)
        page.locator("#code").fill(code)
        page.locator("#code").press("Enter")
        expect(steps(page)).to_have_count(place)
    expect(page.locator("button.order")).to_be_visible()
    expect(page.locator('[name="first_name"]')).to_have_value("Erna")


@BOTH
def test_a_voucher_can_be_taken_out_again(visit: Visit, course: str, vouchers: list[Pair], js: bool) -> None:
    page = at_checkout(visit(js=js), course)
    price = due(page)
    redeem(page, *vouchers[0])
    expect(steps(page)).to_have_count(1)
    steps(page).get_by_role("button").click()
    expect(steps(page)).to_have_count(0)
    assert due(page) == price
    expect(page.locator('[name="first_name"]')).to_have_value("Erna")
    assert balance(page, vouchers[0]) == 2000


@BOTH
def test_who_leaves_half_way_finds_the_vouchers_entered_when_they_come_back(
    visit: Visit, course: str, vouchers: list[Pair], js: bool
) -> None:
    page = at_checkout(visit(js=js), course)
    redeem(page, *vouchers[0])
    expect(steps(page)).to_have_count(1)
    page.goto("/kurse/")
    page.goto("/warenkorb/")
    page.locator('a[href="/kasse/"]').click()
    expect(steps(page)).to_have_count(1)
    redeem(page, *vouchers[1])
    expect(steps(page)).to_have_count(2)


def test_number_and_code_pasted_together_fill_both_and_only_redeeming_is_left(
    visit: Visit, course: str, vouchers: list[Pair]
) -> None:
    page = at_checkout(visit(), course)
    page.locator("#number").focus()
    number, code = vouchers[0]
    shown = "-".join(re.findall("....", code))
    paste(page, f"Gutschein-Nummer: {number[:5]}-{number[5:]}\nGutschein-Code: {shown}")
    expect(page.locator("#code")).to_have_value(shown)
    page.keyboard.press("Enter")
    expect(steps(page)).to_have_count(1)
    expect(page.locator("#code")).to_have_value("")


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


@BOTH
def test_a_wrong_code_is_one_sentence_at_the_fields_and_nothing_typed_is_lost(
    visit: Visit, course: str, js: bool
) -> None:
    page = at_checkout(visit(js=js), course)
    redeem(page, "G0000-00000", "0000-0000-0000-0000")
    expect(page.locator("#number-error")).to_be_visible()
    expect(page.locator("#number")).to_have_value("G0000-00000")
    expect(page.locator('[name="street"]')).to_have_value("Löhstraße 3")
    expect(steps(page)).to_have_count(0)


def test_nothing_due_asks_for_no_payment(visit: Visit, prepared: Prepared, course: str) -> None:
    pair = prepared.large[-1]
    page = at_checkout(visit(), course)
    price = due(page)
    redeem(page, *pair)
    expect(page.locator('input[name="method"]')).to_have_count(0)
    order(page, method="")
    expect(page.locator(".booked .firm")).to_be_visible()
    assert balance(page, pair) == 25000 - price


def test_the_mail_of_a_booking_brings_the_dates(shop: Running, visit: Visit, course: str) -> None:
    page = visit()
    put_in_place(page, course, "Grażyna Öztürk")
    buy(page, "oeztuerk@example.org")
    mail = shop.mail_to("oeztuerk@example.org")
    assert "Grażyna Öztürk" in mail.get_body(("plain",)).get_content()
    assert "text/calendar" in [part.get_content_type() for part in mail.iter_attachments()]
