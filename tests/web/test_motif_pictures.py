"""Pictures of motifs, shipped and uploaded, wherever a voucher is shown (DOMAIN G5)."""

import re
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
from flask import Flask
from PIL import Image

from tests.web.guest import Guest

GREEN = (20, 140, 60)


@pytest.fixture
def shop(demo_shop: Flask, tmp_path: Path) -> Flask:
    """The demo's shop, where staff have added a plain green motif."""
    file = tmp_path / "ostern.png"
    Image.new("RGB", (1800, 1100), GREEN).save(file)
    words = ["--slug", "ostern", "--title", "Ostern", "--product", "standard"]
    done = demo_shop.test_cli_runner().invoke(args=["shop", "motif", "add", str(file), *words])
    assert done.exit_code == 0, done.output
    return demo_shop


def pictures(page: str) -> list[str]:
    """The addresses of all motifs on a page."""
    return re.findall(r'src="(/motive/[^"]+)"', page)


def is_green(guest: Guest, address: str) -> bool:
    """Whether an address answers with the uploaded picture."""
    answer = guest.get(address)
    assert answer.status_code == 200
    seen = Image.open(BytesIO(answer.data)).convert("RGB").resize((1, 1)).getpixel((0, 0))
    return max(abs(a - b) for a, b in zip(seen, GREEN, strict=True)) < 12


def test_an_uploaded_motif_shows_in_the_configurator(erna: Guest) -> None:
    [address] = [each for each in pictures(erna.get("/gutscheine/standard").text) if "ostern" in each]
    assert is_green(erna, address)


def test_an_uploaded_motif_shows_in_the_preview(erna: Guest) -> None:
    page = erna.send("/gutscheine/standard/vorschau", {"motif": "ostern", "amount": "5000"})
    address = re.search(r'class="motif" src="([^"]+)"', page.text)[1]
    assert is_green(erna, address)


@pytest.mark.parametrize("path", ["/warenkorb/", "/kasse/"])
def test_an_uploaded_motif_shows_before_it_is_ordered(erna: Guest, path: str) -> None:
    erna.put_in(motif="ostern")
    [address] = pictures(erna.get(path).text)
    assert is_green(erna, address)


def test_an_uploaded_motif_shows_with_the_order_and_is_printed(erna: Guest) -> None:
    page = erna.get(f"/bestellung/{erna.buy(motif='ostern')}")
    assert all(is_green(erna, address) for address in pictures(page.text))
    assert len(pictures(page.text)) == 2
    pdf = erna.get(re.search(r'href="(/bestellung/[^"]+\.pdf)" download', page.text)[1])
    sheet = pypdfium2.PdfDocument(pdf.data)[0].render(scale=0.5).to_pil().convert("RGB")
    red, green, blue = sheet.getpixel((sheet.width // 2, sheet.height // 6))
    assert green > red + 60
    assert green > blue + 40


def test_a_motif_whose_picture_has_another_name_is_found_by_its_slug(shop: Flask, erna: Guest) -> None:
    from shop.db import db, transaction
    from shop.vouchers.models import Motif

    with shop.app_context(), transaction():
        db.session.get_one(Motif, "danke").picture = "ostern"
    erna.put_in(motif="danke")
    assert all("ostern-klein.webp" in each for each in pictures(erna.get("/warenkorb/").text))


def test_a_picture_that_is_gone_costs_no_page(shop: Flask, erna: Guest) -> None:
    erna.put_in(motif="ostern")
    for file in (Path(shop.instance_path) / "motifs").iterdir():
        file.unlink()
    page = erna.get("/warenkorb/")
    assert page.status_code == 200
    [address] = pictures(page.text)
    assert erna.get(address).status_code == 404


@pytest.mark.parametrize("ending", [".jpg", ".webp", "-klein.webp"])
def test_a_shipped_motif_may_be_kept_by_browsers_for_good(erna: Guest, ending: str) -> None:
    [address] = {each for each in pictures(erna.get("/").text) if each.startswith("/motive/danke-klein.webp")}
    assert "immutable" in erna.get(address).headers["Cache-Control"]
    plain = erna.get(f"/motive/danke{ending}")
    assert plain.headers["Cache-Control"] == "public, no-cache"
    again = erna.get(f"/motive/danke{ending}", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304


def test_a_new_picture_of_the_same_name_has_a_new_address(shop: Flask, erna: Guest) -> None:
    from shop.paper import motifs

    def address() -> str:
        return next(each for each in pictures(erna.get("/gutscheine/?x=1").text) if "standard" in each)

    before = address()
    out = BytesIO()
    Image.new("RGB", (1800, 1100), GREEN).save(out, "PNG")
    with shop.app_context():
        motifs.keep("standard", motifs.reencode(out.getvalue()))
    assert urlsplit(address()).path == urlsplit(before).path
    assert address() != before
    assert is_green(erna, address())
    assert "immutable" not in erna.get(before).headers["Cache-Control"]


@pytest.mark.parametrize(
    "file",
    [
        "danke",
        "danke.png",
        "fehlt.webp",
        ".webp",
        "..%2Fstandard.webp",
        "Danke.webp",
        "danke.webp%0A",
        "x" * 90,
    ],
)
def test_nothing_but_motifs_is_served(erna: Guest, file: str) -> None:
    assert erna.get(f"/motive/{file}").status_code == 404


def test_keys_beside_the_motifs_are_out_of_reach(shop: Flask, erna: Guest) -> None:
    Path(shop.instance_path, "keys.webp").write_text("secret")
    for file in ("../keys.webp", "..%2fkeys.webp", "%2e%2e/keys.webp", "keys.webp"):
        assert erna.get(f"/motive/{file}").status_code == 404
