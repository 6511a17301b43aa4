"""Cut the shop's Fraunces from the variable font: `python make.py FOLDER-OF-WOFF2 OUT` (needs fonttools, brotli).

The folder is `files/` of the package @fontsource-variable/fraunces. Pinned: SOFT and WONK to 0, so that
page and paper show the same plain letters; for paper also size and weight, as ReportLab takes one
master and no substitutions.
"""

import sys
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

SUBSETS = ("latin", "latin-ext")
PLAIN = {"SOFT": 0, "WONK": 0}
LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF", "STAT", "MVAR", "HVAR", "avar", "gvar", "prep", "gasp")


def cut(folder: Path, subset: str, style: str, **axes: object) -> TTFont:
    """One subset with some axes pinned or narrowed."""
    font = TTFont(folder / f"fraunces-{subset}-full-{style}.woff2")
    font.flavor = None
    return instancer.instantiateVariableFont(font, PLAIN | axes)


def substituted(font: TTFont) -> dict[str, str]:
    """The plain forms of letters that are wonky by default."""
    table, pairs = font["GSUB"].table, {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag in ("rvrn", "rclt"):
            for place in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[place].SubTable:
                    pairs |= getattr(getattr(part, "ExtSubTable", part), "mapping", {})
    return pairs


def for_paper(folder: Path, out: Path, name: str, style: str, **axes: object) -> None:
    """A static TTF of both subsets whose default letters are the plain ones."""
    parts = []
    for subset in SUBSETS:
        font = cut(folder, subset, style, **axes)
        for default, plain in substituted(font).items():
            font["glyf"][default], font["hmtx"][default] = font["glyf"][plain], font["hmtx"][plain]
        for table in LAYOUT_TABLES:
            if table in font:
                del font[table]
        parts.append(out / f".{name}-{subset}.ttf")
        font.save(parts[-1])
    whole = Merger().merge([str(part) for part in parts])
    for number, text in ((1, name.replace("-", " ").title()), (4, name.replace("-", " ").title()), (6, name)):
        whole["name"].setName(text, number, 3, 1, 0x409)
    whole.save(out / f"{name}.ttf")
    for part in parts:
        part.unlink()


def for_pages(folder: Path, out: Path, name: str, style: str, subset: str) -> None:
    """A variable WOFF2 with its size and weight axes."""
    font = cut(folder, subset, style, wght=(400, 700))
    font.flavor = "woff2"
    font.save(out / f"{name}.woff2")


if __name__ == "__main__":
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    for_paper(source, target, "fraunces-display", "normal", opsz=144, wght=600)
    for_paper(source, target, "fraunces-italic", "italic", opsz=18, wght=400)
    for wanted in SUBSETS:
        for_pages(source, target, f"fraunces-{wanted}", "normal", wanted)
        for_pages(source, target, f"fraunces-italic-{wanted}", "italic", wanted)
