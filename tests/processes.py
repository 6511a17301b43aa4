"""Shops as real processes: servers to race against each other, and children that die half-way."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import KEYS, ROOT


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
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def servers(count: int, env: Mapping[str, str]) -> Iterator[list[str]]:
    """So many server processes on one database; yields their addresses when all answer."""
    ports = [free_port() for _ in range(count)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "app:app"],
            cwd=ROOT,
            env=dict(env),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for port in ports
    ]
    try:
        for port in ports:
            _await(f"http://localhost:{port}/healthz")
        yield [f"http://localhost:{port}" for port in ports]
    finally:
        for server in running:
            server.terminate()
        for server in running:
            server.wait(timeout=20)


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
    """Run Python code inside a shop's app context in a process of its own."""
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    program = f"import sys\nfrom shop.factory import create_app\nwith create_app().app_context():\n{body}\n"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def nursery() -> Iterator[Callable[..., None]]:
    """Yields what lets a process die at a fail point: `die_at(point, code, env, *arguments)`.

    The code runs in a shop's app context, and finds its `arguments` as a list of texts.
    """
    mother = subprocess.Popen(
        [sys.executable, "-m", "tests.nursery"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert mother.stdin is not None
    assert mother.stdout is not None

    def die_at(point: str, code: str, env: Mapping[str, str], *arguments: str) -> None:
        with tempfile.NamedTemporaryFile("r") as errors:
            wish = {"env": {**env, "SHOP_FAILPOINT": point}, "code": code, "arguments": arguments}
            mother.stdin.write(json.dumps({**wish, "errors": errors.name}) + "\n")
            mother.stdin.flush()
            answer = int(mother.stdout.readline())
            assert answer == -signal.SIGKILL, f"{point} was not reached ({answer}): {errors.read()}"

    try:
        yield die_at
    finally:
        mother.stdin.close()
        mother.wait(timeout=20)
