"""The voucher's page drawn by hand with ReportLab: what the printing of vouchers is measured against.

It draws the same picture, texts, faces, sizes and lines, and knows every position beforehand.
"""

from io import BytesIO
from pathlib import Path

from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfgen.canvas import Canvas

from shop.core.codes import shown_code, shown_number
from shop.core.money import written
from shop.paper import fonts, pdf, qr
from shop.paper.sheets import day
from shop.vouchers.print import PrintedVoucher

_MM = 72 / 25.4
_A4 = (210 * _MM, 297 * _MM)
_INK, _GREY, _SAND, _MARK = "#1F2430", "#5B5A57", "#D8CDB8", "#8C8577"
_STEPS = (
    "Kurs aussuchen, im Programmheft oder im Internet.",
    "Beim Buchen Nummer und Code eingeben oder den QR-Code scannen.",
    "Den Rest behalten: Er bleibt unter demselben Code auf dem Gutschein.",
)


def drawn_by_hand(voucher: PrintedVoucher, motif: Path) -> bytes:
    """One voucher as a PDF, drawn command by command; the motif is a JPEG of the right shape."""
    fonts.families()
    out = BytesIO()
    canvas = Canvas(out, pagesize=_A4, pageCompression=1, lang="de")
    canvas.setTitle(f"Gutschein {shown_number(voucher.number)}")
    canvas.setAuthor(voucher.letterhead.name)
    _lines(canvas, voucher)
    canvas.drawImage(str(motif), 8 * _MM, (297 - 97) * _MM, 194 * _MM, 89 * _MM)
    _front(canvas, voucher)
    _foot(canvas, voucher)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _lines(canvas: Canvas, voucher: PrintedVoucher) -> None:
    canvas.setLineWidth(0.4)
    canvas.setStrokeColor(_MARK)
    for x, y, wide, high in (
        *((x, y, 3.5, 0) for x in (3.5, 203) for y in (11, 286, 99, 198)),
        *((x, y, 0, 3.5) for x in (11, 199) for y in (3.5, 290)),
    ):
        canvas.line(x * _MM, (297 - y) * _MM, (x + wide) * _MM, (297 - y - high) * _MM)
    canvas.setLineWidth(0.6)
    canvas.setStrokeColor(_SAND)
    for x, y, wide, high in ((91, 114, 0, 74), (72, 209.5, 0, 13.5), (20, 278.5, 170, 0)):
        canvas.line(x * _MM, (297 - y) * _MM, (x + wide) * _MM, (297 - y - high) * _MM)
    canvas.setLineWidth(0.9)
    canvas.setStrokeColor(_INK)
    canvas.rect(20 * _MM, (297 - 226.5) * _MM, 128 * _MM, 20.5 * _MM)
    canvas.setFillColor(voucher.letterhead.ribbon)
    canvas.rect(8 * _MM, (297 - 99) * _MM, 194 * _MM, 2 * _MM, stroke=0, fill=1)


def _front(canvas: Canvas, voucher: PrintedVoucher) -> None:
    _text(
        canvas,
        voucher.letterhead.name,
        20,
        115,
        "source-sans-3-semibold",
        8.5,
        colour=voucher.letterhead.ribbon,
    )
    _text(canvas, "Gutschein", 20, 128, "fraunces-display", 27)
    _text(canvas, written(voucher.cents), 20, 158, "fraunces-display", 74)
    if voucher.valid_until:
        until = f"Gültig bis {day(voucher.valid_until, 'de')}"
        _text(canvas, until, 20, 182, "source-sans-3-semibold", 10.5)
    y = _block(canvas, f"Für {voucher.recipient}", 98, 120, "fraunces-italic", 27, 92)
    y = _block(canvas, voucher.dedication, 98, y + 4, "fraunces-italic", 16.5, 92)
    _text(canvas, voucher.giver, 98, y + 4, "fraunces-italic", 13)


def _foot(canvas: Canvas, voucher: PrintedVoucher) -> None:
    for label, token, x in (
        ("Gutschein-Nummer", shown_number(voucher.number), 25),
        ("Gutschein-Code", shown_code(voucher.code), 77),
    ):
        _text(canvas, label, x, 212, "source-sans-3-regular", 7.5, colour=_GREY)
        _text(canvas, token, x, 220, "source-sans-3-semibold", 17)
    code = ImageReader(BytesIO(pdf._fetch(qr.code_png_uri(voucher.link), None)))
    canvas.drawImage(code, 156 * _MM, (297 - 239.2) * _MM, 34 * _MM, 34 * _MM)
    caption = "Öffnet den Shop; Nummer und Code sind dann schon eingetragen."
    _block(canvas, caption, 156, 243, "source-sans-3-regular", 7.5, 34, colour=_GREY)
    for place, step in enumerate(_STEPS):
        x = (20, 63, 106)[place]
        _text(canvas, str(place + 1), x, 239, "fraunces-display", 17, colour=voucher.letterhead.ribbon)
        _block(canvas, step, x, 245, "source-sans-3-regular", 9, 40)
    _block(canvas, voucher.terms, 20, 266, "source-sans-3-regular", 7.6, 170, colour=_GREY)
    head = voucher.letterhead
    sender = " · ".join((head.name, head.street, head.town, head.phone, head.website))
    _text(canvas, sender, 20, 283, "source-sans-3-regular", 7.5, colour=_GREY)


def _text(
    canvas: Canvas, text: str, x: float, y: float, face: str, size: float, *, colour: str = _INK
) -> None:
    canvas.setFont(face, size)
    canvas.setFillColor(colour)
    canvas.drawString(x * _MM, (297 - y) * _MM, text)


def _block(
    canvas: Canvas, text: str, x: float, y: float, face: str, size: float, wide: float, *, colour: str = _INK
) -> float:
    """Wrapped lines; gives back where the next one would stand, in millimetres from the top."""
    canvas.setFont(face, size)
    canvas.setFillColor(colour)
    for row in simpleSplit(text, face, size, wide * _MM):
        canvas.drawString(x * _MM, (297 - y) * _MM, row)
        y += size * 1.35 / _MM
    return y
