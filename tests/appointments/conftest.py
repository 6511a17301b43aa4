"""A shop with appointments: Erna has 100 € on her card, Jonas an empty one, Berta an account and no card."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from shop import clock
from shop.db import db
from tests.appointments.visits import log_in, offer
from tests.cards.cast import card_type, holder, prices, topped_up
from tests.conftest import MakeApp
from tests.organisations.cast import learner
from tests.shopfloor import NOON, assert_sound, open_shop
from tests.web.guest import Guest


@pytest.fixture(autouse=True)
def noon() -> Iterator[datetime]:
    """It is Saturday, 21 November 2026, 12 o'clock in Berlin."""
    with clock.stopped_at(NOON):
        yield NOON


@pytest.fixture
def shop(make_app: MakeApp, sqlite_uri: str, noon: datetime) -> Iterator[Flask]:
    """The shop; a group lesson costs 25 €. After each test its books are sound."""
    app = make_app(sqlite_uri)
    with app.app_context():
        open_shop()
        card_type()
        prices()
        _erna, card = holder()
        topped_up(card)
        holder("jonas")
        learner("berta", "Berta")
        db.session.remove()
    yield app
    with app.app_context():
        assert_sound()
        db.session.remove()


@pytest.fixture
def guest(shop: Flask) -> Guest:
    """Somebody who has not signed in."""
    return Guest(shop)


@pytest.fixture
def erna(shop: Flask) -> Guest:
    """Erna, signed in."""
    return log_in(shop, "erna")


@pytest.fixture
def jonas(shop: Flask) -> Guest:
    """Jonas, signed in."""
    return log_in(shop, "jonas")


@pytest.fixture
def pottery(shop: Flask) -> None:
    """T1 on Saturday, 28 November, 18 to 19 o'clock, for 25 €; one can cancel until the 27th."""
    offer(shop)
