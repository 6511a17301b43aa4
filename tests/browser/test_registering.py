"""From the head of a page to the first log-in, by the demo's letter box; and the head's menu on the phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.look import shoot, too_wide
from tests.browser.test_keyboard import tab_to
from tests.browser.test_walk import check
from tests.browser.test_zoom import LARGER, SPACING, wear

PASSWORD = "Ameise kocht Suppe am Fluss"


def fill_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Type what an account needs."""
    for label, text in (
        ("Vorname", "Grażyna"),
        ("Nachname", "Donaudampfschifffahrtsgesellschaft"),
        ("E-Mail", f"{username}@example.org"),
        ("Benutzername", username),
        ("Passwort", password),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.locator("main").get_by_role("button", name="Konto eröffnen").click()


def follow_letter(page: Page, address: str) -> None:
    """Read a letter in the demo's letter box and open its link; the worker may still be writing it."""
    row = page.locator("ul.letters li", has_text=address)
    for _ in range(60):
        page.goto("/vorfuehrung/post/")
        if row.count():
            break
        page.wait_for_timeout(250)
    row.get_by_role("link").first.click()
    found = re.search(r"http://[^/\s]+(/konto/bestaetigen/\S+)", page.locator("pre.letter").inner_text())
    assert found
    page.goto(found[1])


@pytest.mark.parametrize(("width", "js"), [(320, True), (1280, True), (320, False)])
def test_an_account_is_opened_from_the_head_to_the_first_log_in(visit: Visit, width: int, js: bool) -> None:
    username = f"grazyna{width}{'js' if js else ''}"
    look = check if js else shoot
    page = visit(width=width, js=js)
    page.goto("/")
    page.locator(".top").get_by_role("link", name="Anmelden").click()
    page.locator("main").get_by_role("link", name="Konto eröffnen").click()
    look(page, "register")
    fill_in(page, username, "kurz")
    expect(page.locator("#password-error")).to_be_visible()
    expect(page.get_by_label("Vorname")).to_have_value("Grażyna")
    look(page, "register, wrong")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Konto eröffnen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte sehen Sie in Ihr Postfach")
    expect(page.locator(".lead")).to_contain_text(f"{username}@example.org")
    look(page, "registered")
    follow_letter(page, f"{username}@example.org")
    look(page, "confirm")
    page.get_by_role("button", name="gehört mir").click()
    page.wait_for_url("**/konto/anmelden")
    page.get_by_label("Benutzername oder E-Mail").fill(username)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url("**/konto/")
    page.get_by_role("link", name="Ihre Angaben").click()
    look(page, "details")
    page.get_by_label("Vorname").fill("Gracja")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("status")).to_contain_text("gespeichert")
    expect(page.get_by_label("Vorname")).to_have_value("Gracja")


def test_the_menu_on_the_phone_needs_no_script_and_no_mouse(visit: Visit) -> None:
    for js in (True, False):
        page = visit(width=320, js=js)
        page.goto("/guthaben/")
        link = page.locator(".menu").get_by_role("link", name="Merkliste")
        expect(link).to_be_hidden()
        if js:
            tab_to(page, ".menu summary")
            page.keyboard.press("Enter")
            check_open(page)
            page.set_viewport_size({"width": 320, "height": 640})
            tab_to(page, ".menu a[href='/merkliste/']")
            page.keyboard.press("Enter")
        else:
            page.locator(".menu summary").click()
            link.click()
        page.wait_for_url("**/merkliste/")
        expect(page.locator(".menu").get_by_role("link", name="Merkliste")).to_be_hidden()


def check_open(page: Page) -> None:
    """The opened menu is accessible and covers nothing."""
    expect(page.locator(".menu").get_by_role("link", name="Merkliste")).to_be_visible()
    bottom = page.locator(".top").bounding_box()
    title = page.locator("h1").bounding_box()
    assert bottom
    assert title
    assert title["y"] > bottom["y"] + bottom["height"]
    check(page, "menu")


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(("width", "most"), [(320, 125), (390, 125), (768, 125), (1280, 90)])
def test_the_head_has_one_row_on_the_desk_and_two_at_most_elsewhere(
    visit: Visit, width: int, most: int, language: str
) -> None:
    page = visit(width=width)
    page.goto(f"/kurse/?sprache={language}")
    box = page.locator(".top").bounding_box()
    assert box
    assert box["height"] <= most
    targets = page.locator(".top a:visible, .top summary:visible").all()
    assert len(targets) >= 5
    for target in targets:
        size = target.bounding_box()
        assert size
        assert size["height"] >= 44, target.inner_text()
    red = page.locator(".top .redeem-now").bounding_box()
    assert red
    assert red["y"] < 40, "the red button stays at the top"
    assert red["x"] + red["width"] > width * 0.9, "and at the right"


@pytest.mark.parametrize(
    ("style", "width"), [(SPACING, 320), (LARGER, 640)], ids=["spacing", "larger letters"]
)
def test_readers_own_style_breaks_no_menu(visit: Visit, style: str, width: int) -> None:
    page = visit(width=width)
    page.goto("/konto/eroeffnen")
    wear(page, style)
    page.locator(".menu summary").click()
    shoot(page, f"menu {width}")
    assert too_wide(page) == []
    boxes = [each.bounding_box() for each in page.locator(".brand, .redeem-now, .owns, .menu summary").all()]
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            assert one
            assert other
            apart = (
                one["x"] + one["width"] <= other["x"] + 1
                or other["x"] + other["width"] <= one["x"] + 1
                or one["y"] + one["height"] <= other["y"] + 1
                or other["y"] + other["height"] <= one["y"] + 1
            )
            assert apart, "two things in the head lie over each other"
