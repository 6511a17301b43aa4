"""Uploads become motifs or are refused, in words that a form can say."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from shop.paper import motifs


def encoded(picture: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(motifs.PictureRefused) as refusal:
        motifs.reencode(data)
    return refusal.value.reason


def declared_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0),
        b"IDAT": zlib.compress(bytes(1000)),
    }
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks.items()
    )


def test_a_png_becomes_a_jpeg_for_print_and_two_webps():
    prints = motifs.reencode(encoded(Image.new("RGB", (2000, 2000), "#B4232F")))
    sizes = [Image.open(BytesIO(data)).size for data in (prints.paper, prints.page, prints.small)]
    formats = [Image.open(BytesIO(data)).format for data in (prints.paper, prints.page, prints.small)]
    assert sizes == [(1800, 1100), (1200, 733), (360, 220)]
    assert formats == ["JPEG", "WEBP", "WEBP"]


def test_the_turn_that_a_camera_noted_is_applied_and_its_notes_are_dropped():
    upright = Image.new("RGB", (1200, 1600), "white")
    upright.paste("#B4232F", (0, 0, 1200, 800))
    notes = Image.Exif()
    notes[0x0112], notes[0x010E] = 6, "Ernas Garten"
    prints = motifs.reencode(encoded(upright, "JPEG", exif=notes))
    printed = Image.open(BytesIO(prints.paper))
    assert b"Ernas Garten" not in prints.paper
    assert printed.getpixel((1700, 550))[1] < 90 < printed.getpixel((100, 550))[1]


def test_cmyk_becomes_rgb():
    prints = motifs.reencode(encoded(Image.new("CMYK", (1800, 1100), (0, 255, 255, 0)), "JPEG"))
    assert Image.open(BytesIO(prints.paper)).mode == "RGB"


def test_what_shows_through_shows_white_paper():
    prints = motifs.reencode(encoded(Image.new("RGBA", (1800, 1100), (0, 0, 0, 0))))
    assert Image.open(BytesIO(prints.paper)).getpixel((900, 500)) == (255, 255, 255)


def test_what_followed_the_picture_in_the_file_is_gone():
    data = encoded(Image.new("RGB", (1800, 1100))) + b"<script>alert(1)</script>"
    prints = motifs.reencode(data)
    assert b"script" not in prints.paper + prints.page + prints.small


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "WEBP"])
def test_other_formats_are_refused(kind: str):
    assert refused(encoded(Image.new("RGB", (1800, 1100)), kind)) == "not_png_or_jpeg"


def test_an_svg_is_refused():
    assert refused(b'<svg xmlns="http://www.w3.org/2000/svg"/>') == "not_png_or_jpeg"


def test_a_bomb_is_refused_by_what_it_declares():
    assert refused(declared_png(7000, 7000)) == "too_many_pixels"
    assert refused(declared_png(60000, 60000)) == "too_many_pixels"


def test_too_many_bytes_are_refused_unread():
    assert refused(b"\x89PNG" + bytes(motifs.MOST_BYTES)) == "too_many_bytes"


def test_half_a_file_is_refused():
    assert refused(encoded(Image.effect_noise((1800, 1100), 80).convert("RGB"))[:-5000]) == "damaged"


def test_a_picture_too_small_to_print_is_refused():
    assert refused(encoded(Image.new("RGB", (400, 300)))) == "too_small"


def test_a_kept_upload_is_found_again(app):
    motifs.keep("sommer", motifs.reencode(encoded(Image.new("RGB", (1800, 1100), "#2F5D50"))))
    paths = [motifs.picture_path("sommer", ending) for ending in (".jpg", ".webp", "-klein.webp")]
    assert all(path.stat().st_size > 100 for path in paths)


def test_a_picture_that_is_not_there_is_said_to_be_missing(app):
    with pytest.raises(motifs.NoSuchPicture):
        motifs.picture_path("gibt-es-nicht")


@pytest.mark.parametrize("name", ["../shop", "/etc/passwd", "a/b", "", "x" * 90, "a.b", "Ä"])
def test_a_name_never_leaves_the_folder(app, name: str):
    with pytest.raises(motifs.NoSuchPicture):
        motifs.picture_path(name)


def test_a_replaced_picture_is_printed_anew(app):
    motifs.keep("neu", motifs.reencode(encoded(Image.new("RGB", (1800, 1100), "white"))))
    before = motifs.for_print("neu", 2.0)
    motifs.keep("neu", motifs.reencode(encoded(Image.new("RGB", (1800, 1100), "black"))))
    assert motifs.for_print("neu", 2.0) != before
    assert Image.open(BytesIO(before)).size == (1800, 900)
