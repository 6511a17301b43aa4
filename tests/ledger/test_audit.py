"""The auditor: green on an honest ledger, and red, by the right invariant, on each kind of forgery."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from shop import clock
from shop.db import db, is_sqlite, transaction
from shop.ledger import audit, book
from tests.ledger.bank import play

TABLES = ["transfers", "seals", "documents", "pages", "payment_events"]


@pytest.fixture
def ledger(any_app: Flask) -> Flask:
    """A ledger with a bit of everything, sealed but for the last entry."""
    play("""
      sell   voucher:G1                  50,00   ok
      hold   voucher:G1 as h1            10,00   ok
      post   h1                           5,00   ok
      hold   voucher:G1 > card:W1 as h2  10,00   ok
      hold   voucher:G1 as h3            10,00   ok
      void   h3                                  ok
      hold   voucher:G1 as h4            10,00   ok
      wait   40m
      expire h4                                  ok
      hold   voucher:G1 as h5            10,00   ok
    """)
    with transaction():
        audit.seal(8)
        facts = {"debit": "till:stripe", "credit": "voucher:G2", "reason": "sold", "reference": "B1"}
        book.transfer(book.transfer_id("last"), cents=700, **facts)
    return any_app


def forge(*statements: str) -> None:
    """Change the database as somebody who may do anything, past triggers, checks and foreign keys."""
    db.session.rollback()
    if is_sqlite(db.engine):
        _forge_sqlite(statements)
        return
    with transaction() as session:
        for table in TABLES:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        for statement in statements:
            session.execute(text(statement))
        for table in TABLES:
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER ALL"))


def _forge_sqlite(statements: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(str(db.engine.url.database))) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, words in triggers:
            connection.execute(words)


def red() -> list[str]:
    db.session.rollback()
    return [finding.invariant for finding in audit.check() if not finding.holds]


def test_an_honest_ledger_is_in_order_and_says_what_was_looked_at(ledger: Flask) -> None:
    findings = {finding.invariant: finding for finding in audit.check()}
    assert list(findings) == ["I1", "I2", "I3", "I4", "I5", "I16"]
    assert all(finding.holds for finding in findings.values())
    assert findings["I1"].detail == "10 transfers"
    assert findings["I16"].detail == "8 links, 2 entries not yet sealed"


def test_an_empty_ledger_is_in_order(any_app: Flask) -> None:
    assert red() == []


def test_i1_sees_an_entry_that_crosses_currencies(ledger: Flask) -> None:
    forge("UPDATE accounts SET currency = 'USD' WHERE id = 'till:stripe'")
    assert red() == ["I1"]


def test_i2_sees_a_counter_that_is_not_the_sum(ledger: Flask) -> None:
    for counter in ("credits_posted", "debits_pending", "credits_pending", "debits_posted"):
        forge(f"UPDATE accounts SET {counter} = {counter} + 1 WHERE id = 'voucher:G1'")
        assert red() == ["I2"]
        assert "voucher:G1" in next(finding.detail for finding in audit.check() if not finding.holds)
        forge(f"UPDATE accounts SET {counter} = {counter} - 1 WHERE id = 'voucher:G1'")
    forge("UPDATE accounts SET credits_posted = 1 WHERE id = 'revenue'")
    assert red() == ["I2"]


def test_i2_sees_an_entry_that_was_changed_or_deleted(ledger: Flask) -> None:
    forge("UPDATE transfers SET cents = cents - 1 WHERE reason = 'sold'")
    assert red() == ["I2"]
    forge(
        "UPDATE transfers SET cents = cents + 1 WHERE reason = 'sold'",
        "DELETE FROM transfers WHERE reason = 'sold'",
    )
    assert red() == ["I2"]


def test_i3_sees_a_purse_that_hides_as_an_account_without_limit(ledger: Flask) -> None:
    forge("UPDATE accounts SET purse = FALSE WHERE id = 'card:W1'")
    assert "I3" in red()


def test_i3_sees_a_purse_below_its_limit(ledger: Flask) -> None:
    if not is_sqlite(db.engine):
        forge("ALTER TABLE accounts DROP CONSTRAINT ck_accounts_purse_not_overdrawn")
    forge("UPDATE accounts SET debits_posted = debits_posted + 9999 WHERE id = 'voucher:G1'")
    assert red() == ["I2", "I3"]


def test_i4_sees_more_posted_than_held(ledger: Flask) -> None:
    forge("UPDATE transfers SET cents = 1001 WHERE kind = 'post'")
    assert "I4" in red()


def test_i4_sees_a_post_after_the_deadline_and_an_expiry_before_it(ledger: Flask) -> None:
    before, after = "2020-01-01 00:00:00.000000", "2036-01-01 00:00:00.000000"
    forge(f"UPDATE transfers SET made_at = '{after}' WHERE kind = 'post'")
    assert "I4" in red()
    forge(f"UPDATE transfers SET made_at = '{before}' WHERE kind = 'post'")
    assert "I4" not in red()
    forge(f"UPDATE transfers SET made_at = '{before}' WHERE kind = 'expire'")
    assert "I4" in red()


def test_i4_sees_a_hold_that_ended_into_another_account(ledger: Flask) -> None:
    forge("UPDATE transfers SET credit = 'till:stripe' WHERE kind = 'post'")
    assert "I4" in red()


def test_i5_sees_that_a_trigger_is_gone(ledger: Flask) -> None:
    with transaction() as session:
        on = "" if is_sqlite(db.engine) else "ON pages"
        session.execute(text(f"DROP TRIGGER pages_stay_unchanged {on}"))
    assert red() == ["I5"]
    assert "pages_stay_unchanged" in next(finding.detail for finding in audit.check() if not finding.holds)


def test_i5_sees_a_trigger_that_does_nothing(ledger: Flask) -> None:
    with transaction() as session:
        if is_sqlite(db.engine):
            session.execute(text("DROP TRIGGER seals_stay_kept"))
            session.execute(text("CREATE TRIGGER seals_stay_kept BEFORE DELETE ON seals BEGIN SELECT 1; END"))
        else:
            session.execute(text("ALTER TABLE seals DISABLE TRIGGER seals_stay_kept"))
    assert red() == ["I5"]


def test_i16_sees_a_sealed_entry_that_was_changed(ledger: Flask) -> None:
    forge("UPDATE transfers SET reference = 'other' WHERE kind = 'void'")
    assert red() == ["I16"]


def test_i16_sees_a_link_that_was_forged_or_taken_out(ledger: Flask) -> None:
    forge("UPDATE seals SET hash = substr(hash, 2) || '0' WHERE position = 8")
    assert red() == ["I16"]
    forge("DELETE FROM seals WHERE position = 3")
    assert red() == ["I16"]
    assert audit.check()[-1].detail == "link 3 is missing"


def test_i16_sees_that_a_sealed_entry_is_gone(ledger: Flask) -> None:
    forge("DELETE FROM transfers WHERE id = (SELECT transfer_id FROM seals WHERE position = 5)")
    assert "I16" in red()


def test_an_entry_that_waits_for_its_seal_is_no_fault(any_app: Flask) -> None:
    play("sell voucher:G1 50,00 ok")
    assert (red(), audit.check()[-1].detail) == ([], "0 links, 1 entries not yet sealed")


def test_the_chain_is_the_same_on_every_database(any_app: Flask) -> None:
    """Entries hash alike wherever they are kept, so a shop may move house with its chain."""
    play("""
      sell   voucher:G1           50,00   ok
      hold   voucher:G1 as h1     10,00   ok
      post   h1                    4,00   ok
    """)
    with transaction():
        assert [audit.seal(2), audit.seal(2), audit.seal(2)] == [2, 1, 0]
    assert audit.head() == (3, "b41a268bd4191a79d36c43e396aea1cc283e186ff4fbe49eb1f3628aa91ad58a")


def test_sealing_goes_on_with_what_came_late(any_app: Flask) -> None:
    play("sell voucher:G1 50,00 ok")
    with transaction():
        audit.seal()
        with clock.shifted_by(-timedelta(days=9999)):
            facts = {"debit": "till:pretend", "credit": "voucher:G1", "reason": "sold", "reference": ""}
            book.transfer(book.transfer_id("late"), cents=1, **facts)
        assert audit.seal() == 1
    assert red() == []
