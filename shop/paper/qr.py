"""QR codes: one that carries a link, one that fills in a bank transfer (EPC069-12)."""

from base64 import b64encode
from decimal import Decimal
from io import BytesIO

import segno
from markupsafe import Markup
from PIL import Image
from segno import helpers

from shop.core.money import Cents

_MASK = 3  # fixed: searching for the best of eight costs more time than drawing the page's text
_SCALE = 6
_INK = bytes([255, 0]) + bytes(254)  # a dark module is a one
_QUIET = 4  # modules of white around a code on a page; paper is white anyway


def code_png_uri(text: str) -> str:
    """A QR code of a text as a `data:image/png` address, for documents."""
    return _png(_code(text))


def code_svg(text: str, label: str = "") -> Markup:
    """A QR code of a text as inline SVG, for pages; black on white in every theme."""
    return _svg(_code(text), label)


def epc_png_uri(name: str, iban: str, bic: str, cents: Cents, reference: str) -> str:
    """A QR code that fills in a transfer of `cents` to an account, for documents."""
    return _png(_epc(name, iban, bic, cents, reference))


def epc_svg(name: str, iban: str, bic: str, cents: Cents, reference: str, *, label: str = "") -> Markup:
    """The same as inline SVG, for pages. Raises ValueError when the facts make no transfer."""
    return _svg(_epc(name, iban, bic, cents, reference), label)


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", mask=_MASK, boost_error=False)


def _epc(name: str, iban: str, bic: str, cents: Cents, reference: str) -> segno.QRCode:
    return helpers.make_epc_qr(
        name=name[:70],
        iban=iban,
        bic=bic or None,
        amount=Decimal(cents) / 100,
        text=reference,
        encoding=1,
    )


def _png(code: segno.QRCode) -> str:
    """Drawn by Pillow in eight-bit grey, which a PDF takes as it is; segno's own writer is slower."""
    side = len(code.matrix)
    dots = Image.frombytes("L", (side, side), b"".join(code.matrix).translate(_INK))
    drawn = BytesIO()
    dots.resize((side * _SCALE, side * _SCALE), Image.Resampling.NEAREST).save(drawn, "PNG", compress_level=1)
    return "data:image/png;base64," + b64encode(drawn.getvalue()).decode()


def _svg(code: segno.QRCode, label: str) -> Markup:
    drawn = code.svg_inline(
        border=_QUIET, omitsize=True, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    name = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    return Markup(drawn.replace("<svg", f"<svg{name}", 1))  # noqa: S704 - drawn by us, the label escaped
