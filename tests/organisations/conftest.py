"""A shop with two courses, a municipality and its administrator, on each database in turn."""

from dataclasses import dataclass

import pytest
from flask import Flask

from shop.people.models import Organisation, User
from tests.organisations.cast import administrator, municipality
from tests.shopfloor import course, open_shop


@dataclass
class Town:
    """Gemeinde Seedorf and Anna, who administers it."""

    organisation: Organisation
    anna: User


@pytest.fixture
def town(any_app: Flask) -> Town:
    """Seedorf, and the courses K1 for 100 € and K2 for 50 €."""
    return furnished()


def furnished() -> Town:
    open_shop()
    course("K1", 10000)
    course("K2", 5000, capacity=None)
    organisation = municipality()
    return Town(organisation, administrator(organisation))
