"""The programme: filters while one types and by address; the waiting list of a full course (DOMAIN R1, R9)."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Prepared, Running


@pytest.fixture
def page(visit: Visit) -> Page:
    """The programme, with JavaScript."""
    page: Page = visit()
    page.goto("/kurse/")
    return page


def offers(page: Page) -> list[str]:
    """The titles of what was found."""
    return page.locator(".offers h3").all_inner_texts()


def test_the_list_follows_what_is_typed_and_chosen_without_a_new_page(page: Page) -> None:
    page.evaluate("window.isSamePage = true")
    everything = len(offers(page))
    page.locator("#q").press_sequentially("spanisch")
    expect(page).to_have_url(re.compile(r"\?q=spanisch$"))
    assert any("Spanisch" in title for title in offers(page))
    assert len(offers(page)) < everything
    page.locator("#q").fill("")
    page.locator("#bereich").select_option(index=1)
    expect(page).to_have_url(re.compile(r"\?bereich=[a-z-]+$"))
    page.locator('[name="frei"]').check()
    expect(page).to_have_url(re.compile(r"bereich=[a-z-]+&frei=1$"))
    assert page.evaluate("window.isSamePage") is True


def test_an_address_with_filters_shows_the_same_with_and_without_javascript(page: Page, visit: Visit) -> None:
    page.locator("#q").fill("kochen")
    page.locator("#tag").select_option("6")
    expect(page).to_have_url(re.compile("q=kochen&tag=6"))
    plain = visit(js=False)
    plain.goto(page.url)
    assert offers(plain) == offers(page)
    expect(plain.locator("#q")).to_have_value("kochen")
    expect(plain.locator("#tag")).to_have_value("6")


def test_without_javascript_a_button_searches(visit: Visit) -> None:
    page = visit(js=False)
    page.goto("/kurse/")
    page.locator("#q").fill("brot")
    page.locator(".programme button").click()
    assert "q=brot" in page.url
    assert any("Brot" in title for title in offers(page))


def test_nothing_found_says_so_and_leads_back(page: Page) -> None:
    page.locator("#q").fill("xyzzy")
    page.locator("#found .empty a").click()
    expect(page.locator(".offers li").first).to_be_visible()
    expect(page).to_have_url(re.compile("/kurse/$"))


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_who_finds_a_course_full_joins_its_waiting_list_and_gets_a_link(
    shop: Running, prepared: Prepared, visit: Visit, js: bool
) -> None:
    path, email = prepared.courses["packed"], f"heidi-{js}@example.org".lower()
    page = visit(js=js)
    page.goto(path)
    page.locator('a[href$="/warteliste"]').click()
    for name, text in {"first_name": "Heidi", "last_name": "Größlhuber", "email": email}.items():
        page.locator(f'[name="{name}"]').fill(text)
    page.locator(".doing button").click()
    page.wait_for_url("**/warteliste/eingetragen")
    text = shop.mail_to(email).get_body(("plain",)).get_content()
    page.goto(re.search(rf"{shop.url}/warteliste/\S+", text)[0])
    expect(page.locator("h1")).to_be_visible()
    page.locator("form button").click()
    expect(page.locator(".doing a")).to_have_attribute("href", path)
