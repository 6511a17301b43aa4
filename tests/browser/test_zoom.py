"""Enlarged four times, with wider spacing or larger letters, pages still fit and can be used (WCAG 1.4)."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.look import shoot, too_wide
from tests.browser.running import Prepared
from tests.browser.steps import button, design, fill_buyer, put_in_place

PAGES = ("/", "/gutscheine/standard", "/kurse/", "/guthaben/", "/seiten/agb", "/vertrag-widerrufen/")
# WCAG 1.4.12: what readers may set without losing anything.
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
)
LARGER = "html { font-size: 200% !important; }"


def wear(page: Page, style: str) -> None:
    """Let a reader's own style sheet take effect."""
    page.evaluate(
        """style => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(style);
            document.adoptedStyleSheets = [sheet];
        }""",
        style,
    )


def test_a_course_and_a_voucher_can_be_bought_on_a_screen_enlarged_four_times(
    prepared: Prepared, visit: Visit
) -> None:
    page = visit(viewport={"width": 320, "height": 256}, device_scale_factor=4)
    page.goto("/gutscheine/standard")
    design(page)
    assert too_wide(page) == []
    button(page, "buchen").click()
    page.wait_for_url("**/warenkorb/")
    put_in_place(page, prepared.courses["free"])
    assert too_wide(page) == []
    page.goto("/kasse/")
    fill_buyer(page)
    page.locator("button.order").click()
    expect(page.locator("#summary")).to_be_in_viewport()
    page.locator("#summary a").first.click()
    expect(page.locator("#method")).to_be_focused()
    expect(page.locator("#method")).to_be_in_viewport()
    assert too_wide(page) == []


@pytest.mark.parametrize(
    ("style", "width"), [(SPACING, 320), (LARGER, 640)], ids=["spacing", "larger letters"]
)
def test_readers_own_style_breaks_nothing(visit: Visit, style: str, width: int) -> None:
    page = visit(width=width)
    found = []
    for path in PAGES:
        page.goto(path)
        wear(page, style)
        found += [f"{path}: {each}" for each in too_wide(page)]
        shoot(page, f"zoom{path}-{width}".replace("/", "_"))
    assert found == []
