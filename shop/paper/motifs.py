"""Pictures for vouchers: uploads decoded and drawn anew, files found, prints kept ready (DOMAIN G5)."""

import os
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from flask import current_app
from PIL import Image, ImageOps, UnidentifiedImageError

from shop.settings import ROOT

SHIPPED = ROOT / "static" / "motifs"
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
PRINT_SIZE = (1800, 1100)
PAGE_WIDTH = 1200
SMALL_WIDTH = 360
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}", re.ASCII)


class PictureRefused(ValueError):
    """An upload that does not become a motif.

    `reason` is too_many_bytes, too_many_pixels, too_small, not_png_or_jpeg or damaged.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoSuchPicture(LookupError):
    """No file of that name is kept or shipped."""


@dataclass(frozen=True)
class Prints:
    """One picture in the three forms that the shop keeps: JPEG for paper, two WebP for pages."""

    paper: bytes
    page: bytes
    small: bytes


def reencode(data: bytes) -> Prints:
    """Decode an uploaded PNG or JPEG and draw it anew, cropped to fill, without what it carried along.

    Raises PictureRefused. Bytes and pixels are bounded before anything is decoded (QUALITY A5).
    """
    picture = _filled(_decoded(data), PRINT_SIZE)
    return Prints(_jpeg(picture), _webp(picture, PAGE_WIDTH), _webp(picture, SMALL_WIDTH))


def keep(picture: str, prints: Prints) -> None:
    """Write an uploaded motif's three files below the instance folder, each whole or not at all."""
    folder = _uploaded()
    folder.mkdir(parents=True, exist_ok=True)
    _check_name(picture)
    for ending, data in ((".jpg", prints.paper), (".webp", prints.page), ("-klein.webp", prints.small)):
        draft = folder / f".{picture}{ending}.{secrets.token_hex(4)}"
        draft.write_bytes(data)
        os.replace(draft, folder / f"{picture}{ending}")


def picture_path(picture: str, ending: str = ".jpg") -> Path:
    """The file of a motif: `.jpg` for print, `.webp` for a page, `-klein.webp` for a list.

    Uploaded ones win over shipped ones of the same name. Raises NoSuchPicture.
    """
    _check_name(picture)
    for folder in (_uploaded(), SHIPPED):
        if (path := folder / f"{picture}{ending}").is_file():
            return path
    raise NoSuchPicture(picture)


def for_print(picture: str, shape: float) -> bytes:
    """A motif as JPEG bytes, cropped from the middle to a shape (width ÷ height). Raises NoSuchPicture.

    Prints are kept ready in memory until the file changes.
    """
    path = picture_path(picture)
    return _cropped(path, path.stat().st_mtime_ns, shape)


@lru_cache(maxsize=32)
def _cropped(path: Path, changed: int, shape: float) -> bytes:
    """`changed` is part of the key only: a new file of the same name is a new picture."""
    with Image.open(path, formats=("JPEG",)) as picture:
        width = picture.width
        return _jpeg(_filled(picture.convert("RGB"), (width, round(width / shape))))


def _decoded(data: bytes) -> Image.Image:
    if len(data) > MOST_BYTES:
        raise PictureRefused("too_many_bytes")
    try:
        picture = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
        if picture.width * picture.height > MOST_PIXELS:
            raise PictureRefused("too_many_pixels")
        if picture.width < PRINT_SIZE[0] // 2 or picture.height < PRINT_SIZE[1] // 2:
            raise PictureRefused("too_small")
        picture.load()
        return _on_white(ImageOps.exif_transpose(picture))
    except UnidentifiedImageError:
        raise PictureRefused("not_png_or_jpeg") from None
    except Image.DecompressionBombError:
        raise PictureRefused("too_many_pixels") from None
    except (OSError, SyntaxError, ValueError) as problem:
        if isinstance(problem, PictureRefused):
            raise
        raise PictureRefused("damaged") from None


def _on_white(picture: Image.Image) -> Image.Image:
    """Plain RGB: CMYK and palettes converted, what shows through shows white paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")


def _filled(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return ImageOps.fit(picture, size, Image.Resampling.LANCZOS)


def _jpeg(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=88, optimize=True, dpi=(230, 230))
    return out.getvalue()


def _webp(picture: Image.Image, width: int) -> bytes:
    out = BytesIO()
    height = round(width * picture.height / picture.width)
    picture.resize((width, height), Image.Resampling.LANCZOS).save(out, "WEBP", quality=82)
    return out.getvalue()


def _uploaded() -> Path:
    return Path(current_app.instance_path) / "motifs"


def _check_name(picture: str) -> None:
    """Names come from our own table, but a file name is never taken on trust."""
    if _NAME.fullmatch(picture) is None:
        raise NoSuchPicture(picture[:80])
