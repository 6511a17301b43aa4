"""Processes that die at fail points."""

from collections.abc import Callable, Iterator

import pytest

from tests.processes import nursery


@pytest.fixture(scope="session")
def die_at() -> Iterator[Callable[..., None]]:
    """Runs code in a process of its own that dies at a fail point: `die_at(point, code, env, *arguments)`."""
    with nursery() as die:
        yield die
