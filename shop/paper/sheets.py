"""The centre's plain papers: a letterhead, a proof of purchase, legal texts to attach."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import nh3
from flask_babel import force_locale, format_date
from markupsafe import Markup

from shop.core.money import Cents, written
from shop.paper import fonts, pdf
from shop.paper.layout import MM, Field, Label, Layout, Line

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)
_SENDER = (7.5, 7.0, 6.5, 6.0, 5.5, 4.5, 4.0)
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
    has_credit: bool = False


@dataclass(frozen=True)
class BillLine:
    """What was booked, from its `first` to its `last` day; the rate is per mille, cents are gross."""

    title: str
    number: str
    is_appointment: bool
    person: str
    first: date | None
    last: date | None
    permille: int
    cents: Cents


@dataclass(frozen=True)
class VatRow:
    """What all lines of one rate come to: gross cents, and the VAT contained in them."""

    permille: int
    gross: Cents
    vat: Cents


@dataclass(frozen=True)
class Bill:
    """An invoice, or what takes one back (DOMAIN T3, T5; § 14 UStG).

    `ways` are (words, cents): who paid, or where the money goes back to. `notes` say why there is no
    VAT. What takes an invoice back names it in `refers_to`; its amounts are below zero, and `kept`
    is what stays of the price as a fee. `untaxed` is paid with card credit and not taxed here: its
    discount, or credit taxed when it was bought (T4).
    """

    number: str
    issued_on: date
    order_number: str
    letterhead: Letterhead
    buyer: tuple[str, ...]
    lines: tuple[BillLine, ...]
    total_cents: Cents
    vat: tuple[VatRow, ...]
    notes: tuple[str, ...]
    ways: tuple[tuple[str, Cents], ...]
    tax_number: str = ""
    vat_id: str = ""
    refers_to: str = ""
    refers_on: date | None = None
    kept: Cents = 0
    untaxed: Cents = 0


def receipt_pdf(receipt: Receipt, language: str) -> bytes:
    """Print a receipt (Kaufbeleg). Raises ValueError when its lines do not make its total, PaperJam.

    A sign that the fonts lack becomes a question mark; the records keep it.
    """
    if sum(line.cents for line in receipt.lines) != receipt.total_cents:
        raise ValueError(f"the lines of {receipt.number} do not make its total")
    printed = replace(
        receipt,
        buyer=tuple(fonts.printable(row) for row in receipt.buyer if row.strip()),
        lines=tuple(replace(line, title=fonts.printable(line.title)) for line in receipt.lines),
    )
    return on_sheet(
        "documents/receipt.html",
        receipt.letterhead,
        language,
        receipt=printed,
        issued=day(receipt.issued_on, language),
        seller=", ".join(sender(receipt.letterhead)),
        money=partial(in_full, language=language),
    )


def invoice_pdf(bill: Bill, language: str) -> bytes:
    """Print an invoice. Raises ValueError when its lines, rates and payments do not make its total, PaperJam."""
    return _bill_pdf("documents/invoice.html", bill, bill.total_cents, language)


def cancellation_pdf(bill: Bill, language: str) -> bytes:
    """Print what takes an invoice or a receipt back. Raises ValueError as `invoice_pdf` does, PaperJam."""
    return _bill_pdf("documents/cancellation.html", bill, -bill.total_cents, language)


def _bill_pdf(template: str, bill: Bill, moved: Cents, language: str) -> bytes:
    lines = sum(line.cents for line in bill.lines) + bill.kept
    rates = sum(row.gross for row in bill.vat) + bill.untaxed if bill.vat else lines
    if not (lines == rates == bill.total_cents and sum(cents for _, cents in bill.ways) == moved):
        raise ValueError(f"the lines of {bill.number} do not make its total")
    printed = replace(
        bill,
        buyer=tuple(fonts.printable(row) for row in bill.buyer if row.strip()),
        lines=tuple(
            replace(line, title=fonts.printable(line.title), person=fonts.printable(line.person))
            for line in bill.lines
        ),
    )
    return on_sheet(
        template,
        bill.letterhead,
        language,
        bill=printed,
        issued=day(bill.issued_on, language),
        day=partial(day, language=language),
        rate=partial(rate, language=language),
        seller=", ".join(sender(bill.letterhead)),
        money=partial(in_full, language=language),
    )


def rate(permille: int, language: str) -> str:
    """A rate as people write it: `19 %`, `5,5 %`, in English `19%`."""
    whole, tenth = divmod(permille, 10)
    text = f"{whole}.{tenth}" if tenth else str(whole)
    return f"{text}%" if language == "en" else f"{text.replace('.', ',')}\u00a0%"


def terms_pdf(letterhead: Letterhead, texts: Sequence[tuple[str, str]], language: str) -> bytes:
    """Print legal texts, each (title, HTML of the page) beginning a new sheet (DOMAIN L2). Raises PaperJam.

    Pictures are left out, and a sign that the fonts lack becomes a question mark: what staff write on
    a page must never keep a customer's mail from leaving.
    """
    printed = [(fonts.printable(title), _plain(html)) for title, html in texts]
    return on_sheet("documents/terms.html", letterhead, language, texts=printed)


def sender(head: Letterhead) -> tuple[str, ...]:
    """Who sends a paper: name, street, town, phone and website, as far as known, in signs that print."""
    website = head.website.removeprefix("https://").removeprefix("http://").rstrip("/")
    facts = (head.name, head.street, head.town, head.phone, website)
    return tuple(fonts.printable(fact.strip()) for fact in facts if fact.strip())


def sender_at(y: float, head: Letterhead, *, measure: float) -> Label:
    """The sender in one line at a height of the sheet, as large and whole as fits `measure` millimetres."""
    facts = sender(head)
    for count in range(len(facts), 0, -1):
        line = " · ".join(facts[:count])
        for size in _SENDER:
            if fonts.width(line, "text", size) <= measure * MM:
                return Label(20, y, line, "source-sans-3-regular", size, "#5B5A57")
    raise pdf.PaperJam("the centre's name is too long for one line")


def on_sheet(
    template: str, head: Letterhead, language: str, *, counted: bool = False, **facts: object
) -> bytes:
    """A plain sheet under the centre's ribbon, its address at the foot."""
    field = Field(20, 22, 170, 252)
    layout = Layout(
        (field,),
        (Line(20, 13, 12, 2, head.ribbon),),
        more=field,
        foot=sender_at(284.5, head, measure=160),
        counted=True,
    )
    html = pdf.page(template, language, name=fonts.printable(head.name), **facts)
    return pdf.render(html, layout, pdf.style("paper/letter.css", ribbon=head.ribbon))


def in_full(cents: Cents, language: str) -> str:
    """An amount with its cents, so that a column of them stands in line: `50,00 €`, `€50.00`."""
    short = written(cents, language)
    if cents % 100:
        return short
    return short + ".00" if language == "en" else short.replace("\u00a0€", ",00\u00a0€")


def day(value: date, language: str) -> str:
    """A date as people write it in full: `31. Dezember 2029`, in English `31 December 2029`."""
    with force_locale(language):
        return str(format_date(value, "d MMMM y" if language == "en" else "d. MMMM y"))


def _plain(html: str) -> Markup:
    kept = nh3.clean(str(html), tags=_TEXT_TAGS, attributes={"a": {"href"}}, link_rel=None)
    return Markup(fonts.printable(kept))  # noqa: S704 - cleaned in the line above
