"""Erna's card, and Erna at her account."""

import pytest

from tests.cards_pages.wallet import Wallet, opened, signed_in
from tests.conftest import MakeApp
from tests.web.guest import Guest


@pytest.fixture
def wallet(make_app: MakeApp, sqlite_uri: str) -> Wallet:
    """The shop on SQLite."""
    return opened(make_app(sqlite_uri))


@pytest.fixture
def any_wallet(make_app: MakeApp, any_uri: str) -> Wallet:
    """The shop on each database in turn."""
    return opened(make_app(any_uri))


@pytest.fixture
def erna(wallet: Wallet) -> Guest:
    """Erna, signed in."""
    return signed_in(wallet.app)
