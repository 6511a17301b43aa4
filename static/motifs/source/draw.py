"""Draw the voucher motifs: SVG sources, print JPEGs, page WebPs. See README.md."""

import importlib
import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
MOTIFS = (
    "standard",
    "geburtstag",
    "weihnachten",
    "danke",
    "sprachen",
    "kochen",
    "bewegung",
    "musik-und-malen",
)
CHROMIUM = shutil.which("chromium")  # None: the one that Playwright fetched


def source(slug: str) -> Path:
    """Write the SVG of one motif and say where it is."""
    scene = importlib.import_module("scene_" + slug.replace("-", "_"))
    path = HERE / f"{slug}.svg"
    path.write_text(scene.picture().svg(), encoding="utf-8")
    return path


def photograph(paths: list[Path]) -> dict[str, Image.Image]:
    """Render SVG files at 1800 by 1100 with headless Chromium."""
    pictures = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1800, "height": 1100})
        for path in paths:
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{path.read_text('utf-8')}")
            shot = Image.open(io.BytesIO(page.screenshot()))
            pictures[path.stem] = shot.convert("RGB")
        browser.close()
    return pictures


def publish(slug: str, picture: Image.Image, folder: Path) -> None:
    """Save the print JPEG, the page WebP and the thumbnail."""
    picture.save(folder / f"{slug}.jpg", quality=86, optimize=True, progressive=False, dpi=(230, 230))
    picture.resize((1200, 733), Image.Resampling.LANCZOS).save(folder / f"{slug}.webp", quality=80, method=6)
    picture.resize((360, 220), Image.Resampling.LANCZOS).save(
        folder / f"{slug}-klein.webp", quality=78, method=6
    )


def main(wanted: list[str]) -> None:
    """Draw the motifs named, or all of them."""
    paths = [source(slug) for slug in wanted or MOTIFS]
    for slug, picture in photograph(paths).items():
        publish(slug, picture, HERE.parent)
        sizes = [f"{p.stat().st_size // 1024} KB" for p in sorted(HERE.parent.glob(f"{slug}[.-]*"))]
        sys.stdout.write(f"{slug}: {', '.join(sizes)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
