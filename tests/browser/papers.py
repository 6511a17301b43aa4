"""What a person and a phone read on a printed voucher."""

import re
from dataclasses import dataclass

import pypdfium2
import zxingcpp


@dataclass(frozen=True)
class Sheet:
    """One page of a PDF: its words with single blanks, and where its QR code leads."""

    words: str
    link: str

    @property
    def pair(self) -> tuple[str, str]:
        """Number and code, from the words alone."""
        number = re.search(r"\bG[0-9A-Z]{4}-[0-9A-Z]{5}\b", self.words)
        code = re.search(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b", self.words)
        assert number, self.words
        assert code, self.words
        return number[0], code[0]


def read(pdf: bytes) -> list[Sheet]:
    """Every page of a PDF, as it looks."""
    return [_sheet(page) for page in pypdfium2.PdfDocument(pdf)]


def _sheet(page: pypdfium2.PdfPage) -> Sheet:
    text = page.get_textpage().get_text_range()
    codes = zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil())
    return Sheet(words(text), codes[0].text if codes else "")


def words(text: str) -> str:
    """A text with single blanks, however it was broken into lines."""
    return " ".join(text.replace("\u00ad", "").replace("\ufffe", "").split())
