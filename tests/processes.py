"""Shops as real processes: servers to race against each other, and children that die half-way."""

import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

from tests.conftest import KEYS, ROOT

PORTS = 1500  # of each test process
_first = 20_000 + PORTS * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 12_000
_ports = itertools.cycle(random.sample(range(_first, _first + PORTS), PORTS))


def environment(uri: str, instance: Path, **settings: object) -> dict[str, str]:
    """The environment of a shop's process on a database, with settings as `FLASK_…`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FLASK_")}
    wanted: Mapping[str, object] = {"SQLALCHEMY_DATABASE_URI": uri, **KEYS, **settings}
    return {
        **kept,
        "FLASK_INSTANCE_PATH": str(instance),
        **{f"FLASK_{name}": str(value) for name, value in wanted.items()},
    }


def free_port() -> int:
    """A port that nobody listens on and that no other test process is given.

    They lie below those that systems give to whoever does not care which, and each process has its own.
    """
    for port in _ports:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("unreachable: the ports go round")


@contextmanager
def servers(count: int, env: Mapping[str, str]) -> Iterator[list[str]]:
    """So many server processes on one database; yields their addresses when all answer."""
    ports = [free_port() for _ in range(count)]
    running = [
        _born(env, serve=["--bind", f"127.0.0.1:{port}", "--workers", "1", "app:app"]) for port in ports
    ]
    try:
        for port in ports:
            _await(f"http://localhost:{port}/healthz")
        yield [f"http://localhost:{port}" for port in ports]
    finally:
        for server in running:
            os.kill(server, signal.SIGTERM)
        for server in running:
            _born(wait=server)


def _await(url: str) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def child(code: str, env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python code inside a shop's app context in a process of its own.

    The code finds its `arguments` as a list of texts.
    """
    with tempfile.NamedTemporaryFile("r") as output, tempfile.NamedTemporaryFile("r") as errors:
        ended = _born(env, code=code, arguments=arguments, output=output.name, errors=errors.name)
        return subprocess.CompletedProcess(arguments, ended, output.read(), errors.read())


def die_at(point: str, code: str, env: Mapping[str, str], *arguments: str) -> None:
    """Let a process that runs such code die at a fail point."""
    ended = child(code, {**env, "SHOP_FAILPOINT": point}, *arguments)
    assert ended.returncode == -signal.SIGKILL, f"{point} was not reached: {ended}"


_one_at_a_time = Lock()


def _born(env: Mapping[str, str] | None = None, **wish: object) -> int:
    """Tell this test process's nursery a wish; its answer (see `tests.nursery`)."""
    quiet = {"output": os.devnull, "errors": os.devnull, "env": dict(env or {})}
    mother = _mother()
    assert mother.stdin is not None
    assert mother.stdout is not None
    with _one_at_a_time:
        mother.stdin.write(json.dumps(quiet | wish) + "\n")
        mother.stdin.flush()
        return int(mother.stdout.readline())


@cache
def _mother() -> subprocess.Popen[str]:
    """The one process that bears all others; it ends when its standard input does, with ours."""
    command = [sys.executable, "-m", "tests.nursery"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
