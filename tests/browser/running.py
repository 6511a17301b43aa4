"""One real shop for the browser: `python app.py` with its worker, in a folder and on a port of its own."""

import email
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TypeVar

import psutil

from tests.conftest import ROOT
from tests.processes import child, environment, free_port

T = TypeVar("T")


def within(seconds: float, found: Callable[[], T | None]) -> T:
    """What `found` gives as soon as it gives something; the test fails when it never does."""
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, f"nothing after {seconds} seconds"
        time.sleep(0.1)
    return value


@dataclass(frozen=True)
class Running:
    """A shop that runs; `url` is its BASE_URL, `folder` its instance."""

    url: str
    folder: Path
    env: dict[str, str]

    def mails_to(self, address: str) -> list[EmailMessage]:
        """The mails that have been delivered to an address, the oldest first."""
        paths = sorted((self.folder / "mail").glob("*.eml"))
        mails = (email.message_from_bytes(path.read_bytes(), policy=default) for path in paths)
        return [mail for mail in mails if mail["To"] == address]

    def mail_to(self, address: str) -> EmailMessage:
        """The first mail to an address, waited for."""
        return within(20, lambda: next(iter(self.mails_to(address)), None))

    def prepared(self) -> "Prepared":
        """Lay out the shop: courses and orders in every state, vouchers to redeem."""
        code = "import json\nfrom tests.browser.prepared import everything\nprint(json.dumps(everything()))"
        return Prepared(**json.loads(self._ran(code).splitlines()[-1]))

    def pays(self, path: str) -> None:
        """The money for an order arrives; `path` is its page's."""
        self._ran("from tests.browser.prepared import paid\npaid(arguments[0])", path)

    def has_credit(self, username: str, cents: int) -> None:
        """Somebody opens an account and has so much on a value card; the password is `tests.organisations.cast`'s."""
        code = "from tests.browser.prepared import holder\nholder(arguments[0], int(arguments[1]))"
        self._ran(code, username, str(cents))

    def account(self, username: str) -> None:
        """Somebody opens an account; its password is `tests.organisations.cast.PASSWORD`."""
        self._ran("from tests.organisations.cast import learner\nlearner(arguments[0])", username)

    def gives(self, username: str, count: int) -> None:
        """Staff correct somebody's first card so many times."""
        self._ran(
            "from tests.browser.prepared import given\ngiven(arguments[0], int(arguments[1]))",
            username,
            str(count),
        )

    def command(self, *words: str) -> None:
        """Staff give a command: `flask shop …`."""
        self._ran(
            "import flask\n"
            "given = flask.current_app.test_cli_runner().invoke(args=['shop', *arguments])\n"
            "assert given.exit_code == 0, given.output",
            *words,
        )

    def _ran(self, code: str, *arguments: str) -> str:
        done = child(code, self.env, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass(frozen=True)
class Prepared:
    """What lies in the shop: paths of pages by name; number and code of vouchers over 20 € and over 250 €."""

    courses: dict[str, str]
    orders: dict[str, str]
    waiting: dict[str, str]
    small: list[tuple[str, str]]
    large: list[tuple[str, str]]


@contextmanager
def running(folder: Path, **settings: object) -> Iterator[Running]:
    """Start a shop from nothing, filled as the demo; stopped at the end with all its children."""
    folder.mkdir()
    port = free_port()
    env = environment(f"sqlite:///{folder / 'shop.sqlite'}", folder, **settings)
    env |= {"PORT": str(port), "PYTHONUNBUFFERED": "1"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT
        )
    shop = Running(f"http://localhost:{port}", folder, env)
    try:
        within(60, lambda: _answers(f"http://127.0.0.1:{port}/healthz", process, folder / "log"))
        yield shop
    finally:
        _stop(process)


def _answers(url: str, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text()
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for each in psutil.wait_procs(family, timeout=5)[1]:
        each.kill()
