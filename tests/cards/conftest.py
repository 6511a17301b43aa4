"""The small shop with a value card type, classes and one price, on each database."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.cards.cast import card_type, prices
from tests.shopfloor import assert_sound, open_shop


@pytest.fixture
def shop(any_app: Flask) -> Iterator[Flask]:
    """A shop that sells value cards; after each test its books are sound."""
    open_shop()
    card_type()
    prices()
    yield any_app
    assert_sound()
