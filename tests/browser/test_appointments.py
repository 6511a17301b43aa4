"""Appointments in a real browser: turn the week, narrow it, book and cancel; with and without JavaScript (W10)."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Running
from tests.browser.test_walk import check
from tests.organisations.cast import PASSWORD

ORDER = "Zahlungspflichtig bestellen"


@pytest.fixture(scope="module")
def hanna(shop: Running) -> str:
    """Hanna has 100 € on her card."""
    shop.has_credit("hanna", 100_00)
    return "hanna"


def log_in(page: Page, username: str, way: str) -> None:
    """Log in on the way to a page."""
    page.goto(f"/konto/anmelden?next={way}")
    page.get_by_label("Benutzername oder E-Mail").fill(username)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url(f"**{way}")


def test_list_week_and_one_appointment_are_accessible_at_every_width(visit: Visit, hanna: str) -> None:
    page = visit()
    for name, path in (
        ("list", "/termine/"),
        ("week", "/termine/?ansicht=woche"),
        ("visitor", "/termine/T101"),
    ):
        page.goto(path)
        check(page, f"appointments, {name}")
    log_in(page, hanna, "/termine/T101")
    check(page, "appointment to book")
    page.goto("/konto/termine")
    check(page, "no appointments of mine")


def test_the_week_turns_in_place_and_the_way_back_leads_back(visit: Visit) -> None:
    page = visit()
    page.goto("/termine/?ansicht=woche")
    page.evaluate("window.isSamePage = true")
    first = page.locator("#week-title").inner_text()
    page.get_by_role("link", name="Nächste Woche").click()
    expect(page.locator("#week-title")).not_to_have_text(first)
    expect(page.locator("#turn-on")).to_be_focused()
    page.locator("#klasse").select_option("einzel")
    expect(page).to_have_url(re.compile(r"woche=\d{4}-W\d\d&ansicht=woche&klasse=einzel$"))
    assert page.evaluate("window.isSamePage") is True
    page.go_back()
    expect(page.locator("#week-title")).to_have_text(first)


def test_without_javascript_links_and_a_button_do_the_same(visit: Visit) -> None:
    page = visit(js=False)
    page.goto("/termine/")
    page.locator("#klasse").select_option("einzel")
    page.get_by_role("button", name="Zeigen").click()
    assert "klasse=einzel" in page.url
    page.get_by_role("link", name="Woche", exact=True).click()
    assert "ansicht=woche" in page.url
    assert "Klavierstunde" in page.locator(".slot").first.inner_text()


def test_blocks_lie_at_their_times_and_do_not_cover_each_other(visit: Visit) -> None:
    page = visit()
    page.goto("/termine/?ansicht=woche")
    for column in page.locator(".column").all():
        boxes = [box for slot in column.locator(".slot").all() if (box := slot.bounding_box())]
        for place, one in enumerate(boxes):
            for other in boxes[place + 1 :]:
                apart = (
                    one["x"] + one["width"] <= other["x"] + 1
                    or other["x"] + other["width"] <= one["x"] + 1
                    or one["y"] + one["height"] <= other["y"] + 1
                    or other["y"] + other["height"] <= one["y"] + 1
                )
                assert apart, (one, other)
    hour = page.locator(".hours span").first.bounding_box()
    lesson = page.locator(".slot.h15.m45").first.bounding_box()
    assert hour
    assert lesson
    assert lesson["y"] - hour["y"] == pytest.approx((15.75 - 7) * hour["height"], abs=3)


def test_book_and_cancel_take_one_press_each(visit: Visit, hanna: str) -> None:
    page = visit(width=320)
    log_in(page, hanna, "/termine/T120")
    page.get_by_role("button", name=ORDER).click()
    expect(page.get_by_role("heading", name="Sie haben gebucht")).to_be_visible()
    check(page, "appointment, booked")
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_role("button", name="Termin absagen").click()
    expect(page.locator(".notice.paid")).to_contain_text("wieder auf Ihrer Wertkarte")
    expect(page.get_by_role("button", name=ORDER)).to_be_visible()
    page.goto("/konto/termine")
    check(page, "appointments of mine")
