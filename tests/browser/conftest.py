"""Visitors with a real browser in a real shop; what their browser complains about fails the test."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.browser.elsewhere import Neighbour, neighbour
from tests.browser.find import installed
from tests.browser.running import Prepared, Running, running

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE = 15_000  # milliseconds
# A page that refuses answers 4xx, and the browser writes every such answer into its console.
_REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the Chromium that the run has found; without one these tests are skipped, and say so."""
    path = os.environ.get("SHOP_BROWSER") or installed()
    if path is None:
        pytest.skip("no browser could be had on this machine (tests/browser/find.py tried)")
    return {"executable_path": path, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def neighbours(browser_type_launch_args: dict[str, Any]) -> Iterator[tuple[Neighbour, Neighbour]]:
    """Two other websites: one that may show the configurator, and one that may not."""
    with neighbour() as friend, neighbour() as stranger:
        yield friend, stranger


@pytest.fixture(scope="session")
def shop(
    tmp_path_factory: pytest.TempPathFactory, neighbours: tuple[Neighbour, Neighbour]
) -> Iterator[Running]:
    """The demo's shop with its worker; mails become files."""
    folder = tmp_path_factory.mktemp("browser") / "instance"
    with running(folder, EMBED_ORIGINS=neighbours[0].url) as shop:
        yield shop


@pytest.fixture(scope="session")
def prepared(shop: Running) -> Prepared:
    """Courses and orders in every state, and vouchers to redeem."""
    return shop.prepared()


@dataclass
class Complaints:
    """What a browser had to complain about."""

    heard: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Hear the console, exceptions, and answers that are broken."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"{page.url}: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _REFUSAL.match(message.text):
            self.heard.append(f"{message.location.get('url')}: {message.text}")

    def _response(self, answer: Response) -> None:
        is_file = answer.request.resource_type in ("stylesheet", "script", "image", "font")
        if answer.status >= 500 or (is_file and answer.status >= 400):
            self.heard.append(f"{answer.url}: {answer.status}")


class Visits:
    """Opens windows of new visitors and closes them; none of their browsers may have complained."""

    def __init__(self, browser: Browser, shop: Running) -> None:
        self.browser, self.shop = browser, shop
        self.complaints = Complaints()
        self.contexts: list[BrowserContext] = []

    def open(self, *, js: bool = True, width: int = 1280, is_watched: bool = True, **how: Any) -> Page:
        """A page in a window of its own: German, without movement, with or without JavaScript."""
        context = self.browser.new_context(
            base_url=self.shop.url,
            locale="de-DE",
            reduced_motion="reduce",
            java_script_enabled=js,
            **{"viewport": {"width": width, "height": 900 if width > 500 else 640}, **how},
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        if is_watched:
            context.on("page", self.complaints.listen)
        return context.new_page()

    def __enter__(self) -> "Visits":
        return self

    def __exit__(self, *_: object) -> None:
        for context in self.contexts:
            context.close()
        assert self.complaints.heard == []


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, shop: Running) -> Iterator[Visit]:
    """Opens pages of new visitors."""
    with Visits(browser, shop) as visits:
        yield visits.open
