"""A riding school with prices, and Erna, who rides there."""

import pytest
from flask import Flask

from shop.catalogue import prices
from shop.db import transaction
from tests.account.cast import open_account
from tests.catalogue.stable import TITLES, some


@pytest.fixture
def stable(any_app: Flask) -> Flask:
    """A riding school: 25 € a lesson, 18 € for the young, 20 € with a subscription."""
    with transaction():
        for dimension, titles in TITLES.items():
            for title in titles:
                prices.add_class(dimension, {"de": title})
        prices.add_contract_kind({"de": "Abo"})
        prices.add_row(some(user="erwachsen"), 2500)
        prices.add_row(some(user="jugendlich", appointment="gruppe"), 1800)
        prices.add_row(some(user="erwachsen"), 2000, "abo")
    return any_app


@pytest.fixture
def erna(stable: Flask) -> int:
    return open_account(stable, "erna")
