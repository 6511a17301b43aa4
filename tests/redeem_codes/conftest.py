"""The desk of Seedorf has ordered codes, and somebody comes with one."""

import pytest

from tests.conftest import MakeApp
from tests.organisation_desk.conftest import office_of
from tests.organisation_desk.office import Office
from tests.redeem_codes.visits import Holder


@pytest.fixture
def office(make_app: MakeApp, sqlite_uri: str) -> Office:
    """Seedorf on SQLite."""
    return office_of(make_app(sqlite_uri))


@pytest.fixture
def any_office(make_app: MakeApp, any_uri: str) -> Office:
    """Seedorf on each database in turn."""
    return office_of(make_app(any_uri))


@pytest.fixture
def holder(office: Office) -> Holder:
    """Somebody with a code."""
    return Holder(office.app)
