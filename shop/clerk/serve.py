"""`python app.py`: migrate, fill a first shop, then serve and work side by side until told to stop."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from flask import Flask
from flask_migrate import upgrade

from shop.clerk import demo, demo_town, orphan
from shop.db import db
from shop.outbox import tray
from shop.settings import ROOT

log = logging.getLogger(__name__)

WEB = (
    sys.executable,
    "-m",
    "gunicorn",
    "--config",
    str(Path(__file__).with_name("gunicorn_conf.py")),
    "app:app",
)
WORK = (sys.executable, "-m", "flask", "--app", "app", "shop", "work")
# Longer than a worker's last mail and gunicorn's last answers may take.
DRAIN = 60.0
# A child that dies comes back, later each time, so that a broken shop does not spin.
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0


def main(app: Flask) -> int:
    """Serve the shop until SIGTERM or SIGINT; the exit status."""
    host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)
    if taken := _taken(host, port):
        print(f"Port {port} on {host} cannot be used ({taken}). Choose another: PORT=8001", file=sys.stderr)
        return 1
    prepare(app)
    _tell(app, host, port)
    return Supervisor([Child("web", WEB), Child("worker", WORK)]).run()


def prepare(app: Flask) -> None:
    """Bring the database up to date, and fill it when nothing was ever in it."""
    with app.app_context():
        upgrade()
        if demo.fill():
            print("First run: an invented centre with vouchers and courses has been filled in.")
            if _is_a_try(app):
                demo_town.settle()
        db.session.remove()
        db.engine.dispose()


def _is_a_try(app: Flask) -> bool:
    """Whether nobody but this machine comes here: a shop that may go live begins with empty books."""
    here = urlsplit(str(app.config["BASE_URL"])).hostname
    return here in ("localhost", "127.0.0.1") and not app.config["MAIL_SERVER"]


def _taken(host: str, port: int) -> str:
    """Why this address cannot be served at, or nothing. Workers share ports, so they would not notice."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def _tell(app: Flask, host: str, port: int) -> None:
    with app.app_context():
        server = app.config["MAIL_SERVER"]
        mails = f"by SMTP through {server}" if server else f"as files into {tray.folder()}"
    print(f"Shop:    {app.config['BASE_URL']}/  (listening on {host}:{port})")
    print(f"Mails:   {mails}")
    print("Stop with Ctrl-C.", flush=True)


class Child:
    """One child process that is started again whenever it dies."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[bytes] | None = None
        self.wait, self.started, self.due = FIRST_WAIT, 0.0, 0.0

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def watch(self) -> None:
        """Start it if it does not run and its time has come."""
        now = time.monotonic()
        if self.alive or now < self.due:
            return
        if self.process is None or now - self.started > LONGEST_WAIT * 2:
            self.wait = FIRST_WAIT
        if self.process is not None:
            log.error("%s ended with status %s; starting it again", self.name, self.process.returncode)
        # In a session of its own: Ctrl-C reaches the supervisor alone, which lets both finish.
        self.process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            self.command,
            cwd=ROOT,
            env=os.environ | {orphan.SUPERVISED: str(os.getpid())},
            start_new_session=True,
        )
        self.started, self.due = now, now + self.wait
        self.wait = min(self.wait * 2, LONGEST_WAIT)

    def tell(self, number: signal.Signals) -> None:
        """Send a signal if it still runs."""
        if self.process is not None and self.alive:
            self.process.send_signal(number)


class Supervisor:
    """Keeps children running until it is told to stop, then lets them finish (QUALITY F14)."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.stopping = False

    def run(self) -> int:
        """Watch until SIGTERM or SIGINT; 0 when every child finished by itself in time, else 1."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self.stopping:
            for child in self.children:
                child.watch()
            time.sleep(0.2)
        return self._drained()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _drained(self) -> int:
        running = [child for child in self.children if child.alive]
        for child in running:
            child.tell(signal.SIGTERM)
        end = time.monotonic() + DRAIN
        while any(child.alive for child in running) and time.monotonic() < end:
            time.sleep(0.1)
        for child in running:
            if child.alive:
                log.error("%s did not finish within %s seconds", child.name, DRAIN)
                child.tell(signal.SIGKILL)
        # One that had only just begun dies of the signal itself: it had nothing to finish.
        fine = (0, -signal.SIGTERM)
        return 0 if all(child.process and child.process.wait() in fine for child in running) else 1
