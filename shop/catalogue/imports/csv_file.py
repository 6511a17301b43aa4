"""Reading a programme from CSV with named columns: UTF-8, semicolons, commas or tabs."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from typing import Any

from shop.catalogue.fold import folded
from shop.catalogue.imports.draft import (
    Draft,
    Refusal,
    Refused,
    name_only,
    read_category,
    read_cents,
    read_class,
    read_day,
    read_number,
    read_sessions,
    read_text,
    shown,
)

# Each column with the German name it may have instead.
COLUMNS = {
    "number": "kursnummer",
    "kind": "art",
    "category": "bereich",
    "title": "titel",
    "title_en": "titel_en",
    "summary": "kurztext",
    "summary_en": "kurztext_en",
    "description": "beschreibung",
    "description_en": "beschreibung_en",
    "schedule": "zeiten",
    "schedule_en": "zeiten_en",
    "sessions": "termine",
    "starts_on": "beginn",
    "place": "ort",
    "online": "online",
    "lecturer": "kursleitung",
    "price": "preis",
    "reductions": "ermaessigungen",
    "seats": "plaetze",
    "register_until": "anmeldeschluss",
    "cancel_until": "abmeldeschluss",
    "cancel_fee": "abmeldegebuehr",
    "tax": "steuer",
    "redeemable": "gutscheine",
    "class": "klasse",
    "contains": "enthaelt",
    "published": "freigabe",
}
_NAMES = {german: name for name, german in COLUMNS.items()} | {name: name for name in COLUMNS}
_SPAN = re.compile(r"(\S+) +([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})", re.ASCII)
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_YES, _NO = {"ja", "yes", "1", "true"}, {"nein", "no", "0", "false"}
_KINDS = {"course": "course", "kurs": "course", "package": "package", "paket": "package"}


def rows(text: str) -> Iterator[Draft | Refusal]:
    """Every row as a draft or a refusal. Raises Refused when the header itself cannot be read."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header = columns(next(reader, []))
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Refusal(f"line {reader.line_num}", "", f"the rest of the file cannot be read: {error}")
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _row(f"line {reader.line_num}", header, cells)


def columns(cells: Sequence[str]) -> list[str]:
    """The known name of each column, empty for those that are not read. Raises Refused."""
    found = [_NAMES.get(folded(cell.strip()).replace(" ", "_"), "") for cell in cells]
    known = [name for name in found if name]
    if "number" not in known:
        raise Refused("there is no column “number” (or “Kursnummer”) in the first line")
    if twice := {name for name in known if known.count(name) > 1}:
        raise Refused(f"these columns are there twice: {', '.join(sorted(twice))}")
    return found


def unread(text: str) -> list[str]:
    """The columns of a file that are not read, as its header calls them."""
    cells = next(csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)), [])
    return [
        cell.strip() for cell, name in zip(cells, columns(cells), strict=True) if not name and cell.strip()
    ]


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(";,\t", key=header.count)


def _row(where: str, header: Sequence[str], cells: Sequence[str]) -> Draft | Refusal:
    number = ""
    try:
        if len(cells) > len(header):
            raise Refused("there are more cells than columns; is a text with the delimiter in quotes?")
        said = {name: cell for name, cell in zip(header, cells, strict=False) if name}
        number = read_number(said.pop("number", ""))
        return Draft(where, number, _facts(said))
    except Refused as refused:
        return Refusal(where, number, str(refused))


def _facts(said: Mapping[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, cell in said.items():
        field = name.removesuffix("_en")
        if field in ("title", "summary", "description", "schedule"):
            facts.setdefault(field, {})["de" if name == field else "en"] = read_text(field, cell)
        elif cell.strip() or name in _MAY_BE_EMPTY:
            column, read = _READERS[name]
            try:
                facts[column] = read(cell.strip()) if cell.strip() else _MAY_BE_EMPTY[name]
            except Refused as refused:
                raise Refused(f"{name}: {refused}") from None
    return facts


def _choice(choices: Mapping[str, Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        if folded(text) not in choices:
            raise Refused(f"{shown(text)} is none of {', '.join(choices)}")
        return choices[folded(text)]

    return read


def _seats(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text, re.ASCII):
        raise Refused(f"{shown(text)} is no number of seats")
    return int(text)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def _sessions(text: str) -> list[list[str]]:
    """`2027-01-13 18:30-20:00 | 2027-01-20 18:30-20:00`."""
    spans = []
    for part in _parts(text):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise Refused(f"{shown(part)} is no session; write 2027-01-13 18:30-20:00")
        day = read_day(found[1])
        try:
            start, end = (datetime.fromisoformat(f"{day}T{found[at]}") for at in (2, 3))
        except ValueError:
            raise Refused(f"there is no such time as in {shown(part)}") from None
        spans.append((start, end))
    return read_sessions(spans)


def _reductions(text: str) -> list[dict[str, Any]]:
    """`schueler : 64,00 : Ermäßigt für Schülerinnen und Schüler : Schülerausweis | …`."""
    found = []
    for part in _parts(text):
        cells = [cell.strip() for cell in part.split(":")]
        if len(cells) != 4 or not _KEY.fullmatch(cells[0]) or len(cells[0]) > 40 or not cells[2]:
            raise Refused(f"{shown(part)} is no reduction; write key : 64,00 : who pays that : proof")
        words, proof = (read_text("summary", cell) for cell in cells[2:])
        found.append(
            {
                "key": cells[0],
                "cents": read_cents(cells[1]),
                "words": {"de": words},
                "proof": {"de": proof} if proof else {},
            }
        )
    if len({each["key"] for each in found}) < len(found):
        raise Refused("two reductions have the same key")
    return found


_yes_or_no = _choice(dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False))

# Column of `Offer` (or `capacity`), and how its cell is read.
_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "kind": ("kind", _choice(_KINDS)),
    "category": ("category", read_category),
    "sessions": ("sessions", _sessions),
    "starts_on": ("starts_on", read_day),
    "place": ("place", lambda text: read_text("place", text)),
    "online": ("is_online", _yes_or_no),
    "lecturer": ("lecturer", name_only),
    "price": ("price_cents", read_cents),
    "reductions": ("reductions", _reductions),
    "seats": ("capacity", _seats),
    "register_until": ("register_until", read_day),
    "cancel_until": ("cancel_until", read_day),
    "cancel_fee": ("cancel_fee_cents", read_cents),
    "tax": ("tax_code", str.lower),
    "redeemable": ("redeemable", _yes_or_no),
    "class": ("class_key", read_class),
    "contains": ("contains", lambda text: [read_number(part) for part in re.split(r"[|\s]+", text) if part]),
    "published": ("published", _yes_or_no),
}
# What an empty cell means; in any other column it says nothing, and what was there stays.
_MAY_BE_EMPTY: dict[str, Any] = {
    "place": "",
    "lecturer": "",
    "reductions": [],
    "seats": None,
    "register_until": None,
    "cancel_until": None,
    "cancel_fee": 0,
    "class": "",
}
