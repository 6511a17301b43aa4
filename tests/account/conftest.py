"""The small shop with people in it who have accounts."""

import pytest
from flask import Flask

from tests.account.cast import open_account
from tests.conftest import MakeApp
from tests.web.conftest import opened
from tests.web.guest import Guest


@pytest.fixture
def shop(make_app: MakeApp, sqlite_uri: str) -> Flask:
    """The small shop on SQLite, in which Erna and Jonas have accounts."""
    return furnished(make_app(sqlite_uri))


@pytest.fixture
def any_shop(make_app: MakeApp, any_uri: str) -> Flask:
    """The same on each database in turn."""
    return furnished(make_app(any_uri))


def furnished(app: Flask) -> Flask:
    """Open the shop and two accounts."""
    opened(app)
    open_account(app, "erna", "Erna", "Müller")
    open_account(app, "jonas.oe", "Jonas", "Öztürk", email="jonas@example.org")
    return app


@pytest.fixture
def erna(shop: Flask) -> Guest:
    """Erna's browser; nobody has logged in yet."""
    return Guest(shop)


@pytest.fixture
def otto(shop: Flask) -> Guest:
    """Somebody elsewhere."""
    return Guest(shop, address="203.0.113.7")
