"""The stand-in as a fixture; `tests/conftest.py` names this module in `pytest_plugins`."""

from collections.abc import Iterator, Mapping

import pytest
from flask import Flask

from tests.stripe_standin.server import Standin


@pytest.fixture
def stripe_standin() -> Iterator[Standin]:
    """A fresh Stripe account behind a server of its own."""
    with Standin() as standin:
        yield standin


def heard_by(standin: Standin, app: Flask) -> None:
    """Let a shop in this process hear the stand-in's webhooks, through a test client."""

    def send(_url: str, body: bytes, headers: Mapping[str, str]) -> int:
        return app.test_client().post("/stripe/webhook", data=body, headers=dict(headers)).status_code

    standin.send_by(send)
