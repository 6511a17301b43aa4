"""What a price says about VAT where there is none: dated words for each country and tax code (DOMAIN T2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Words = Mapping[str, str]


@dataclass(frozen=True)
class Note:
    """From a local date on, a tax code without VAT is explained by these words."""

    since: date
    words: Words


TAX_NOTES: dict[str, dict[str, tuple[Note, ...]]] = {
    "DE": {
        "exempt": (
            Note(
                date(2000, 1, 1),
                {
                    "de": "Umsatzsteuerfrei nach § 4 Nr. 22 Buchst. a UStG",
                    "en": "Exempt from VAT (§ 4 no. 22 a of the German VAT Act, UStG)",
                },
            ),
        ),
    },
    "AT": {
        "exempt": (
            Note(
                date(2000, 1, 1),
                {
                    "de": "Umsatzsteuerfrei nach § 6 Abs. 1 Z 12 UStG 1994",
                    "en": "Exempt from VAT (§ 6 para. 1 no. 12 of the Austrian VAT Act, UStG 1994)",
                },
            ),
        ),
    },
}


def tax_note(country: str, code: str, on: date) -> Words:
    """Why a tax code carries no VAT on a local date; empty for codes that carry some."""
    known = [note for note in TAX_NOTES.get(country, {}).get(code, ()) if note.since <= on]
    return max(known, key=lambda note: note.since).words if known else {}
