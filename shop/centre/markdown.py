"""Markdown that staff write becomes HTML that is safe to show; visitors' text never comes here."""

import re
from collections.abc import Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

_PLACE = re.compile(r"\[\[gutschein:([a-z0-9]+(?:-[a-z0-9]+)*)\]\]")
_TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code"),
    *("ul", "ol", "li", "strong", "em", "s", "a", "img"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}


def _lower_headings(state: StateCore) -> None:
    """Make the highest heading a second one: the page's title is its only first heading (WCAG 1.3.1)."""
    headings = [token for token in state.tokens if token.type in ("heading_open", "heading_close")]
    step = 2 - min((int(token.tag[1]) for token in headings), default=2)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) + step, 6)}"


_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_markdown.core.ruler.push("lower_headings", _lower_headings)


def _own_pictures(tag: str, attribute: str, value: str) -> str | None:
    """Drop pictures from elsewhere: no third-party asset on our pages (DOMAIN L4)."""
    if (tag, attribute) == ("img", "src") and not value.startswith("/static/"):
        return None
    return value


_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_own_pictures,
    url_schemes={"https", "http", "mailto", "tel"},
    link_rel="noopener noreferrer",
)


def html(body: str) -> Markup:
    """The whole body as safe HTML, the place of a configurator left out."""
    before, _slug, after = split_configurator(body)
    return before + after


@lru_cache(maxsize=64)  # the same text is the same page on every server
def split_configurator(body: str) -> tuple[Markup, str | None, Markup]:
    """The HTML before and after the line `[[gutschein:<slug>]]`, and its slug; no such line: all before.

    Staff place the form of a voucher product with that line, on its own between blank lines
    (DOMAIN G3b).
    """
    env: dict[str, object] = {}
    tokens = _markdown.parse(body, env)
    for place, slug in _places(tokens):
        return _clean(tokens[:place], env), slug, _clean(tokens[place + 3 :], env)
    return _clean(tokens, env), None, Markup("")


def configurators(body: str) -> int:
    """How many places for a configurator a body has."""
    return len(_places(_markdown.parse(body, {})))


def _places(tokens: Sequence[Token]) -> list[tuple[int, str]]:
    """Where paragraphs of the outermost level are nothing but a configurator's line."""
    found = []
    for i, token in enumerate(tokens):
        if token.type == "paragraph_open" and token.level == 0:
            match = _PLACE.fullmatch(tokens[i + 1].content.strip())
            if match:
                found.append((i, match[1]))
    return found


def _clean(tokens: Sequence[Token], env: dict[str, object]) -> Markup:
    rendered = _markdown.renderer.render(tokens, _markdown.options, env)
    return Markup(_cleaner.clean(rendered))  # noqa: S704 - cleaned on this very line
