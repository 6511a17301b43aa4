"""The configurator in another website's frame: for friends only, and nothing else is ever framed (G3, A3)."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.elsewhere import Neighbour
from tests.browser.running import Running
from tests.browser.steps import DEDICATION, RECIPIENT, choose

Neighbours = tuple[Neighbour, Neighbour]


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_a_friend_shows_the_configurator_which_hands_over_with_everything_kept(
    shop: Running, visit: Visit, neighbours: Neighbours, js: bool
) -> None:
    page = visit(js=js)
    page.goto(neighbours[0].showing(f"{shop.url}/einbetten/standard"))
    frame = page.frame_locator("iframe")
    for value in ("motif-kochen", "amount-10000"):
        frame.locator(f'label[for="{value}"]').click()
    frame.locator("#recipient").fill(RECIPIENT)
    frame.locator("#dedication").fill(DEDICATION)
    if js:
        expect(frame.locator("#preview .to")).to_contain_text(RECIPIENT)
    with page.context.expect_page() as opened:
        frame.locator('.buttons button[value="buchen"]').click()
    handed = opened.value
    expect(handed.locator("#summary")).to_be_visible()
    assert handed.url.startswith(f"{shop.url}/gutscheine/standard")
    expect(handed.locator("#dedication")).to_have_value(DEDICATION)
    handed.locator('.buttons button[value="buchen"]').click()
    handed.wait_for_url("**/warenkorb/")
    expect(handed.locator(".lines .what")).to_contain_text(RECIPIENT)
    expect(handed.locator(".lines .price")).to_contain_text("100")


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (1, "/einbetten/standard"),
        (0, "/gutscheine/standard"),
        (0, "/kasse/"),
        (0, "/guthaben/"),
        (0, "/seiten/impressum"),
    ],
)
def test_nothing_else_can_be_framed(
    shop: Running, visit: Visit, neighbours: Neighbours, who: int, path: str
) -> None:
    page = visit(is_watched=False)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(neighbours[who].showing(f"{shop.url}{path}"))
    page.wait_for_load_state("networkidle")
    assert page.frames[1].locator("main").count() == 0
    assert any("frame-ancestors" in text for text in said), said


def test_the_embedded_page_stays_within_a_narrow_frame(
    shop: Running, visit: Visit, neighbours: Neighbours
) -> None:
    page = visit()
    page.goto(neighbours[0].showing(f"{shop.url}/einbetten/standard"))
    page.evaluate("document.querySelector('iframe').width = 320")
    choose(page.frames[1], "delivery", "recipient")
    assert page.frames[1].evaluate("document.documentElement.scrollWidth <= innerWidth")
