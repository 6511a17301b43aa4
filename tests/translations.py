"""Every text of the shop has its English: nothing missing, nothing left over, nothing doubtful."""

import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "shop/translations/en/LC_MESSAGES/messages.po"


def extracted(folder: Path) -> set[object]:
    """The texts that templates and code ask for now."""
    template = folder / "messages.pot"
    command = [
        "pybabel",
        "-q",
        "extract",
        "-F",
        "shop/translations/babel.cfg",
        "-k",
        "_l",
        "-o",
        str(template),
        ".",
    ]
    subprocess.run([str(Path(sys.executable).parent / command[0]), *command[1:]], check=True, cwd=ROOT)
    with template.open("rb") as file:
        return {message.id for message in read_po(file) if message.id}


def main() -> int:
    """Say what is wrong with the English catalogue."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = extracted(Path(folder))
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    known = {message.id for message in catalogue if message.id}
    empty = {
        m.id for m in catalogue if m.id and (m.fuzzy or not all(m.string if m.pluralizable else [m.string]))
    }
    wrong = {"missing": wanted - known, "left over": known - wanted, "empty or doubtful": empty & wanted}
    for what, ids in wrong.items():
        for each in sorted(map(str, ids)):
            print(f"{what}: {each[:100]}")
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
