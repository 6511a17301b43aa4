"""The demo's whole shop, and a visitor in it."""

import pytest
from flask import Flask

from shop.clerk import demo
from tests.conftest import MakeApp
from tests.web.guest import Guest


@pytest.fixture
def shop(make_app: MakeApp, sqlite_uri: str) -> Flask:
    """The demo's shop, with a website that may embed it."""
    app = make_app(sqlite_uri, EMBED_ORIGINS="https://stadt.example.org")
    with app.app_context():
        assert demo.fill()
    return app


@pytest.fixture
def erna(shop: Flask) -> Guest:
    """A visitor."""
    return Guest(shop)
