"""The list of codes as a file: where each is, and who has redeemed it."""

from collections.abc import Iterator, Sequence

from flask import Response
from flask_babel import gettext as _

from shop import clock
from shop.core import codes
from shop.core.words import said
from shop.course_vouchers import find
from shop.web.frame.language import language
from shop.web.organisation.files import file_answer
from shop.web.organisation.standing import CodeRow


def answer(rows: Sequence[CodeRow], ending: str) -> Response:
    """These codes as CSV or XLSX; codes that can be handed out stand in full."""
    return file_answer(list(_table(rows)), f"Codes-{clock.today().isoformat()}", ending)


def _table(rows: Sequence[CodeRow]) -> Iterator[list[str]]:
    yield [
        _("Nummer"),
        _("Voucher-Code"),
        _("Kurs"),
        _("Kursnummer"),
        _("Stand"),
        _("Einlösbar bis"),
        _("Verschickt an"),
        _("Verschickt am"),
        _("Eingelöst von"),
        _("E-Mail"),
        _("Eingelöst am"),
        _("Bestellung"),
    ]
    words = {
        "open": _("offen"),
        "sent": _("verschickt"),
        "redeemed": _("eingelöst"),
        "expired": _("abgelaufen"),
        "frozen": _("gesperrt"),
        "cancelled": _("zurückgenommen"),
    }
    for row in rows:
        yield [
            codes.shown_number(row.number),
            find.shown_code(row.number, row.serial) if row.state in ("open", "sent") else "",
            said(row.title, language()),
            row.offer_number,
            words[row.state],
            row.valid_until.isoformat(),
            row.sent_to,
            clock.local(row.sent_at).date().isoformat() if row.sent_at else "",
            row.person,
            row.person_email,
            clock.local(row.redeemed_at).date().isoformat() if row.redeemed_at else "",
            row.order_number,
        ]
