"""A database that is locked, full, cut off or gone: 503 in words with Retry-After, and nothing kept (F9)."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from shop.clerk.worker import Worker
from shop.db import db
from shop.orders.models import Order
from tests.conftest import MakeApp
from tests.processes import free_port
from tests.shopfloor import assert_sound
from tests.web.conftest import opened
from tests.web.guest import CARD, Guest, everything, words


def assert_busy(answer: TestResponse) -> None:
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Gerade ist es hier zu voll." in words(answer)
    assert "OperationalError" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def on_connect(app: Flask, *pragmas: str) -> None:
    """Let every new connection of a shop run these."""
    with app.app_context():

        @event.listens_for(db.engine, "connect")
        def run(connection: Any, _record: object) -> None:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")

        db.session.remove()
        db.engine.dispose()


@contextmanager
def locked(uri: str, how: str) -> Iterator[None]:
    """Somebody else holds the database file."""
    other = sqlite3.connect(uri.removeprefix("sqlite:///"), isolation_level=None)
    other.execute(f"BEGIN {how}")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def sends(guest: Guest) -> list[Callable[[], TestResponse]]:
    """Everything that writes, ready to be sent: tokens and ids are at hand before the database is away."""
    paid = guest.buy()
    line = guest.put_in()
    form, token = guest.checkout_form(), guest.token()
    fields = {
        "/gutscheine/standard": CARD,
        f"/warenkorb/{line}/menge": {"quantity": "2"},
        f"/warenkorb/{line}/merken": {},
        f"/warenkorb/{line}/entfernen": {},
        f"/bestellung/{paid}/erneut-senden": {},
        "/guthaben/": {"number": "G4C18-CCA0R", "code": "5RKD-DG44-MBJ7-MQAA"},
        "/vertrag-widerrufen/": {"name": "Erna", "contract": "B1", "email": "erna@example.org"},
        "/kasse/": form,
    }

    def send(path: str, data: dict[str, str]) -> Callable[[], TestResponse]:
        return lambda: guest.send_bare(path, {**data, "csrf_token": token})

    return [send(path, data) for path, data in fields.items()]


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_locked_file_is_busy_and_nothing_is_kept(make_app: MakeApp, sqlite_uri: str, how: str) -> None:
    app = opened(make_app(sqlite_uri))
    on_connect(app, "busy_timeout = 50")
    guest = Guest(app)
    ready = sends(guest)
    before = everything(app)
    with locked(sqlite_uri, how):
        for send in ready:
            assert_busy(send())
    assert everything(app) == before
    for send in ready:
        assert send().status_code in (303, 422)
    assert everything(app) != before


def test_pages_are_still_there_while_somebody_writes(make_app: MakeApp, sqlite_uri: str) -> None:
    app = opened(make_app(sqlite_uri))
    on_connect(app, "busy_timeout = 50")
    assert Guest(app).get("/").status_code == 200  # and with it a connection that waits no longer than that
    with locked(sqlite_uri, "IMMEDIATE"):
        for path in ("/", "/gutscheine/standard", "/guthaben/", "/healthz"):
            assert Guest(app).get(path).status_code == 200


def test_pages_and_refusals_are_in_our_words_while_nothing_can_be_read(
    make_app: MakeApp, sqlite_uri: str
) -> None:
    app = opened(make_app(sqlite_uri))
    on_connect(app, "busy_timeout = 50")
    assert Guest(app).get("/").status_code == 200  # and with it a connection that waits no longer than that
    with locked(sqlite_uri, "EXCLUSIVE"):
        for path in ("/?neu", "/gutscheine/standard", "/kurse/", "/guthaben/", "/bestellung/x"):
            assert_busy(Guest(app).get(path))
        missing = Guest(app).get("/gibt-es-nicht")
        assert missing.status_code == 404
        assert "Diese Seite gibt es hier nicht." in words(missing)
        assert Guest(app).send_bare("/guthaben/").status_code == 400
        assert Guest(app).client.get("/", headers={"Host": "evil.example"}).status_code == 400
        assert Guest(app).get("/static/css/base.css").status_code == 200


def test_a_full_disk_is_busy_and_nothing_is_kept(make_app: MakeApp, sqlite_uri: str) -> None:
    app = opened(make_app(sqlite_uri))
    guest = Guest(app)
    on_connect(app, "max_page_count = 1")  # no page more than there are
    for _ in range(40):
        before = everything(app)
        answer = guest.design(dedication="ö" * 500)
        if answer.status_code == 503:
            break
    assert_busy(answer)
    assert everything(app) == before


def test_a_used_up_pool_is_busy(make_app: MakeApp, any_uri: str) -> None:
    options = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.1}
    app = opened(make_app(any_uri, SQLALCHEMY_ENGINE_OPTIONS=options))
    with app.app_context():
        engine = db.engine
        db.session.remove()
    with engine.connect():
        assert_busy(Guest(app).get("/guthaben/"))
        assert Guest(app).get("/gibt-es-nicht").status_code == 404
    assert Guest(app).get("/").status_code == 200


class Cutter:
    """Cuts the shop's PostgreSQL connections at a chosen moment, once."""

    def __init__(self, app: Flask, server: str) -> None:
        self.server = server
        self.at: str | None = None
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._statement)
            event.listen(db.engine, "commit", self._commit)

    def _cut(self, connection: Any) -> None:
        self.at = None
        pid = connection.connection.dbapi_connection.info.backend_pid
        with psycopg.connect(self.server, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    def _statement(self, connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if self.at and statement.startswith(self.at):
            self._cut(connection)

    def _commit(self, connection: Any) -> None:
        if self.at == "COMMIT":
            self._cut(connection)
        if self.at == "AFTER COMMIT":
            connection.connection.dbapi_connection.commit()
            self._cut(connection)


@pytest.fixture
def cut(make_app: MakeApp, postgres_uri: str, postgres_server: str) -> tuple[Flask, Cutter]:
    app = opened(make_app(postgres_uri))
    return app, Cutter(app, postgres_server)


MOMENTS = [
    "SELECT",
    "INSERT INTO orders",
    "INSERT INTO order_lines",
    "INSERT INTO payments",
    "DELETE FROM basket_lines",
    "COMMIT",
    "AFTER COMMIT",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_connection_cut_while_ordering_makes_one_order_after_a_retry(
    cut: tuple[Flask, Cutter], moment: str
) -> None:
    app, cutter = cut
    guest = Guest(app)
    guest.put_in()
    form = guest.checkout_form()
    before = everything(app)
    cutter.at = moment
    assert_busy(guest.order(form))
    assert cutter.at is None
    assert (everything(app) == before) == (moment != "AFTER COMMIT")
    assert guest.order(form).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Order)) == 1
        assert_sound()
        db.session.rollback()


@pytest.mark.parametrize(
    "moment", ["SELECT", "INSERT INTO payment_events", "INSERT INTO vouchers", "COMMIT", "AFTER COMMIT"]
)
def test_a_connection_cut_while_settling_loses_nothing(cut: tuple[Flask, Cutter], moment: str) -> None:
    """The press is answered with 503 or taken; the worker or a second press finishes it, once."""
    app, cutter = cut
    guest = Guest(app)
    guest.put_in()
    till = guest.order().headers["Location"].removeprefix("http://localhost:8000")
    token = guest.token()
    cutter.at = moment
    answer = guest.send_bare(till, {"csrf_token": token, "schritt": "paid"})
    assert cutter.at is None
    assert answer.status_code in (303, 503)
    guest.send_bare(till, {"csrf_token": token, "schritt": "paid"})
    with app.app_context():
        db.session.remove()
        Worker(app).events()
        assert [order.state for order in db.session.scalars(select(Order))] == ["settled"]
        assert_sound()
        db.session.rollback()


def test_a_server_that_is_gone_is_busy(make_app: MakeApp) -> None:
    uri = f"postgresql://shop@127.0.0.1:{free_port()}/shop?connect_timeout=2"
    app = make_app(uri)
    for path in ("/", "/gutscheine/standard", "/healthz"):
        assert_busy(Guest(app).get(path))
    assert Guest(app).get("/gibt-es-nicht").status_code == 404
    assert Guest(app).get("/static/css/base.css").status_code == 200


def test_a_server_that_came_back_is_used_again(cut: tuple[Flask, Cutter]) -> None:
    app, cutter = cut
    assert Guest(app).get("/guthaben/").status_code == 200
    cutter.at = "SELECT"
    assert_busy(Guest(app).get("/guthaben/"))
    assert Guest(app).get("/guthaben/").status_code == 200
