"""Tables as CSV that German spreadsheets open and in which no cell is a formula (QUALITY A7)."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

_MARK = "\ufeff"  # by which programs know UTF-8
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_AMOUNT = re.compile(r"-[0-9]+,[0-9]{2}", re.ASCII)


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A table row by row: UTF-8 with its mark, semicolons.

    A cell that a program could take for a formula begins with an apostrophe; an amount below zero is none.
    """
    out = StringIO(_MARK)
    out.seek(len(_MARK))
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_quoted(cell) for cell in row])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def _quoted(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RISKY) and not _AMOUNT.fullmatch(cell) else cell
