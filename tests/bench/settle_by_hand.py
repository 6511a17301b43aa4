"""Settling a paid order of one voucher with the bare driver: what `bench_settle` measures the shop against.

The statements are those of `shop.orders.settle.act_on` and of the rooms below it: nothing is left out
that reads, locks or writes. The rows must satisfy the shop's own auditors.
"""

import json
import sqlite3
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from shop.core import codes
from shop.ledger.book import transfer_id

EVENT = "SELECT kind, payload FROM payment_events WHERE id = ? AND outcome IS NULL FOR UPDATE"
PAYMENT = "SELECT order_id, method, cents, currency, state, returned FROM payments WHERE id = ? FOR UPDATE"
CLAIM = "UPDATE orders SET state = 'settled', settled_at = ? WHERE id = ? AND state = 'placed'"
CERTAIN = "UPDATE payments SET state = 'certain', certain_at = ?, source_ref = ? WHERE id = ?"
ORDER = (
    "SELECT o.number, o.language, o.total_cents, o.currency, o.first_name, o.last_name, o.email, o.street,"
    " o.postcode, o.city, l.id, l.title, l.quantity, l.unit_cents, l.facts"
    " FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.id = ? ORDER BY l.position"
)
VOUCHER = (
    "INSERT INTO vouchers (number, serial, product_slug, order_line_id, copy, face_cents, paid_cents,"
    " currency, language, giver, recipient, dedication, motif, channel, issued_on, issued_at, valid_until,"
    " blocked, closed) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'shop', ?, ?, ?, ?, '')"
)
PURSE = (
    "INSERT INTO accounts (id, currency, purse, debits_pending, debits_posted, credits_pending,"
    " credits_posted, overdraft) VALUES (?, ?, ?, 0, 0, 0, ?, 0) ON CONFLICT (id) DO UPDATE"
    " SET credits_posted = accounts.credits_posted + excluded.credits_posted"
)
TRANSFER = (
    "INSERT INTO transfers (id, kind, debit, credit, cents, currency, reason, reference, made_at)"
    " SELECT ?, 'transfer', d.id, c.id, ?, ?, 'voucher sold', ?, ? FROM accounts AS d, accounts AS c"
    " WHERE d.id = ? AND c.id = ? ON CONFLICT DO NOTHING"
)
CENTRE = "SELECT key, value FROM centre_facts"
SERIES = "UPDATE document_series SET last = last + 1 WHERE name = ? RETURNING last"
DOCUMENT = (
    "INSERT INTO documents (id, series, position, kind, order_id, cents, facts, issued_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
MESSAGE = (
    "INSERT INTO messages (id, kind, recipient, facts, reference, state, due_at, tries, queued_at)"
    " VALUES (?, ?, ?, ?, ?, 'queued', ?, 0, ?) ON CONFLICT (id) DO NOTHING"
)
CLOSE = (
    "UPDATE payment_events SET outcome = 'done', note = 'order settled', acted_at = ?"
    " WHERE id = ? AND outcome IS NULL"
)

BERLIN = ZoneInfo("Europe/Berlin")


class OnSqlite:
    """The standard library's driver, with the pragmas given; ids and moments are text there."""

    def __init__(self, path: str, pragmas: dict[str, object]) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for name, value in pragmas.items():
            self.connection.execute(f"PRAGMA {name} = {value}")

    def begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")

    def run(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self.connection.execute(statement.partition(" FOR ")[0], values)  # it has one writer anyway

    def now(self) -> str:
        """By the database's clock, in the form that SQLite keeps."""
        found: str = self.run("SELECT strftime('%Y-%m-%d %H:%M:%f000', 'now')").fetchone()[0]
        return found

    locks = False
    id: Callable[[UUID], object] = staticmethod(lambda id: id.hex)
    moment: Callable[[datetime], object] = staticmethod(lambda m: m.strftime("%Y-%m-%d %H:%M:%S.%f"))


class OnPostgres:
    """psycopg, which prepares on the server what comes again; ids and moments have types there."""

    def __init__(self, uri: str) -> None:
        self.connection = psycopg.connect(uri)
        self.cursor = self.connection.cursor()

    def begin(self) -> None:
        """Nothing to do: the driver begins with the first statement."""

    def run(self, statement: str, *values: Any) -> Any:
        return self.cursor.execute(statement.replace("?", "%s"), values)

    def now(self) -> datetime:
        found: datetime = self.run("SELECT clock_timestamp()").fetchone()[0]
        return found

    locks = True
    id: Callable[[UUID], object] = staticmethod(lambda id: id)
    moment: Callable[[datetime], object] = staticmethod(lambda m: m)


Hand = OnSqlite | OnPostgres


def settle(hand: Hand, event_id: str, website: str) -> None:
    """Settle the order that a kept `checkout.session.completed` is about. Its order has one line of one piece."""
    hand.begin()
    _kind, payload = hand.run(EVENT, event_id).fetchone()
    session = json.loads(payload)["data"]["object"]
    payment_id = UUID(session["metadata"]["payment_id"])
    order_id, method, cents, currency, state, returned = hand.run(PAYMENT, hand.id(payment_id)).fetchone()
    order_id = order_id if isinstance(order_id, UUID) else UUID(order_id)
    asked = (session["amount_total"], session["currency"].upper(), session["payment_status"])
    if asked != (cents, currency, "paid") or state == "certain" or returned:
        raise ValueError("not an order to be settled by hand")
    now = datetime.now(UTC)
    if hand.run(CLAIM, hand.moment(now), hand.id(order_id)).rowcount != 1:
        raise ValueError("settled before")
    hand.run(CERTAIN, hand.moment(now), session["payment_intent"], hand.id(payment_id))
    row = hand.run(ORDER, hand.id(order_id)).fetchone()
    order, lines = row[:10], [row[10:]]
    _voucher(hand, order, lines[0], f"till:{method}", now)
    _receipt(hand, order_id, order, lines, method, website, now)
    id = uuid.uuid5(order_id, "mail:order_confirmed")
    message(hand, id, "order_confirmed", order[6], {"order": str(order_id)}, order[0])
    if hand.run(CLOSE, hand.moment(now), event_id).rowcount != 1:
        raise ValueError("closed before")
    hand.connection.commit()


def message(hand: Hand, id: UUID, kind: str, recipient: str, facts: dict[str, str], reference: str) -> None:
    """Queue a mail, due at once."""
    due = hand.moment(datetime.now(UTC))
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    hand.run(MESSAGE, hand.id(id), kind, recipient, text, reference, due, due)


def _voucher(hand: Hand, order: Any, line: Any, till: str, now: datetime) -> None:
    reference, language, _total, currency, first, last = order[:6]
    line_id, _title, _quantity, cents, text = line
    line_id = line_id if isinstance(line_id, UUID) else UUID(line_id)
    facts, number, today = json.loads(text), codes.new_number("G"), now.astimezone(BERLIN).date()
    values = (number, facts["product"], hand.id(line_id), 1, cents, cents, currency, language)
    words = (f"{first} {last}", facts["recipient"], facts["dedication"], facts["motif"])
    last_day = date(today.year + 3, 12, 31)
    hand.run(VOUCHER, *values, *words, today.isoformat(), hand.moment(now), last_day.isoformat(), False)
    purse = f"voucher:{number}"
    hand.run(PURSE, purse, currency, True, cents)
    id = hand.id(transfer_id("issue", line_id, 1))
    done = hand.run(TRANSFER, id, cents, currency, reference, hand.moment(now), till, purse)
    if done.rowcount != 1:
        raise ValueError("the account of the till is not open")


def _receipt(
    hand: Hand, order_id: UUID, order: Any, lines: Any, method: str, website: str, now: datetime
) -> None:
    _number, _language, total, _currency, first, last, _email, street, postcode, city = order
    facts = {
        **seller(hand, website),
        "buyer": [f"{first} {last}", street, f"{postcode} {city}"],
        "method": method,
        "lines": [[title, pieces, unit, unit * pieces] for _id, title, pieces, unit, _facts in lines],
    }
    document(hand, order_id, "receipt", "KB", total, facts, now)


def seller(hand: Hand, website: str) -> dict[str, Any]:
    """The centre as documents freeze it."""
    centre = {key: json.loads(value) for key, value in hand.run(CENTRE).fetchall()}
    letterhead = {
        "name": centre["name"],
        "street": centre["street"],
        "town": f"{centre['postcode']} {centre['city']}",
        "phone": centre.get("phone", ""),
        "email": centre["email"],
        "website": website,
        "ribbon": centre.get("ribbon_colour", "#B4232F"),
    }
    tax = {"tax_number": centre.get("tax_number", ""), "vat_id": centre.get("vat_id", "")}
    return {"seller": letterhead, **tax, "country": "DE"}


def document(
    hand: Hand, order_id: UUID, kind: str, letters: str, cents: int, facts: dict[str, Any], now: datetime
) -> None:
    """Issue a document with the next number of this year's series."""
    series = f"{letters}-{now.astimezone(BERLIN).year}"
    position = hand.run(SERIES, series).fetchone()[0]
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    id = hand.id(uuid.uuid5(order_id, kind))
    hand.run(DOCUMENT, id, series, position, kind, hand.id(order_id), cents, text, hand.moment(now))
