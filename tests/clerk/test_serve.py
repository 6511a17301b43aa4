"""`python app.py`: a shop that serves and delivers, from nothing, and stops cleanly."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.processes import free_port

ROOT = Path(__file__).resolve().parents[2]


def within(seconds: float, found: Callable[[], object]) -> Any:
    """What `found` gives as soon as it gives something; the test fails when it never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.1)
    raise AssertionError(f"nothing after {seconds} seconds")


@dataclass
class Shop:
    """A running `python app.py`."""

    folder: Path
    port: int
    process: subprocess.Popen
    log: Path

    def get(self, path: str) -> tuple[int, dict[str, str], str]:
        try:
            answer = urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, dict(answer.headers), answer.read().decode()

    def answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def children(self, word: str) -> list[psutil.Process]:
        return [kid for kid in self.family(recursive=False) if word in " ".join(kid.cmdline())]

    def family(self, recursive: bool = True) -> list[psutil.Process]:
        kids = psutil.Process(self.process.pid).children(recursive=recursive)
        return [kid for kid in kids if kid.is_running() and kid.status() != psutil.STATUS_ZOMBIE]

    def whole_family(self) -> list[psutil.Process]:
        """Gunicorn, its two workers, and the mail worker."""
        return within(30, lambda: found if len(found := self.family()) >= 4 else None)

    def flask(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "flask", "--app", "app", "shop", *arguments]
        env = os.environ | {"FLASK_INSTANCE_PATH": str(self.folder)}
        subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)

    def mails(self) -> list[Path]:
        return sorted((self.folder / "mail").glob("*.eml"))


def start(folder: Path, port: int) -> Shop:
    folder.mkdir(exist_ok=True)
    log = folder / "log"
    env = {key: value for key, value in os.environ.items() if not key.startswith("FLASK_")}
    env |= {"FLASK_INSTANCE_PATH": str(folder), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=env, stdout=file, stderr=subprocess.STDOUT
        )
    return Shop(folder, port, process, log)


@contextmanager
def started(folder: Path) -> Iterator[Shop]:
    """A shop started from nothing, killed at the end."""
    shop = start(folder, free_port())
    try:
        within(60, shop.answers)
        yield shop
    finally:
        family = shop.family() if shop.process.poll() is None else []
        for each in (*family, shop.process):
            each.kill()
        shop.process.wait()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop of the test's own, to be stopped."""
    with started(tmp_path / "instance") as shop:
        yield shop


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop that goes on running."""
    with started(tmp_path_factory.mktemp("running") / "instance") as shop:
        yield shop


def test_from_nothing_it_serves_a_filled_shop_and_delivers_mail(running: Shop) -> None:
    status, headers, page = running.get("/")
    assert status == 200
    assert "Gutscheine" in page
    assert "gunicorn" not in str(headers).lower()
    running.flask("outbox", "probe", "erna@example.org")
    within(20, running.mails)
    said = running.log.read_text()
    assert f"http://localhost:{running.port}/" in said
    assert str(running.folder / "mail") in said


def test_a_second_start_keeps_what_is_there(shop: Shop) -> None:
    shop.flask("centre", "set", "name", "VHS Neustadt")
    shop.process.terminate()
    assert shop.process.wait(60) == 0
    again = start(shop.folder, shop.port)
    try:
        within(60, again.answers)
        assert "VHS Neustadt" in again.get("/")[2]
    finally:
        again.process.terminate()
        assert again.process.wait(60) == 0


def test_links_and_queries_stay_out_of_the_log(running: Shop) -> None:
    running.get("/bestellung/c2VjcmV0LXRva2Vu?code=5RKD-DG44-MBJ7-MQAA")
    running.get("/gibt-es-nicht/5RKD-DG44-MBJ7-MQAA")
    said = str(
        within(10, lambda: re.findall(r".*gibt-es-nicht.*", running.log.read_text()))
        and running.log.read_text()
    )
    assert '"GET /bestellung/*** HTTP/1.1" 404' in said
    assert "c2VjcmV0" not in said
    assert "5RKD" not in said


@pytest.mark.parametrize("word", ["gunicorn", "shop work"])
def test_a_child_that_dies_is_started_again(running: Shop, word: str) -> None:
    (child,) = within(20, lambda: running.children(word))
    child.kill()
    within(20, lambda: [kid for kid in running.children(word) if kid.pid != child.pid])
    within(30, running.answers)
    before = len(running.mails())
    running.flask("outbox", "probe", "erna@example.org")
    within(20, lambda: len(running.mails()) > before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_with_all_its_children(shop: Shop, number: signal.Signals) -> None:
    family = shop.whole_family()
    shop.process.send_signal(number)
    assert shop.process.wait(60) == 0
    assert [each for each in family if each.is_running() and each.status() != psutil.STATUS_ZOMBIE] == []


def test_children_do_not_outlive_a_killed_supervisor(shop: Shop) -> None:
    family = shop.whole_family()
    shop.process.kill()
    shop.process.wait()
    gone, alive = psutil.wait_procs(family, timeout=30)
    for each in alive:
        each.kill()
    assert alive == []
    assert len(gone) >= 4


def test_a_taken_port_is_said_in_one_sentence(running: Shop, tmp_path: Path) -> None:
    second = start(tmp_path / "second", running.port)
    assert second.process.wait(60) == 1
    last = second.log.read_text().strip().splitlines()[-1]
    assert last.startswith(f"Port {running.port} on 127.0.0.1 cannot be used")
