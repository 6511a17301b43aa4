"""The configurator: the voucher on the page follows every change, and nothing typed is lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.steps import DEDICATION, RECIPIENT, button, cents, choose, design

CHANGES: dict[str, tuple[Callable[[Page], None], str, str]] = {
    "motif": (lambda page: choose(page, "motif", "kochen"), ".motif", "kochen"),
    "tier": (lambda page: choose(page, "amount", "10000"), ".amount", "100"),
    "free amount": (lambda page: page.locator("#wish").press_sequentially("37,50"), ".amount", "37,50"),
    "recipient": (lambda page: page.locator("#recipient").press_sequentially("Zoë"), ".to", "Zoë"),
    "dedication": (
        lambda page: page.locator("#dedication").press_sequentially("Übe."),
        ".dedication",
        "Übe.",
    ),
}


@pytest.fixture
def page(visit: Visit) -> Page:
    """The configurator, just opened."""
    page: Page = visit()
    page.goto("/gutscheine/standard?betrag=5000")
    return page


def test_the_preview_follows_every_change_without_a_new_page(page: Page) -> None:
    page.evaluate("window.isSamePage = true")
    for make, place, shown in CHANGES.values():
        make(page)
        card = page.locator(f"#preview {place}")
        if place == ".motif":
            expect(card).to_have_attribute("src", re.compile(rf"^/motive/{shown}\.webp\?v="))
        else:
            expect(card).to_contain_text(shown)
    assert page.evaluate("window.isSamePage") is True


def test_typing_an_amount_chooses_it(page: Page) -> None:
    page.locator("#wish").press_sequentially("40")
    expect(page.locator("#amount-free")).to_be_checked()


def test_the_focus_stays_in_the_field_while_the_preview_changes(page: Page) -> None:
    page.locator("#dedication").press_sequentially("Alles Gute")
    expect(page.locator("#preview .dedication")).to_contain_text("Alles Gute")
    expect(page.locator("#dedication")).to_be_focused()


def test_what_is_left_of_the_dedication_is_counted(page: Page) -> None:
    field, left = page.locator("#dedication"), page.locator("[data-left]")
    field.fill("x" * 490)
    expect(left).to_contain_text("10")
    field.fill("x" * 503)
    expect(left).to_contain_text("3")


def test_without_javascript_a_button_updates_the_preview(visit: Visit) -> None:
    page = visit(js=False)
    page.goto("/gutscheine/standard")
    design(page, amount="37,50", recipient=RECIPIENT, dedication=DEDICATION)
    page.locator("noscript button, .shown button").click()
    assert cents(page.locator("#preview .amount").inner_text()) == 3750
    assert page.locator("#preview .to").inner_text().endswith(RECIPIENT)
    expect(page.locator("#dedication")).to_have_value(DEDICATION)


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_a_wrong_amount_is_said_and_nothing_typed_is_lost(visit: Visit, js: bool) -> None:
    page = visit(js=js)
    page.goto("/gutscheine/standard")
    design(page, amount="3,999", recipient=RECIPIENT, dedication=DEDICATION)
    button(page, "buchen").click()
    summary = page.locator("#summary")
    expect(summary).to_be_visible()
    if js:
        expect(summary).to_be_focused()
    summary.locator("a").click()
    expect(page.locator("#wish")).to_be_in_viewport()
    expect(page.locator("#wish")).to_have_value("3,999")
    expect(page.locator("#recipient")).to_have_value(RECIPIENT)
    expect(page.locator("#dedication")).to_have_value(DEDICATION)


def test_every_picture_is_really_drawn(page: Page) -> None:
    drawn = "each => each.complete && each.naturalWidth > 0"
    for picture in page.locator(".motifs img, #preview img.motif").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
        page.wait_for_function(drawn, arg=picture.element_handle())
