"""How a page lies on the screen, and pictures of it for whoever wants to look."""

import os
from pathlib import Path

from playwright.sync_api import Page


def too_wide(page: Page) -> list[str]:
    """What sticks out of the screen at the right, when the page can be scrolled sideways."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            ["the page can be scrolled sideways", ...[...document.querySelectorAll("body *")]
                .filter(each => each.getBoundingClientRect().left + each.scrollWidth > innerWidth + 1)
                .slice(-3).map(each => `too wide: ${each.outerHTML.slice(0, 120)}`)]"""
    )


def shoot(page: Page, name: str) -> None:
    """A picture to look at, when somebody wants to (SHOP_SHOTS)."""
    if folder := os.environ.get("SHOP_SHOTS"):
        page.screenshot(path=Path(folder, f"{name.replace(' ', '_').replace(',', '')}.png"), full_page=True)
