"""HTML to PDF by xhtml2pdf, which may fetch nothing but what we hand it (QUALITY A5, F11)."""

import base64
import binascii
import logging
import re
import threading
from functools import cache
from typing import Any

from flask import current_app
from flask_babel import force_locale

from shop.paper import motifs, ribbon, seal
from shop.paper.layout import Layout

MOTIF_SHAPE = 194 / 89  # the motif's field on a voucher, width ÷ height in millimetres
LONGEST = 10.0  # seconds a document may take
_PNG_URI = "data:image/png;base64,"
_PNG_MOST = 64 * 1024
_SEAL = re.compile(r"seal:#[0-9A-Fa-f]{6}", re.ASCII)
_RIBBON = re.compile(r"ribbon:#[0-9A-Fa-f]{6}", re.ASCII)
_CODE_LIKE = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}")

# What every document starts from, instead of the library's own sheet: fewer rules, less time.
_BASE_CSS = """
html { font-family: text; font-size: 10pt; color: #1F2430; line-height: 135%; font-weight: normal;
  font-style: normal; margin: 0; padding: 0; border: 0 none; display: inline; width: auto; height: auto;
  white-space: normal }
body, div, p, h1, h2, h3, h4, ul, ol, li, table, tr, td, th, blockquote, hr { display: block }
b, strong, th { font-weight: bold }
"""


class PaperJam(Exception):
    """A document could not be made whole; the words name the trouble and quote no contents."""


class _Complaints(logging.Handler):
    """Keeps what the library only warns about; none of it reaches a log, for it quotes the document."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


_complaints = _Complaints()
_one_at_a_time = threading.Lock()  # the engine keeps state; and so the complaints are this document's


@cache
def _press() -> Any:
    """Load the engine on the first document, not with the shop: it costs half a second and 40 MB."""
    from shop.paper import press  # noqa: PLC0415

    heard = logging.getLogger("xhtml2pdf")
    heard.addHandler(_complaints)
    heard.propagate = False
    return press


def page(template: str, language: str, **facts: object) -> str:
    """A document's HTML in a language; texts escape themselves. Needs an app, but no request."""
    with force_locale(language):
        return current_app.jinja_env.get_template(template).render(language=language, **facts)


def style(template: str, **facts: str) -> str:
    """A document's style sheet, made of ours and its own."""
    return _BASE_CSS + current_app.jinja_env.get_template(template).render(**facts)


def render(html: str, layout: Layout, style: str = _BASE_CSS, *, seconds: float = LONGEST) -> bytes:
    """Print HTML on a layout, by a style sheet, as a PDF file.

    Pictures may be `motif:<picture>`, `ribbon:<colour>`, `seal:<colour>` or a PNG made by `paper.qr`; every other
    address, a missing picture, a missing glyph, anything the library warns about and a render of more
    than `seconds` is a PaperJam: a document is right or it does not exist.
    """
    press = _press()
    with _one_at_a_time:
        _complaints.heard.clear()
        try:
            data, read = press.press(html, layout, style, fetch=_fetch, seconds=seconds)
            _refuse_flaws(read)
        except PaperJam:
            press.forget()
            raise
        except Exception as trouble:
            press.forget()
            raise PaperJam(f"the document could not be printed: {type(trouble).__name__}") from trouble
    return bytes(data)


def _refuse_flaws(done: Any) -> None:
    if _complaints.heard or done.warn or done.err:
        first = (_complaints.heard or ["unnamed"])[0].partition("\n")[0]
        raise PaperJam("the document has a flaw: " + _CODE_LIKE.sub("…", first)[:160])


def _fetch(address: str, _base: str | None) -> bytes | str:
    """Answer every address a document asks for: our own pictures as bytes, nothing else at all."""
    if address.startswith("motif:"):
        try:
            return motifs.for_print(address.removeprefix("motif:"), MOTIF_SHAPE)
        except (motifs.NoSuchPicture, OSError) as trouble:
            raise PaperJam("a picture is missing") from trouble
    if _RIBBON.fullmatch(address):
        return ribbon.tied(address.removeprefix("ribbon:"), MOTIF_SHAPE)
    if _SEAL.fullmatch(address):
        return seal.pressed(address.removeprefix("seal:"))
    if address.startswith(_PNG_URI) and len(address) <= _PNG_MOST:
        return _png(address.removeprefix(_PNG_URI))
    raise PaperJam(f"a document asked for a {address.partition(':')[0][:12]!r} address")


def _png(encoded: str) -> bytes:
    try:
        data = base64.b64decode(encoded, validate=True)
    except binascii.Error as trouble:
        raise PaperJam("a picture is damaged") from trouble
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise PaperJam("a picture is not what it says")
    return data
