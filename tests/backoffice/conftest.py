"""The small shop with the demo's prices; Paula works there, Erna and Jonas have accounts."""

import pytest
from flask import Flask

from shop.catalogue.models import ContractKind, PriceClass, PriceRow
from shop.clerk.demo_prices import add_prices
from shop.db import db, transaction
from shop.people import accounts, staff
from tests.account.cast import log_in, open_account
from tests.conftest import MakeApp
from tests.shopfloor import course, open_shop
from tests.web.guest import Guest


def furnished(app: Flask) -> Flask:
    """Open the shop with prices, a course, and people."""
    with app.app_context():
        open_shop()
        course("K1", class_key="kurs")
        with transaction():
            add_prices()
    for username, first_name, last_name in (
        ("paula", "Paula", "Preis"),
        ("erna", "Erna", "Müller"),
        ("jonas", "Jonas", "Öztürk"),
    ):
        open_account(app, username, first_name, last_name)
    with app.app_context(), transaction():
        paula = accounts.by_username("paula")
        assert paula is not None
        staff.make_staff(paula)
    return app


@pytest.fixture
def shop(make_app: MakeApp, sqlite_uri: str) -> Flask:
    """The shop on SQLite."""
    return furnished(make_app(sqlite_uri))


@pytest.fixture
def any_shop(make_app: MakeApp, any_uri: str) -> Flask:
    """The shop on each database in turn."""
    return furnished(make_app(any_uri))


def at_work(app: Flask) -> Guest:
    """Paula at her desk."""
    guest = Guest(app)
    assert log_in(guest, "paula").status_code == 302
    return guest


@pytest.fixture
def paula(shop: Flask) -> Guest:
    """Paula at her desk in the shop on SQLite."""
    return at_work(shop)


@pytest.fixture
def emptied(shop: Flask) -> None:
    """The shop on SQLite has no prices, classes and contracts any more."""
    with shop.app_context(), transaction() as session:
        for table in (PriceRow, PriceClass, ContractKind):
            session.execute(db.delete(table))
