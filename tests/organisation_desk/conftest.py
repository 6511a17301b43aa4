"""The desk of Seedorf, and who sits at it."""

import pytest
from flask import Flask

from tests.account.cast import PASSWORD
from tests.conftest import MakeApp
from tests.organisation_desk.office import Clerk, Office, opened, signed_in


def office_of(app: Flask) -> Office:
    return opened(app)


@pytest.fixture
def office(make_app: MakeApp, sqlite_uri: str) -> Office:
    """Seedorf on SQLite."""
    return office_of(make_app(sqlite_uri))


@pytest.fixture
def any_office(make_app: MakeApp, any_uri: str) -> Office:
    """Seedorf on each database in turn."""
    return office_of(make_app(any_uri))


@pytest.fixture
def anna(office: Office) -> Clerk:
    """Seedorf's administrator."""
    return signed_in(office.app)


@pytest.fixture
def bernd(office: Office) -> Clerk:
    """Bergheim's administrator, a stranger to Seedorf."""
    return signed_in(office.app, "bernd", PASSWORD)
