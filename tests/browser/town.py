"""The demo's municipality in the browser: its invitation accepted, its desk open."""

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.running import Running

INVITED = "rathaus@obersee.example.org"
PASSWORD = "Kähne unter der Brücke am Abend"


@dataclass
class Desk:
    """An administrator's page; `home` is the path of the desk."""

    page: Page
    home: str

    def open(self, path: str = "") -> Page:
        """Open one of the desk's pages."""
        self.page.goto(self.home + path)
        return self.page


def move_in(page: Page, shop: Running) -> Desk:
    """Accept the invitation that lies in the letter box, with a new account."""
    text = shop.mail_to(INVITED).get_body(("plain",)).get_content()
    page.goto(re.search(r"http\S+/konto/einladung/\S+", text)[0])
    page.locator("#first_name").fill("Petra")
    page.locator("#last_name").fill("Lindner")
    page.locator("#username").fill("petra.lindner")
    page.locator("#password").fill(PASSWORD)
    page.locator("form[action^='/konto/einladung/'] button.first").click()
    page.goto("/organisation/")
    expect(page.locator(".rooms .whose")).to_contain_text("Gemeinde Obersee")
    return Desk(page, re.search(r"/organisation/[0-9a-f-]+/", page.url)[0])


def numbers(page: Page) -> list[str]:
    """The codes on the page after an order."""
    return page.locator(".issued code").all_inner_texts()
