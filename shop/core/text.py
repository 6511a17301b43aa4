"""Text as people type it, made safe to keep, to show and to print (QUALITY A4)."""

import unicodedata

_LINE_ENDS = str.maketrans(
    {"\r": "\n", "\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "\v": "\n", "\f": "\n"}
)
_UNSEEN = ("Cc", "Cf", "Cs")  # controls, bidi and zero-width marks, halves of characters


class TooLong(ValueError):
    """A text has more characters than its field allows; `limit` says how many may stand there."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} characters")
        self.limit = limit


def tidy(text: str, *, limit: int, lines: bool = False) -> str:
    """A typed text without unseen characters, composed (NFC), its blanks collapsed.

    With `lines`, line ends stay as `\\n`, at most one empty line in a row; without, they are blanks.
    Raises TooLong when more than `limit` characters are left.
    """
    text = text.replace("\r\n", "\n").translate(_LINE_ENDS).replace("\t", " ")
    text = unicodedata.normalize("NFC", "".join(filter(_is_seen, text)))
    rows = [" ".join(row.split()) for row in text.split("\n")]
    tidied = _few_gaps(rows) if lines else " ".join(filter(None, rows))
    if len(tidied) > limit:
        raise TooLong(limit)
    return tidied


def _is_seen(symbol: str) -> bool:
    if symbol == "\n":
        return True
    if "\ufe00" <= symbol <= "\ufe0f" or "\U000e0100" <= symbol <= "\U000e01ef":
        return False  # variation selectors choose a picture for a sign; they are nothing themselves
    return unicodedata.category(symbol) not in _UNSEEN


def _few_gaps(rows: list[str]) -> str:
    kept: list[str] = []
    for row in rows:
        if row or (kept and kept[-1]):
            kept.append(row)
    return "\n".join(kept).rstrip("\n")
