"""The engine's own parts, put together once for our documents and kept warm between them.

xhtml2pdf turns HTML into a story; ReportLab sets the story on our layout. Style sheets are parsed
once a process: `Page` hands a document the parsed sheet of the one before, and what it says about
each kind of element. That is all that documents share.
"""

import weakref
from io import BytesIO
from typing import Any

from reportlab import rl_config
from xhtml2pdf import context, default
from xhtml2pdf.config.resources import ResourceAccessPolicy, render_budget, use_policy
from xhtml2pdf.document import pisaStory
from xhtml2pdf.files import cleanFiles
from xhtml2pdf.util import reset_caches
from xhtml2pdf.xhtml2pdf_reportlab import PmlBaseDoc, PmlFrame, PmlPageTemplate

from shop.paper import fonts
from shop.paper.layout import HIGH, MM, PAGE, Field, Label, Layout, Line

rl_config.useA85 = 0  # ASCII-85 in Python was more than half of the time
default.DEFAULT_FONT.update({name: name for name in fonts.families()})

_FRESH_AFTER = 100  # documents; then what the engine remembered of words and sizes is let go
_SHEETS_KEPT = 16
_STYLES_KEPT = 2000
_PARSED = (
    *("cssAttrCache", "cssBuilder", "cssParser", "css", "cssDefault", "cssCascade"),
    *("cssPositionalTags", "cssAttributeNames", "cssCustomNames"),
)

_parsed: dict[tuple[object, ...], dict[str, Any]] = {}
_printed = 0


class _Resolved(dict[Any, Any]):
    """What a style sheet says about elements, kept for the documents to come that use the same sheet.

    The engine keeps it for one document, by the parent's node; what counts about a parent is its own
    tag, class and style, and its parents'.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_place(key), default)

    def __setitem__(self, key: Any, attributes: Any) -> None:
        if len(self) >= _STYLES_KEPT:
            super().clear()
        super().__setitem__(_place(key), attributes)

    def clear(self) -> None:
        """The engine clears it after each document; nothing of a document is in it."""


def _place(key: Any) -> tuple[object, ...]:
    """An element's own key, and those facts of its parents that selectors can see."""
    chain = []
    node = key.parent
    while node is not None and (attributes := node.attributes) is not None:
        chain.append((node.tagName, *sorted(attributes.items())))
        node = node.parentNode
    return (*key[1:], *chain)


class Page(context.pisaContext):  # type: ignore[misc]
    """A document being read, which parses a style sheet only when no document before it had the same."""

    def parseCSS(self) -> None:
        key = (self.cssDefaultText, tuple(self.cssSources))
        if (kept := _parsed.get(key)) is None:
            super().parseCSS()
            if len(_parsed) >= _SHEETS_KEPT:
                _parsed.clear()
            self.cssAttrCache = _Resolved()
            _parsed[key] = {name: getattr(self, name) for name in _PARSED}
            return
        self.__dict__.update(kept)
        self.cssBuilder._c = self.cssParser._c = weakref.ref(self)


class Leaf(PmlPageTemplate):  # type: ignore[misc]
    """A kind of page, `body` or `more` for what runs on, that draws its lines before it takes its text."""

    def __init__(self, name: str, fields: tuple[Field, ...], layout: Layout) -> None:
        super().__init__(id=name, frames=[_frame(field) for field in fields], pagesize=PAGE)
        self.lines = layout.lines if name == "body" else ()
        self.labels = layout.labels if name == "body" else ()
        self.foot, self.counted = layout.foot, layout.counted

    def beforeDrawPage(self, canvas: Any, doc: Any) -> None:
        super().beforeDrawPage(canvas, doc)
        for line in self.lines:
            _draw(canvas, line)
        for label in self.labels:
            _write(canvas, label)
        if self.foot:
            _write(canvas, self.foot)
        if self.foot and self.counted:
            canvas.drawRightString(190 * MM, (HIGH - self.foot.y) * MM, str(doc.page))


def press(html: str, layout: Layout, style: str, *, fetch: Any, seconds: float) -> tuple[bytes, Page]:
    """Set HTML on a layout. Gives the file and the page that knows what was wrong with it.

    `fetch` answers every address; no file and no net is reached besides. Call it for one document
    at a time: the engine keeps fonts and sizes in one place for the whole process.
    """
    policy = ResourceAccessPolicy.server(None, allow_remote=False, max_render_seconds=seconds)
    page = Page("")
    page.pathCallback = fetch
    out = BytesIO()
    try:
        with use_policy(policy), render_budget(policy):
            pisaStory(html, default_css=style, context=page, resource_policy=policy, encoding="utf-8")
            _document(page, out, layout).build(page.story)
    finally:
        _tidy_up()
    return out.getvalue(), page


def forget() -> None:
    """Let go of the parsed style sheets: after a flaw, so that a flawed one is heard of every time."""
    _parsed.clear()


def _document(page: Page, out: BytesIO, layout: Layout) -> Any:
    document = PmlBaseDoc(
        out,
        pagesize=PAGE,
        title=page.meta["title"].strip(),
        author=page.meta["author"].strip(),
        lang=page.lang_tag or None,
    )
    document.addPageTemplates([Leaf("body", layout.fields, layout), Leaf("more", (layout.more,), layout)])
    document.pisaPositioned = page.positioned
    return document


def _frame(field: Field) -> Any:
    left, bottom = field.x * MM, (HIGH - field.y - field.height) * MM
    no_padding = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
    return PmlFrame(left, bottom, field.width * MM, field.height * MM, **no_padding)


def _draw(canvas: Any, line: Line) -> None:
    left, bottom = line.x * MM, (HIGH - line.y - line.height) * MM
    width, height = line.width * MM, line.height * MM
    if not line.thick:
        canvas.setFillColor(line.colour)
        canvas.rect(left, bottom, width, height, stroke=0, fill=1)
        return
    canvas.setStrokeColor(line.colour)
    canvas.setLineWidth(line.thick)
    if width and height:
        canvas.rect(left, bottom, width, height)
    else:
        canvas.line(left, bottom, left + width, bottom + height)


def _write(canvas: Any, label: Label) -> None:
    canvas.setFont(label.face, label.size)
    canvas.setFillColor(label.colour)
    canvas.drawString(label.x * MM, (HIGH - label.y) * MM, label.text)


def _tidy_up() -> None:
    global _printed
    cleanFiles()
    _printed += 1
    if _printed % _FRESH_AFTER == 0:
        reset_caches()
