"""Markdown of staff becomes safe HTML, with a place for a voucher's form (DOMAIN G3b, QUALITY A4)."""

from html.parser import HTMLParser

import pytest

from shop.centre.markdown import configurators, html, split_configurator


class Seen(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


def test_headings_are_one_step_lower_because_the_title_is_the_first() -> None:
    assert html("# Eins\n\n## Zwei\n\n###### Sechs") == "<h2>Eins</h2>\n<h3>Zwei</h3>\n<h6>Sechs</h6>\n"


def test_lists_tables_links_and_emphasis_are_shown() -> None:
    shown = html("1. **fett**\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n[AGB](/seiten/agb)")
    assert "<ol>\n<li><strong>fett</strong></li>\n</ol>" in shown
    assert "<td>2</td>" in shown
    assert '<a href="/seiten/agb" rel="noopener noreferrer">AGB</a>' in shown


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[klick](javascript:alert(1))",
        "[klick](data:text/html;base64,PHNjcmlwdD4=)",
        "[klick](vbscript:alert(1))",
        '[klick](https://example.org "x\\" onmouseover=\\"alert(1)")',
        "<p style='position:fixed'>x</p>",
        '<https://example.org/"onclick=alert(1)//>',
        "```html\n<script>alert(1)</script>\n```",
    ],
)
def test_nothing_that_runs_comes_through(body: str) -> None:
    seen = Seen()
    seen.feed(html(body))
    assert seen.tags <= {"p", "a", "pre", "code"}
    assert seen.attributes <= {"href", "title", "rel"}
    assert all(address.startswith("https://example.org") for address in seen.addresses)


def test_only_our_own_pictures_are_shown() -> None:
    assert html("![Haus](/static/haus.webp)") == '<p><img src="/static/haus.webp" alt="Haus"></p>\n'
    assert "https" not in html("![Spion](https://example.org/pixel.gif)")
    assert "example" not in html("![Spion](//example.org/pixel.gif)")


def test_no_inline_style_comes_out_because_the_policy_forbids_it() -> None:
    assert "style" not in html("| a |\n|--:|\n| 1 |")


def test_the_form_stands_where_staff_placed_it() -> None:
    before, slug, after = split_configurator("Vorher\n\n[[gutschein:standard]]\n\nNachher")
    assert (before, slug, after) == ("<p>Vorher</p>\n", "standard", "<p>Nachher</p>\n")


def test_a_page_without_a_place_is_all_before() -> None:
    assert split_configurator("Nur Text") == ("<p>Nur Text</p>\n", None, "")


def test_references_reach_across_the_form() -> None:
    before, _slug, _after = split_configurator("[AGB][a]\n\n[[gutschein:standard]]\n\n[a]: /seiten/agb")
    assert 'href="/seiten/agb"' in before


@pytest.mark.parametrize(
    "body",
    [
        "Im Satz [[gutschein:standard]] steht es nicht.",
        "> [[gutschein:standard]]",
        "- [[gutschein:standard]]",
        "```\n[[gutschein:standard]]\n```",
        "[[gutschein:../../etc]]",
        "[[gutschein:Standard]]",
    ],
)
def test_only_a_line_of_its_own_is_a_place(body: str) -> None:
    assert split_configurator(body)[1] is None
    assert configurators(body) == 0


def test_a_whole_page_leaves_the_place_out() -> None:
    assert html("Vorher\n\n[[gutschein:standard]]\n\nNachher") == "<p>Vorher</p>\n<p>Nachher</p>\n"
