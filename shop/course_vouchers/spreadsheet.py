"""Codes as tables, and tables as files that no spreadsheet takes for formulas (DOMAIN C2, QUALITY A7)."""

from collections.abc import Sequence
from io import BytesIO

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from xlsxwriter import Workbook

from shop.catalogue.models import Offer
from shop.core.tables import csv_lines
from shop.core.words import said
from shop.course_vouchers.find import code_of, redeem_link
from shop.course_vouchers.models import CourseVoucher
from shop.db import db

Table = Sequence[Sequence[str]]
"""Rows of texts; the first one holds the heads."""

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 60


def rows(vouchers: Sequence[CourseVoucher]) -> list[list[str]]:
    """What an organisation hands out: course, code, last day, and a link that fills the code in.

    In the current language; the first row holds the heads. Dates are ISO, which every program sorts.
    """
    language = str(get_locale())
    numbers = {voucher.offer_number for voucher in vouchers}
    offers = db.session.scalars(select(Offer).where(Offer.number.in_(numbers)))
    titles = {offer.number: said(offer.title, language) for offer in offers}
    heads = [_("Kursnummer"), _("Kurs"), _("Voucher-Code"), _("Einlösbar bis"), _("Link zum Einlösen")]
    return [
        heads,
        *(
            [
                each.offer_number,
                titles[each.offer_number],
                (code := code_of(each)),
                each.valid_until.isoformat(),
                redeem_link(code),
            ]
            for each in vouchers
        ),
    ]


def csv(table: Table) -> bytes:
    """A table as CSV in the way that German spreadsheets open."""
    return b"".join(csv_lines(table))


def xlsx(table: Table) -> bytes:
    """A table as a workbook; every cell is text, whatever it begins with."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as book:
        sheet = book.add_worksheet(_("Codes"))
        bold = book.add_format({"bold": True, "bottom": 1})
        for place, row in enumerate(table):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, cell, None if place else bold)
        for column, cells in enumerate(zip(*table, strict=True)):
            sheet.set_column(column, column, min(_WIDEST, max(map(len, cells)) + 2))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table) - 1, 0), max(len(table[0]) - 1, 0))
    return out.getvalue()
