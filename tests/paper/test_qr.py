"""QR codes read back by another library."""

from base64 import b64decode
from io import BytesIO
from xml.etree import ElementTree

import zxingcpp
from PIL import Image, ImageOps

from shop.paper import qr

LINK = "https://shop.example.org/guthaben/#G4C18-CCA0R.5RKD-DG44-MBJ7-MQAA"


def read(uri: str) -> str:
    picture = Image.open(BytesIO(b64decode(uri.removeprefix("data:image/png;base64,"))))
    return zxingcpp.read_barcode(ImageOps.expand(picture, 24, fill=255)).text


def test_a_link_reads_back_with_its_fragment():
    assert read(qr.code_png_uri(LINK)) == LINK


def test_a_transfer_reads_back_line_by_line():
    text = read(qr.epc_png_uri("VHS Größenstadt", "DE75512108001245126199", "", 137_50, "B-7K2M-9Q"))
    lines = text.split("\n")
    assert lines[:4] == ["BCD", "002", "1", "SCT"]
    assert lines[5:8] == ["VHS Größenstadt", "DE75512108001245126199", "EUR137.5"]
    assert lines[-1] == "B-7K2M-9Q"


def test_whole_cents_survive_in_a_transfer():
    assert "EUR1000.01" in read(qr.epc_png_uri("VHS", "DE75512108001245126199", "", 1000_01, "B-1"))


def test_an_svg_for_pages_has_a_name_and_no_inline_style():
    drawn = str(qr.code_svg(LINK, label='Nummer "und" Code'))
    tree = ElementTree.fromstring(drawn)
    assert tree.get("role") == "img"
    assert tree.get("aria-label") == 'Nummer "und" Code'
    assert "style" not in drawn
    assert "<script" not in drawn


def test_an_svg_without_a_name_is_hidden_from_readers():
    drawn = qr.epc_svg("VHS", "DE75512108001245126199", "", 5000, "B-1")
    assert 'aria-hidden="true"' in drawn
