"""The small shop, open, with guests in it; no app context is left lying around between requests."""

import pytest
from flask import Flask

from shop.clerk import demo
from tests.conftest import MakeApp
from tests.shopfloor import open_shop
from tests.web.guest import Guest


def opened(app: Flask) -> Flask:
    """Furnish a shop."""
    with app.app_context():
        open_shop()
    return app


@pytest.fixture
def shop(make_app: MakeApp, sqlite_uri: str) -> Flask:
    """The small shop on SQLite."""
    return opened(make_app(sqlite_uri))


@pytest.fixture
def any_shop(make_app: MakeApp, any_uri: str) -> Flask:
    """The small shop on each database in turn."""
    return opened(make_app(any_uri))


@pytest.fixture
def demo_shop(make_app: MakeApp, sqlite_uri: str) -> Flask:
    """The demo's whole shop."""
    app = make_app(sqlite_uri)
    with app.app_context():
        assert demo.fill()
    return app


@pytest.fixture
def erna(shop: Flask) -> Guest:
    """A visitor of the small shop."""
    return Guest(shop)


@pytest.fixture
def otto(shop: Flask) -> Guest:
    """Another visitor of the small shop, elsewhere."""
    return Guest(shop, address="203.0.113.7")
