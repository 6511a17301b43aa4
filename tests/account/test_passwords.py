"""Forgotten, new and changed passwords; addresses confirmed (QUALITY A8)."""

import re
import time
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from shop.clerk.letters import LETTERS
from shop.db import db
from shop.outbox import tray
from shop.outbox.deliver import deliver_due
from shop.outbox.models import Message
from shop.people.models import User
from tests.account.cast import PASSWORD, change, is_signed_in, log_in, open_account, queued
from tests.web.guest import Guest, words

NEW = "Nebel singt im alten Turm"


def mailed(app: Flask, kind: str) -> str:
    """The text of the newest letter of a kind, after the worker has written it."""
    with app.app_context():
        newest = db.select(Message.id).where(Message.kind == kind).order_by(Message.queued_at.desc()).limit(1)
        message_id = db.session.scalars(newest).one()
        db.session.rollback()
        deliver_due(LETTERS)
        (path,) = tray.folder().glob(f"*-{message_id}.eml")
        text = _text(path)
        db.session.rollback()
    return text


def _text(path: Path) -> str:
    body = BytesParser(policy=policy.default).parsebytes(path.read_bytes()).get_body(("plain",))  # type: ignore[attr-defined]
    return str(body.get_content())


def link_in(text: str, start: str) -> str:
    """The path of the link in a letter that begins so."""
    found = re.search(rf"http://localhost:8000({re.escape(start)}[^\s]+)", text)
    assert found, text
    return urlsplit(found[1]).path


def forget(guest: Guest, email: str = "erna@example.org") -> None:
    """Ask for a new password."""
    assert guest.send("/konto/passwort-vergessen", {"email": email}).status_code == 303


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(
    shop: Flask, erna: Guest, otto: Guest
) -> None:
    log_in(otto)
    forget(erna)
    link = link_in(mailed(shop, "account_reset"), "/konto/passwort-vergessen/")
    assert "Neues Passwort" in erna.get(link).text
    answer = erna.send(link, {"password": NEW})
    assert answer.headers["Location"] == "/konto/anmelden"
    assert "Ihr neues Passwort gilt" in erna.get("/konto/anmelden").text
    assert not is_signed_in(otto), "the thief's session ends"
    assert log_in(erna).status_code == 422
    assert log_in(erna, password=NEW).status_code == 302
    assert ("account_password_changed", "erna@example.org") in queued(shop)


def test_the_link_works_once(shop: Flask, erna: Guest) -> None:
    forget(erna)
    link = link_in(mailed(shop, "account_reset"), "/konto/passwort-vergessen/")
    erna.send(link, {"password": NEW})
    assert erna.send(link, {"password": PASSWORD}).headers["Location"] == "/konto/passwort-vergessen"
    assert "gilt nicht mehr" in erna.get("/konto/passwort-vergessen").text
    assert log_in(erna, password=NEW).status_code == 302


def test_the_link_ends_after_half_a_day(shop: Flask, erna: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    forget(erna)
    link = link_in(mailed(shop, "account_reset"), "/konto/passwort-vergessen/")
    late = int(time.time() + timedelta(hours=12, minutes=1).total_seconds())
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda self: late)
    assert erna.get(link).status_code == 302


def test_no_token_lies_in_the_database(shop: Flask, erna: Guest) -> None:
    forget(erna)
    with shop.app_context():
        facts = [repr(row.facts) for row in db.session.scalars(db.select(Message))]
        db.session.rollback()
    assert facts
    assert not any(re.search(r"[\w-]{40,}", text) for text in facts)


@pytest.mark.parametrize("page", ["/konto/passwort-vergessen", "/konto/bestaetigen"])
def test_asking_for_a_letter_tells_nobody_who_has_an_account(shop: Flask, page: str) -> None:
    open_account(shop, "neu", confirmed=False)
    answers = set()
    for email in ("neu@example.org", "erna@example.org", "niemand@example.org"):
        guest = Guest(shop)
        answer = guest.send(page, {"email": email})
        answers.add((answer.status_code, answer.headers["Location"], words(guest.get("/konto/anmelden"))))
    assert len(answers) == 1


def test_a_form_is_no_way_to_flood_a_mailbox(erna: Guest) -> None:
    for _ in range(10):
        forget(erna)
    assert erna.send("/konto/passwort-vergessen", {"email": "erna@example.org"}).status_code == 429


@pytest.mark.parametrize("email", ["", "keine", "a@b", "ü@example.org"])
def test_what_is_no_address_is_said_at_the_field(erna: Guest, email: str) -> None:
    answer = erna.send("/konto/passwort-vergessen", {"email": email})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_a_new_account_opens_after_its_address_is_confirmed(shop: Flask, erna: Guest) -> None:
    open_account(shop, "neu", confirmed=False)
    erna.send("/konto/bestaetigen", {"email": "neu@example.org"})
    link = link_in(mailed(shop, "account_confirm"), "/konto/bestaetigen/")
    page = erna.get(link)
    assert "Diese Adresse gehört mir" in page.text
    assert log_in(Guest(shop), "neu").status_code == 422, "a scanner that opens links confirms nothing"
    assert erna.send(link).headers["Location"] == "/konto/anmelden"
    assert log_in(erna, "neu").status_code == 302


def test_who_sets_a_password_by_mail_has_confirmed_the_address(shop: Flask, erna: Guest) -> None:
    open_account(shop, "neu", password=None, confirmed=False)
    forget(erna, "neu@example.org")
    link = link_in(mailed(shop, "account_reset"), "/konto/passwort-vergessen/")
    erna.send(link, {"password": NEW})
    assert log_in(erna, "neu", NEW).status_code == 302


@pytest.mark.parametrize("link", ["/konto/bestaetigen/falsch", "/konto/passwort-vergessen/falsch"])
def test_a_made_up_link_opens_nothing(erna: Guest, link: str) -> None:
    answer = erna.send(link, {"password": NEW})
    assert answer.status_code == 302
    assert "gilt nicht mehr" in erna.get(answer.headers["Location"]).text


def test_changing_the_password_ends_every_other_session_and_is_told(
    shop: Flask, erna: Guest, otto: Guest
) -> None:
    log_in(erna)
    log_in(otto)
    answer = erna.send("/konto/passwort", {"password": PASSWORD, "new_password": NEW})
    assert answer.headers["Location"] == "/konto/sicherheit"
    assert is_signed_in(erna)
    assert not is_signed_in(otto)
    assert log_in(Guest(shop), password=NEW).status_code == 302
    assert "wurde geändert" in mailed(shop, "account_password_changed")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("falsch", NEW, "Dieses Passwort stimmt nicht."),
        ("", NEW, "Bitte geben Sie Ihr Passwort ein."),
        (PASSWORD, PASSWORD, "Das ist Ihr bisheriges Passwort."),
        (PASSWORD, "", "Bitte geben Sie Ihr Passwort ein."),
        (PASSWORD, "kurz", "mindestens 10 Zeichen"),
        (PASSWORD, "Passwort1234", "zu leicht zu erraten"),
        (PASSWORD, "erna@example.org", "Ihr Name und Ihre Adresse"),
        (PASSWORD, "x1!" * 60, "höchstens 128 Zeichen"),
    ],
)
def test_a_bad_change_is_refused_in_words(shop: Flask, erna: Guest, old: str, new: str, said: str) -> None:
    log_in(erna)
    answer = erna.send("/konto/passwort", {"password": old, "new_password": new})
    assert answer.status_code == 422
    assert said in words(answer)
    assert log_in(Guest(shop)).status_code == 302


def test_a_stolen_session_cannot_guess_the_password_for_ever(erna: Guest) -> None:
    log_in(erna)
    for _ in range(10):
        erna.send("/konto/passwort", {"password": "falsch", "new_password": NEW})
    assert erna.send("/konto/passwort", {"password": PASSWORD, "new_password": NEW}).status_code == 429


def test_a_disabled_account_gets_no_link(shop: Flask, erna: Guest) -> None:
    change(shop, "erna", active=False)
    forget(erna)
    assert queued(shop) == []


def test_staff_can_end_every_session(shop: Flask, erna: Guest) -> None:
    log_in(erna)
    result = shop.test_cli_runner().invoke(args=["shop", "user", "disable", "erna"])
    assert result.exit_code == 0, result.output
    assert not is_signed_in(erna)
    with shop.app_context():
        assert not db.session.scalars(db.select(User).where(User.username == "erna")).one().active
        db.session.rollback()
