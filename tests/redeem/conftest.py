"""The small shop with the course K1 for 70 €, and guests at its doors."""

import pytest
from flask import Flask

from tests.conftest import MakeApp
from tests.redeem.desk import Desk, Pair, gift
from tests.shopfloor import course
from tests.web.conftest import opened


@pytest.fixture
def shop(make_app: MakeApp, sqlite_uri: str) -> Flask:
    app = opened(make_app(sqlite_uri))
    with app.app_context():
        course("K1", 7000)
    return app


@pytest.fixture
def voucher(shop: Flask) -> Pair:
    """Number and code of a voucher with 100 € on it."""
    return gift(shop)


@pytest.fixture
def erna(shop: Flask) -> Desk:
    """A visitor with a place in K1 in her basket."""
    desk = Desk(shop)
    desk.book()
    return desk


@pytest.fixture
def otto(shop: Flask) -> Desk:
    """Another visitor, elsewhere, with a place in K1 too."""
    desk = Desk(shop, address="203.0.113.7")
    desk.book()
    return desk
