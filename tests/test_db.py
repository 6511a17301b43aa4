"""The database handle: writing transactions are whole, and take the lock at their start."""

import time
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from shop import clock
from shop.cases.models import Case
from shop.db import db, is_sqlite, transaction


def case(reference: str) -> Case:
    import uuid

    return Case(id=uuid.uuid4(), reason="test", reference=reference, facts={}, opened_at=datetime.now(UTC))


def test_a_transaction_commits_all_or_nothing(any_app: Flask) -> None:
    with transaction() as session:
        session.add(case("kept"))
    with pytest.raises(RuntimeError), transaction() as session:
        session.add(case("lost"))
        session.flush()
        raise RuntimeError
    assert db.session.scalars(select(Case.reference)).all() == ["kept"]


def test_a_writing_transaction_on_sqlite_begins_immediate(app: Flask) -> None:
    import sqlite3

    db.session.scalars(select(Case)).all()  # a reading transaction is open before
    with transaction():
        other = sqlite3.connect(db.engine.url.database, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    assert is_sqlite(db.engine)


def test_moments_come_back_in_utc(any_app: Flask) -> None:
    with transaction() as session:
        session.add(case("x"))
    db.session.expire_all()
    assert db.session.scalars(select(Case.opened_at)).one().tzinfo is UTC


def test_a_writing_transaction_asks_the_database_once_what_time_it_is(any_app: Flask) -> None:
    with transaction():
        moment = clock.of_database()
        time.sleep(0.02)
        assert clock.of_database() == moment
    with transaction():
        assert clock.of_database() > moment
    outside = clock.of_database()
    time.sleep(0.02)
    assert clock.of_database() > outside
