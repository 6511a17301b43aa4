"""The small shop with a course in it, and guests at its doors."""

from collections.abc import Iterator

import pytest
from flask import Flask

from shop import clock
from tests.bookings.school import NOON, course
from tests.conftest import MakeApp
from tests.web.conftest import opened
from tests.web.guest import Guest


@pytest.fixture
def shop(make_app: MakeApp, any_uri: str) -> Iterator[Flask]:
    """The small shop on each database in turn, with the course K1 of three seats, one Saturday noon."""
    app = opened(make_app(any_uri))
    with clock.stopped_at(NOON):
        with app.app_context():
            course("K1", seats=3)
        yield app


@pytest.fixture
def erna(shop: Flask) -> Guest:
    """A visitor."""
    return Guest(shop)


@pytest.fixture
def otto(shop: Flask) -> Guest:
    """Another visitor, elsewhere."""
    return Guest(shop, address="203.0.113.7")
