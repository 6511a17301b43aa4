"""The centre's plain papers: a letterhead, a proof of purchase, legal texts to attach."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import nh3
from flask_babel import force_locale, format_date
from markupsafe import Markup

from shop.core.money import Cents
from shop.paper import fonts, pdf
from shop.paper.layout import Field, Label, Layout, Line

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)
_TEXT_TAGS = {
    *("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "blockquote", "br", "hr", "b", "strong", "i", "em"),
    *("a", "table", "thead", "tbody", "tr", "th", "td"),
}


@dataclass(frozen=True)
class Letterhead:
    """Who sends a paper. `ribbon` is the centre's colour as `#RRGGBB`; ValueError on anything else."""

    name: str
    street: str
    town: str
    phone: str = ""
    email: str = ""
    website: str = ""
    ribbon: str = "#B4232F"

    def __post_init__(self) -> None:
        if _COLOUR.fullmatch(self.ribbon) is None:
            raise ValueError(f"not a colour: {self.ribbon[:20]!r}")


@dataclass(frozen=True)
class ReceiptLine:
    """One line of a receipt, amounts in cents."""

    title: str
    quantity: int
    unit_cents: Cents
    cents: Cents


@dataclass(frozen=True)
class Receipt:
    """A proof of purchase for multi-purpose vouchers, a document without VAT (DOMAIN T1).

    `buyer` is name and address, a line each; `payment` says in words how it was paid; `country` names
    the law that the sentence about VAT may cite.
    """

    number: str
    issued_on: date
    order_number: str
    letterhead: Letterhead
    buyer: tuple[str, ...]
    lines: tuple[ReceiptLine, ...]
    total_cents: Cents
    payment: str
    country: str = "DE"


def receipt_pdf(receipt: Receipt, language: str) -> bytes:
    """Print a receipt (Kaufbeleg). Raises ValueError when its lines do not make its total, PaperJam."""
    if sum(line.cents for line in receipt.lines) != receipt.total_cents:
        raise ValueError(f"the lines of {receipt.number} do not make its total")
    return pdf.render(
        pdf.page(
            "documents/receipt.html",
            language,
            receipt=receipt,
            letterhead=receipt.letterhead,
            issued=day(receipt.issued_on, language),
        ),
        _letter(receipt.letterhead),
    )


def terms_pdf(letterhead: Letterhead, texts: Sequence[tuple[str, str]], language: str) -> bytes:
    """Print legal texts, each (title, HTML of the page) beginning a new sheet (DOMAIN L2). Raises PaperJam.

    Pictures are left out, and a sign that the fonts lack becomes a question mark: what staff write on
    a page must never keep a customer's mail from leaving.
    """
    printed = [(fonts.printable(title), _plain(html)) for title, html in texts]
    return pdf.render(
        pdf.page("documents/terms.html", language, letterhead=letterhead, texts=printed),
        _letter(letterhead, counted=True),
    )


def sender(head: Letterhead) -> str:
    """Who sends a paper, in one line that prints."""
    website = head.website.removeprefix("https://").removeprefix("http://").rstrip("/")
    facts = (head.name, head.street, head.town, head.phone, website)
    return fonts.printable(" · ".join(filter(None, facts)))


def _letter(head: Letterhead, *, counted: bool = False) -> Layout:
    """A plain sheet under the centre's ribbon, its address at the foot."""
    ribbon = (Line(20, 14, 12, 2, head.ribbon), Line(20, 280, 170, 0, "#D8CDB8", 0.6))
    field = Field(20, 20, 170, 256)
    foot = Label(20, 284.5, sender(head), "source-sans-3-regular", 7.5, "#5B5A57")
    return Layout((field,), ribbon, more=field, foot=foot, counted=counted)


def day(value: date, language: str) -> str:
    """A date as people write it in full: `31. Dezember 2029`, in English `31 December 2029`."""
    with force_locale(language):
        return str(format_date(value, "d MMMM y" if language == "en" else "d. MMMM y"))


def _plain(html: str) -> Markup:
    kept = nh3.clean(str(html), tags=_TEXT_TAGS, attributes={"a": {"href"}}, link_rel=None)
    return Markup(fonts.printable(kept))  # noqa: S704 - cleaned in the line above
