"""A card's movements, a page at a time, and all of them as a file (issue 5)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice
from typing import NamedTuple

from flask import Response, stream_with_context
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from shop import clock
from shop.cards import statement
from shop.cards.models import Movement
from shop.core import codes
from shop.core.money import Cents
from shop.core.tables import csv_lines
from shop.db import db
from shop.orders import place
from shop.orders.models import Order
from shop.web.cards.room import bp, card_of
from shop.web.frame.guard import signed_in
from shop.web.frame.show import day

BATCH = 500  # lines of a file that are read at once

KINDS = {
    "top-up": _l("Aufladung"),
    "voucher": _l("Gutschein geladen"),
    "booking": _l("Buchung"),
    "back": _l("Zurück nach Stornierung"),
    "correction": _l("Korrektur"),
    "restored": _l("Wieder nutzbar"),
    "debt": _l("Minus ausgeglichen, als offene Forderung"),
    "debt-paid": _l("Offene Forderung beglichen"),
    "paid-out": _l("Ausgezahlt"),
}
OF_ORDERS = ("top-up", "booking", "back")  # their reference is an order's number


class Line(NamedTuple):
    """A movement in words: its local day, the amount and the balance after it in cents.

    `kind_key` is the statement's word for it, `reference` a number that its owner knows, and `token`
    opens its order, if it has one.
    """

    day: date
    kind_key: str
    kind: str
    what: str
    reference: str
    cents: Cents
    balance: Cents
    token: str


def page(number: str, before: int | None) -> tuple[list[Line], int | None]:
    """A page of a card's movements, newest first, and the position before which the next begins, if there is one."""
    found = statement.page(number, before, statement.PAGE + 1)
    shown = found[: statement.PAGE]
    tokens = _tokens(shown)
    lines = [_line(each, tokens.get(each.reference, "")) for each in shown]
    return lines, shown[-1].position if len(found) > len(shown) else None


@bp.get("/konto/wertkarte/<number>/bewegungen.csv")
@signed_in
def as_file(number: str) -> Response:
    """All movements as CSV, written while they are read."""
    card = card_of(number)
    answer = Response(stream_with_context(_file(card.number)), content_type="text/csv; charset=utf-8")
    name = f"Wertkarte-{codes.shown_number(card.number)}-{clock.today().isoformat()}.csv"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _file(number: str) -> Iterator[bytes]:
    """The reading transaction is let go after each batch: whoever reads slowly keeps no writer waiting."""
    heads = [_("Tag"), _("Was"), _("Wofür"), _("Beleg"), _("Betrag in Euro"), _("Guthaben in Euro")]
    lines = statement.whole(number, BATCH)
    yield from csv_lines(chain([heads], _rows(lines)))


def _rows(lines: Iterator[Movement]) -> Iterator[list[str]]:
    while batch := list(islice(lines, BATCH)):
        rows = [_cells(each) for each in batch]
        db.session.rollback()
        yield from rows


def _cells(moved: Movement) -> list[str]:
    line = _line(moved)
    amounts = [_plain(line.cents), _plain(line.balance)]
    return [line.day.isoformat(), line.kind, line.what, line.reference, *amounts]


def _line(moved: Movement, token: str = "") -> Line:
    return Line(
        day=clock.local(moved.made_at).date(),
        kind_key=moved.kind,
        kind=_kind(moved),
        what="" if moved.kind == "aside" else moved.what,
        reference=_reference(moved),
        cents=moved.cents,
        balance=moved.balance,
        token=token,
    )


def _kind(moved: Movement) -> str:
    if moved.kind != "aside":
        return str(KINDS[moved.kind])
    if not moved.what:
        return _("Gesperrt")
    return _("Abgelaufen, galt bis %(day)s", day=day(date.fromisoformat(moved.what)))


def _reference(moved: Movement) -> str:
    """An order's number as it is, a voucher's as it is printed; the rest is ours alone."""
    if moved.kind in OF_ORDERS:
        return moved.reference
    return codes.shown_number(moved.reference) if moved.kind == "voucher" else ""


def _plain(cents: Cents) -> str:
    """`-1234,50`: what German spreadsheets take for a number."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole},{rest:02d}"


def _tokens(lines: Iterable[Movement]) -> dict[str, str]:
    """The links of the orders that these movements belong to, by their numbers."""
    numbers = {each.reference for each in lines if each.kind in OF_ORDERS and each.reference}
    orders: Sequence[Order] = db.session.scalars(select(Order).where(Order.number.in_(numbers))).all()
    return {order.number: place.token(order) for order in orders}
