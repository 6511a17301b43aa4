"""Processes that die at fail points."""

from collections.abc import Callable

import pytest

from tests import processes


@pytest.fixture(scope="session")
def die_at() -> Callable[..., None]:
    """Runs code in a process of its own that dies at a fail point: `die_at(point, code, env, *arguments)`."""
    return processes.die_at
