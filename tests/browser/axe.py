"""The accessibility engine, run in a page: WCAG 2.2 A and AA."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ENGINE = (Path(__file__).parents[1] / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What depends on colours alone; the rest of the rules say the same of a page in light and dark.
COLOURS = ("color-contrast", "link-in-text-block")


def findings(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe has to say about a page as it stands; of all rules, or of these only.

    The engine is evaluated by the debugger, which the page's content security policy does not bind.
    """
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(f"{ENGINE};0")
    wanted = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found = page.evaluate("only => axe.run(document, {resultTypes: ['violations'], runOnly: only})", wanted)
    return [_said(violation) for violation in found["violations"]]


def _said(violation: dict[str, Any]) -> str:
    places = ", ".join(str(node["target"][0]) for node in violation["nodes"][:3])
    why = " ".join(violation["nodes"][0]["failureSummary"].split())
    return f"{violation['id']} ({len(violation['nodes'])}): {places}: {why}"
