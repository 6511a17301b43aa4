"""What the database itself refuses, whoever asks (QUALITY I3, I4, I5)."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError

from shop import clock
from shop.centre.models import Page
from shop.db import Base, db, is_sqlite, transaction
from shop.ledger import book, seals
from shop.ledger.models import Account, Transfer
from shop.payments.models import Event

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FROZEN = ["transfers", "seals", "pages", "documents", "payment_events"]


@pytest.fixture
def shop(any_app: Flask) -> Flask:
    """A shop in which every frozen table has a row."""
    with transaction() as session:
        facts = {"debit": "till:pretend", "credit": "voucher:G1", "reason": "sold", "reference": "B1"}
        book.transfer(book.transfer_id("a"), cents=5000, **facts)
        seals.seal()
        session.add(Page(slug="agb", language="de", version=1, title="AGB", body="Text", written_at=NOW))
        session.add(Event(id="evt_1", provider="stripe", kind="paid", payload="{}", received_at=NOW))
        _document()
    return any_app


def _document() -> None:
    """A document with the order that it needs; what this test does not care about is filled in."""
    order, form_key = uuid.uuid4(), uuid.uuid4()
    _insert("orders", id=order, form_key=form_key, state="placed", total_cents=1, settled_at=None)
    _insert("document_series", name="KB-2026")
    _insert("documents", id=uuid.uuid4(), series="KB-2026", order_id=order)


def _insert(table: str, **values: object) -> None:
    columns = Base.metadata.tables[table].columns
    plain = {
        name: 1 if column.type.python_type is int else NOW if "_at" in name else "x"
        for name, column in columns.items()
    }
    db.session.execute(insert(Base.metadata.tables[table]), plain | values)


def refused(statement: str) -> None:
    """This statement fails as an integrity error."""
    with pytest.raises(IntegrityError, match="never changed or deleted"), transaction() as session:
        session.execute(text(statement))


def test_no_row_is_deleted(shop: Flask) -> None:
    for table in FROZEN:
        refused(f"DELETE FROM {table}")


def test_no_column_is_changed(shop: Flask) -> None:
    for table, column, value in (
        ("transfers", "cents", "1"),
        ("transfers", "reason", "'x'"),
        ("seals", "hash", "'x'"),
        ("pages", "body", "'x'"),
        ("documents", "cents", "2"),
        ("payment_events", "payload", "'x'"),
        ("payment_events", "kind", "'x'"),
        ("payment_events", "provider", "'x'"),
        ("payment_events", "received_at", "'2020-01-01 00:00:00'"),
        ("payment_events", "id", "'x'"),
    ):
        refused(f"UPDATE {table} SET {column} = {value}")


def test_no_table_is_emptied_or_overwritten(shop: Flask) -> None:
    for table in FROZEN:
        if is_sqlite(db.engine):
            refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        else:
            refused(f"TRUNCATE {table} CASCADE")


def test_the_outcome_of_an_event_is_written_once(shop: Flask) -> None:
    def set_to(**values: object) -> None:
        with transaction() as session:
            session.execute(update(Event).values(**values))

    set_to(note="seen")
    set_to(outcome="done", acted_at=NOW)
    set_to(outcome="done", note="seen", acted_at=NOW)  # says nothing new
    for values in (
        {"outcome": "nothing"},
        {"outcome": None},
        {"note": "x"},
        {"acted_at": clock.now()},
        {"note": None},
    ):
        with pytest.raises(IntegrityError, match="never changed"):
            set_to(**values)


def test_a_purse_is_not_overdrawn_even_past_the_guard(shop: Flask) -> None:
    for counter in ("debits_posted", "debits_pending"):
        with pytest.raises(IntegrityError, match="ck_accounts_purse_not_overdrawn"), transaction() as session:
            session.execute(text(f"UPDATE accounts SET {counter} = {counter} + 5001 WHERE id = 'voucher:G1'"))


def test_no_counter_goes_below_zero(shop: Flask) -> None:
    with pytest.raises(IntegrityError, match="ck_accounts_counters_not_negative"), transaction() as session:
        session.execute(text("UPDATE accounts SET credits_pending = -1 WHERE id = 'voucher:G1'"))


def _row(**values: object) -> dict[str, object]:
    facts = {
        "id": uuid.uuid4(), "kind": "transfer", "debit": "till:pretend", "credit": "voucher:G1", "cents": 1,
        "currency": "EUR", "reason": "r", "reference": "", "deadline": None, "ends": None, "made_at": NOW,
    }  # fmt: skip
    return facts | values


def test_a_hold_ends_once_even_past_the_book(shop: Flask) -> None:
    with transaction() as session:
        deadline = clock.of_database() + timedelta(minutes=5)
        facts = {"debit": "voucher:G1", "credit": "revenue", "reason": "r", "reference": ""}
        hold = book.hold(book.transfer_id("h"), cents=100, deadline=deadline, **facts)
        book.post(hold.id)
        hold_id = hold.id
    with (
        pytest.raises(IntegrityError, match=r"uq_transfers_ends|UNIQUE.*transfers\.ends"),
        transaction() as session,
    ):
        session.execute(insert(Transfer), _row(kind="void", cents=0, ends=hold_id))


def test_a_malformed_entry_is_refused_by_name(shop: Flask) -> None:
    for rule, values in (
        ("kind_known", {"kind": "gift"}),
        ("cents_positive", {"cents": 0}),
        ("cents_positive", {"cents": -1}),
        ("two_sides", {"debit": "voucher:G1"}),
        ("ends_a_hold", {"kind": "void", "cents": 0}),
        ("hold_has_deadline", {"kind": "hold"}),
        ("hold_has_deadline", {"deadline": NOW}),
    ):
        with pytest.raises(IntegrityError, match=f"ck_transfers_{rule}"), transaction() as session:
            session.execute(insert(Transfer), _row(**values))


def test_an_entry_needs_open_accounts(shop: Flask) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), transaction() as session:
        session.execute(insert(Transfer), _row(credit="voucher:G9"))


def test_an_account_with_entries_stays(shop: Flask) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), transaction() as session:
        session.execute(text("DELETE FROM accounts WHERE id = 'voucher:G1'"))
    assert db.session.get(Account, "voucher:G1") is not None
