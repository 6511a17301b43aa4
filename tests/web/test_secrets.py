"""No code, link, token or key gets into a log line, an address, a subject, or a browser's storage (S6, I16)."""

import html
import io
import logging
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from shop.clerk.letters import LETTERS
from shop.clerk.worker import Worker
from shop.core import codes
from shop.db import db
from shop.logs import Line
from shop.orders.models import Order
from shop.orders.place import token as token_of
from shop.outbox import tray
from shop.outbox.letter import Letter
from shop.outbox.models import Message
from shop.vouchers.find import code_of
from shop.vouchers.letter import as_printed
from shop.vouchers.models import Voucher
from tests.conftest import KEYS, ROOT, MakeApp
from tests.processes import environment, free_port
from tests.web.conftest import opened
from tests.web.guest import CARD, ERNA, Guest, everything, hidden


@dataclass
class Purchase:
    """A whole purchase with everything that was seen on the way."""

    app: Flask
    guest: Guest
    pages: dict[str, str] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)

    def see(self, path: str) -> None:
        answer = self.guest.get(path)
        assert answer.status_code == 200, path
        if answer.mimetype == "text/html":
            self.pages[path] = answer.text

    def secrets(self) -> dict[str, str]:
        """What must not be seen, by its name."""
        with self.app.app_context():
            vouchers = list(db.session.scalars(select(Voucher)))
            order = db.session.scalars(select(Order)).one()
            found = {f"code {v.number}": code_of(v) for v in vouchers}
            found |= {f"shown {v.number}": codes.shown_code(code_of(v)) for v in vouchers}
            found["link"] = token_of(order)
            db.session.rollback()
        with self.guest.client.session_transaction(base_url="http://localhost") as session:
            found["visitor"] = session["visitor"]
        cookie = self.guest.client.get_cookie("shop", domain="localhost")
        assert cookie is not None
        return {**found, "cookie": cookie.value, **KEYS}

    def codes(self) -> list[str]:
        return [value for name, value in self.secrets().items() if name.startswith(("code", "shown"))]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged at the levels the shop sets, unmasked: the mask is the second line of defence."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


@pytest.fixture
def purchase(make_app: MakeApp, sqlite_uri: str, log: io.StringIO) -> Purchase:
    """Erna buys two vouchers, one goes to Jule; she looks at everything; the worker sends the mails."""
    app = opened(make_app(sqlite_uri))
    guest = Guest(app)
    done = Purchase(app, guest)
    done.see("/gutscheine/standard")
    guest.put_in(delivery="recipient", recipient_email="jule@example.org", quantity="2")
    for path in ("/warenkorb/", "/kasse/"):
        done.see(path)
    placed = guest.order()
    till = urlsplit(placed.headers["Location"]).path
    done.see(till)
    back = guest.send(till, {"schritt": "paid"})
    done.places += [placed.headers["Location"], back.headers["Location"]]
    order = urlsplit(back.headers["Location"]).path
    done.see(order)
    for path in re.findall(rf'href="({order}/[^"]+\.pdf)"', done.pages[order]):
        done.see(path)
    done.places.append(guest.send(order + "/erneut-senden").headers["Location"])
    with done.app.app_context():
        Worker(done.app).drain()
        voucher = db.session.scalars(select(Voucher)).first()
        assert voucher is not None
        pair = {"number": voucher.number, "code": code_of(voucher)}
        db.session.rollback()
    assert guest.send("/guthaben/", pair).status_code == 200
    wrong = {**pair, "code": pair["code"][::-1]}
    assert guest.send("/guthaben/", wrong).status_code == 422
    done.see("/vorfuehrung/post/")
    for path in re.findall(r'href="(/vorfuehrung/post/[^"]+)"', done.pages["/vorfuehrung/post/"]):
        done.see(path)
    return done


def test_no_secret_is_logged(purchase: Purchase, log: io.StringIO) -> None:
    text = log.getvalue()
    assert "sent" in text  # the worker's lines are there, so this sees something
    for name, secret in purchase.secrets().items():
        assert secret not in text, name


def test_a_fault_on_the_way_logs_no_secret(
    make_app: MakeApp, sqlite_uri: str, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even the traceback of a crash on the order's page, masked as it is written, has no link and no code."""
    app = opened(make_app(sqlite_uri, TESTING=False))
    guest = Guest(app)
    token = guest.buy()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Line())
    logging.getLogger().addHandler(handler)

    def broken(voucher: Voucher) -> None:
        raise RuntimeError(f"/bestellung/{token} {codes.shown_code(code_of(voucher))}")

    monkeypatch.setattr("shop.web.checkout.order.letter.page", broken)
    page = guest.get(f"/bestellung/{token}").text
    (path,) = re.findall(r'href="([^"]+gutschein/[^"]+\.pdf)"', page)
    answer = guest.get(path)
    logging.getLogger().removeHandler(handler)
    assert answer.status_code == 500
    with app.app_context():
        code = code_of(db.session.scalars(select(Voucher)).one())
    for text in (written.getvalue(), answer.text):
        assert token not in text.replace(f'href="/bestellung/{token}', "")
        assert codes.shown_code(code) not in text
    assert "RuntimeError" in written.getvalue()


def addresses(text: str) -> list[str]:
    """Every address on a page or in a mail."""
    tags = re.findall(r'(?:href|src|action|formaction|hx-[a-z]+|content|data-[a-z]+)="([^"]*)"', text)
    return [html.unescape(tag) for tag in tags] + re.findall(r"https?://[^\s\"'<>]+", html.unescape(text))


def before_fragment(address: str) -> str:
    return unquote(address.partition("#")[0])


def test_no_address_on_any_page_carries_a_code(purchase: Purchase) -> None:
    secrets = purchase.codes()
    assert len(purchase.pages) >= 7
    for path, page in purchase.pages.items():
        for address in (path, *addresses(page)):
            assert not any(secret in before_fragment(address) for secret in secrets), (path, address)
    for place in purchase.places:
        assert not any(secret in unquote(place) for secret in secrets)


def test_the_order_page_shows_no_code_at_all(purchase: Purchase) -> None:
    """The code is in the PDF and the mail; the page would leave it in screenshots and histories."""
    for path, page in purchase.pages.items():
        if path.startswith(("/bestellung/", "/kasse/", "/warenkorb/", "/vorfuehrung/kasse/")):
            assert not any(secret in page for secret in purchase.codes()), path


def letters(app: Flask) -> list[Letter]:
    with app.app_context():
        made = [LETTERS[message.kind](message) for message in db.session.scalars(select(Message))]
        db.session.rollback()
    return made


def test_mails_carry_codes_in_no_address_and_no_subject(purchase: Purchase) -> None:
    secrets = purchase.codes()
    sent = letters(purchase.app)
    assert {letter.to for letter in sent} == {"erna@example.org", "jule@example.org"}
    for letter in sent:
        assert not any(secret in letter.subject for secret in secrets)
        for address in addresses(letter.text + (letter.html or "")):
            assert not any(secret in before_fragment(address) for secret in secrets), address
    with purchase.app.app_context():
        for path in tray.newest():
            head = path.read_bytes().partition(b"\r\n\r\n")[0].decode()
            assert not any(secret in head for secret in secrets)


def test_a_mail_to_the_recipient_has_no_link_to_the_buyers_order(purchase: Purchase) -> None:
    (gift,) = [letter for letter in letters(purchase.app) if letter.to == "jule@example.org"]
    for part in (gift.text, gift.html or "", *(str(made.name) for made in gift.attachments)):
        assert "/bestellung/" not in part
        assert "erna@example.org" not in part
        assert "Lindenweg" not in part


def test_the_printed_link_carries_the_code_behind_the_hash_alone(purchase: Purchase) -> None:
    with purchase.app.app_context():
        voucher = db.session.scalars(select(Voucher)).first()
        assert voucher is not None
        link = urlsplit(as_printed(voucher).link)
        code = codes.shown_code(code_of(voucher))
        db.session.rollback()
    assert (link.path, link.query) == ("/guthaben/", "")
    assert code in link.fragment


def test_no_secret_is_in_the_database(purchase: Purchase) -> None:
    """Codes are derived and links are kept as a hash: a stolen backup opens nothing (S3, A2)."""
    rows = "\n".join(row for table in everything(purchase.app).values() for row in table)
    for name, secret in purchase.secrets().items():
        assert secret not in rows, name


def test_gunicorn_logs_every_request_and_no_secret(
    make_app: MakeApp, sqlite_uri: str, tmp_path: Path
) -> None:
    app = opened(make_app(sqlite_uri))
    port = free_port()
    home = f"http://localhost:{port}"
    env = environment(sqlite_uri, tmp_path / "instance", BASE_URL=home)
    command = [sys.executable, "-m", "gunicorn", "--config", "shop/clerk/gunicorn_conf.py", "app:app"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env={**env, "PORT": str(port), "WEB_CONCURRENCY": "1"}, stdout=log, stderr=log
        )
        try:
            token, code = _buy_over_the_wire(home, app)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
    text = (tmp_path / "log").read_text()
    assert '"GET /bestellung/*** HTTP/1.1" 200' in text
    assert '"POST /guthaben/ HTTP/1.1" 200' in text
    assert "/gutschein/" in text
    for secret in (token, code, codes.shown_code(code), *KEYS.values(), "erna@example.org", "Lindenweg"):
        assert secret not in text


def _buy_over_the_wire(home: str, app: Flask) -> tuple[str, str]:
    end = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"{home}/healthz", timeout=2).close()
            break
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)
    browser = requests.Session()

    def token(path: str) -> str:
        return hidden(browser.get(home + path, timeout=30).text, "csrf_token")

    browser.post(
        f"{home}/gutscheine/standard", {**CARD, "csrf_token": token("/gutscheine/standard")}, timeout=30
    )
    page = browser.get(f"{home}/kasse/", timeout=30).text
    form = {**{name: hidden(page, name) for name in ("csrf_token", "form_key", "seen")}, **ERNA}
    till = browser.post(f"{home}/kasse/", form, timeout=30)
    back = browser.post(
        till.url, {"csrf_token": hidden(till.text, "csrf_token"), "schritt": "paid"}, timeout=30
    )
    (pdf,) = re.findall(r'href="([^"]+gutschein/[^"]+\.pdf)"', back.text)
    assert browser.get(home + pdf, timeout=60).headers["Content-Type"] == "application/pdf"
    with app.app_context():
        voucher = db.session.scalars(select(Voucher)).one()
        number, code = voucher.number, code_of(voucher)
        db.session.rollback()
    fields = {"csrf_token": token("/guthaben/"), "number": number, "code": code}
    assert browser.post(f"{home}/guthaben/", fields, timeout=30).status_code == 200
    browser.get(f"{home}/guthaben/?number={number}&code={codes.shown_code(code)}", timeout=30)
    browser.get(f"{home}/guthaben/{codes.shown_code(code)}", timeout=30)
    browser.get(f"{home}/{code}", headers={"Referer": back.url, "User-Agent": code}, timeout=30)
    return pdf.split("/")[2], code
