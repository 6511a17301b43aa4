"""How fast vouchers are printed: run `python -m tests.bench.bench_pdf` from the top of the shop.

Prints milliseconds for a voucher (warm), PDFs in a second, memory, and two ratios: to the same page
drawn by hand with ReportLab (tests/bench/by_hand.py), and to an untuned call of xhtml2pdf.
"""

import base64
import tempfile
import time
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from statistics import median

import psutil
import segno
from flask import Flask
from flask_babel import Babel, force_locale
from PIL import Image
from reportlab import rl_config

from shop.paper import fonts, motifs, pdf
from shop.paper.sheets import Letterhead
from shop.settings import ROOT
from shop.vouchers import print as printing
from shop.vouchers.print import PrintedVoucher, print_out
from tests.bench.by_hand import drawn_by_hand

HEAD = Letterhead(
    "Volkshochschule Musterstadt",
    "Löhstraße 3",
    "04105 Musterstadt",
    "0341 5550123",
    website="www.vhs.example",
)
TERMS = "Gilt für alle buchbaren Kurse. Übertragbar, in Teilen einlösbar, keine Auszahlung in Geld. " * 4
VOUCHER = PrintedVoucher(
    number="G4C18CCA0R",
    code="5RKDDG44MBJ7MQAA",
    cents=50_00,
    link="https://gutscheine.vhs.example/guthaben/#G4C18-CCA0R.5RKD-DG44-MBJ7-MQAA",
    letterhead=HEAD,
    picture="weihnachten",
    recipient="Erna Łódźka",
    dedication="Liebe Erna,\nzum Sechzigsten wünschen wir Dir Zeit für alles, was Du lernen wolltest. " * 2,
    giver="Karl und Şükran",
    valid_until=date(2029, 12, 31),
    terms=TERMS,
)


def main() -> None:
    """Measure and print; nothing is kept."""
    with tempfile.TemporaryDirectory() as folder:
        app = _app(Path(folder))
        with app.app_context():
            _report(*_pictures(Path(folder)))


def _app(folder: Path) -> Flask:
    app = Flask("shop", instance_path=str(folder), template_folder=str(ROOT / "templates"))
    app.config["BABEL_DEFAULT_LOCALE"] = "de"
    Babel(app)
    return app


def _pictures(folder: Path) -> tuple[Path, Path]:
    """The motif as the two others take it: a JPEG of the right shape, and a PNG of it."""
    ready, png = folder / "ready.jpg", folder / "first-try.png"
    ready.write_bytes(motifs.for_print(VOUCHER.picture, pdf.MOTIF_SHAPE))
    Image.open(ready).save(png)
    return ready, png


def _report(ready: Path, png: Path) -> None:
    started = time.perf_counter()
    print_out([VOUCHER], "de")
    print(f"first voucher of a process   {(time.perf_counter() - started) * 1000:8.1f} ms")
    ours, hand = _in_turn(
        lambda: print_out([VOUCHER], "de"), lambda: drawn_by_hand(VOUCHER, ready), rounds=60
    )
    print(f"one voucher, warm            {ours:8.1f} ms   {1000 / ours:6.1f} PDFs a second and process")
    print(f"drawn by hand in ReportLab   {hand:8.1f} ms   ours takes {ours / hand:.2f} × (target 2.0)")
    many = _in_turn(lambda: print_out([VOUCHER] * 50, "de"), rounds=3)[0] / 50
    print(f"50 in one document, each     {many:8.1f} ms")
    slow = _in_turn(lambda: _untuned(png), rounds=5)[0]
    print(f"untuned xhtml2pdf            {slow:8.1f} ms   ours is {slow / ours:.1f} × faster (target 5)")
    print(f"size of the file             {len(print_out([VOUCHER], 'de')) / 1024:8.0f} KB")
    print(f"memory of this process       {psutil.Process().memory_info().rss / 2**20:8.0f} MB")


def _in_turn(*works: Callable[[], object], rounds: int) -> list[float]:
    """The median milliseconds of each work, taken in turn so that a busy machine slows all alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, kept in zip(works, times, strict=True):
            started = time.process_time()
            work()
            kept.append((time.process_time() - started) * 1000)
    return [median(kept) for kept in times]


def _untuned(png: Path) -> bytes:
    """The same words and pictures as a first try would print them.

    PNG motif as a data URI, fonts by @font-face, geometry by @page rules, a QR code as segno draws it,
    the library's own style sheet, no settings.
    """
    from xhtml2pdf.document import pisaDocument

    with force_locale("de"):
        facts = printing._set(VOUCHER, "de") | {"qr": segno.make(VOUCHER.link).png_data_uri(scale=6)}
    html = pdf.page("vouchers/print.html", "de", vouchers=[facts], centre=fonts.Fit(8.5, HEAD.name))
    picture = base64.b64encode(png.read_bytes()).decode()
    html = html.replace("motif:weihnachten", "data:image/png;base64," + picture)
    html = html.replace("</head>", f"<style>{_rules()}</style></head>", 1)
    out, before = BytesIO(), rl_config.useA85
    rl_config.useA85 = 1
    try:
        pisaDocument(html, out, path=str(fonts.FOLDER / "x"))
    finally:
        rl_config.useA85 = before
    return out.getvalue()


def _rules() -> str:
    """The voucher's layout and fonts written as style sheet rules."""
    layout = printing._form(HEAD)
    faces = "".join(
        f"@font-face {{ font-family: {family}; src: url('{files[0]}.ttf') }}"
        for family, files in fonts.FAMILIES.items()
    )
    frames = "".join(
        f"@frame f{place} {{ left: {f.x}mm; top: {f.y}mm; width: {f.width}mm; height: {f.height}mm }}"
        for place, f in enumerate(layout.fields)
    )
    more = "@page more { size: a4; margin: 20mm }"
    words = pdf.style("vouchers/print.css", ribbon=HEAD.ribbon)
    return f"{faces} {words} @page {{ size: a4; margin: 0; {frames} }} {more} html {{ font-family: text }}"


if __name__ == "__main__":
    main()
