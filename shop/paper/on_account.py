"""An invoice on account: quantities, prices, VAT, and how to pay it, with a code that fills in the transfer."""

from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from shop.core.money import Cents
from shop.paper import fonts, qr, sheets
from shop.paper.sheets import Letterhead, VatRow

__all__ = ["AccountBill", "AccountLine", "Letterhead", "VatRow", "invoice_pdf"]


@dataclass(frozen=True)
class AccountLine:
    """So many codes for one course: `first` and `last` are its days, the rate is per mille, cents are gross."""

    title: str
    number: str
    first: date | None
    last: date | None
    quantity: int
    unit_cents: Cents
    permille: int
    cents: Cents


@dataclass(frozen=True)
class AccountBill:
    """An invoice to an organisation, paid by transfer until `due_on` (§ 14 UStG, § 11 öUStG).

    `sold_on` is the day of supply, `paid_on` says that nothing is due any more. Empty
    texts are left out; without an `iban` there is no code.
    """

    number: str
    issued_on: date
    order_number: str
    letterhead: Letterhead
    buyer: tuple[str, ...]
    lines: tuple[AccountLine, ...]
    total_cents: Cents
    vat: tuple[VatRow, ...]
    notes: tuple[str, ...]
    due_on: date
    sold_on: date
    holder: str
    iban: str
    bic: str
    tax_number: str = ""
    vat_id: str = ""
    buyer_vat_id: str = ""
    reference: str = ""
    cost_centre: str = ""
    leitweg_id: str = ""
    country: str = "DE"
    paid_on: date | None = None


def invoice_pdf(bill: AccountBill, language: str) -> bytes:
    """Print an invoice on account. Raises ValueError when its lines do not make its total, PaperJam.

    A sign that the fonts lack becomes a question mark; the records keep it.
    """
    lines = sum(line.cents for line in bill.lines)
    pieces = sum(line.quantity * line.unit_cents for line in bill.lines)
    if not lines == pieces == sum(row.gross for row in bill.vat) == bill.total_cents:
        raise ValueError(f"the lines of {bill.number} do not make its total")
    return sheets.on_sheet(
        "documents/on_account.html",
        bill.letterhead,
        language,
        bill=_printable(bill),
        issued=sheets.day(bill.issued_on, language),
        day=partial(sheets.day, language=language),
        rate=partial(sheets.rate, language=language),
        seller=", ".join(sheets.sender(bill.letterhead)),
        money=partial(sheets.in_full, language=language),
        iban=" ".join(bill.iban[i : i + 4] for i in range(0, len(bill.iban), 4)),
        code=_code(bill),
    )


def _code(bill: AccountBill) -> str:
    """The code that banking apps read; empty when there is nothing, or no account, to pay to."""
    if not bill.iban or bill.paid_on:
        return ""
    return qr.epc_png_uri(bill.holder, bill.iban, bill.bic, bill.total_cents, bill.order_number)


def _printable(bill: AccountBill) -> AccountBill:
    return replace(
        bill,
        buyer=tuple(fonts.printable(row) for row in bill.buyer if row.strip()),
        lines=tuple(replace(line, title=fonts.printable(line.title)) for line in bill.lines),
        buyer_vat_id=fonts.printable(bill.buyer_vat_id),
        reference=fonts.printable(bill.reference),
        cost_centre=fonts.printable(bill.cost_centre),
        leitweg_id=fonts.printable(bill.leitweg_id),
        holder=fonts.printable(bill.holder),
    )
