"""Reading an uploaded list of addresses: which bytes are text, and what to say when they are not."""

from typing import Any

from flask import request
from flask_babel import gettext as _

MOST = 200 * 1024  # below MAX_CONTENT_LENGTH, with room for the rest of the form
_STEP, _PATIENCE = 64 * 1024, 256  # steps: 16 MB


class Unreadable(ValueError):
    """A file that is no list of addresses; the sentence says what to do."""


def joined(typed: str, file: Any) -> tuple[str, bool]:
    """What the file holds and what was typed, one below the other; whether the file was read as Windows text.

    The file comes first: its first line may be a heading.

    Raises Unreadable.
    """
    data = file.read(MOST + 1) if file else b""
    if not data.strip():
        return typed, False
    if len(data) > MOST:
        raise Unreadable(
            _("Die Datei ist zu groß. Höchstens %(size)s kB gehen auf einmal.", size=MOST // 1024)
        )
    text, is_converted = _decoded(data)
    return f"{text.strip()}\n{typed}".rstrip(), is_converted


def _decoded(data: bytes) -> tuple[str, bool]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16"), False
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Unreadable(
            _(
                "Das ist keine Textdatei. Speichern Sie die Tabelle als CSV, "
                "oder kopieren Sie die Adressen in das Feld."
            )
        )
    if b"\0" in data:
        raise Unreadable(_not_text())
    try:
        return data.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        # What spreadsheets in Western Europe call CSV; its five gaps tell other bytes from text.
        return _strictly(data, "cp1252"), True


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(_not_text()) from None


def _not_text() -> str:
    return _(
        "Diese Datei lässt sich nicht als Text lesen. Speichern Sie sie als CSV mit der Kodierung UTF-8."
    )


def let_run_out() -> None:
    """Take in what is left of a request that is too large: else the browser shows no answer, but a broken line."""
    stream = request.environ.get("wsgi.input")
    for _turn in range(_PATIENCE):
        if stream is None or not stream.read(_STEP):
            return
