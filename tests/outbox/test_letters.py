"""A letter that cannot be made waits, and never goes out without what belongs to it (QUALITY F11, A7)."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from shop import clock
from shop.db import db
from shop.outbox import deliver, tray
from shop.outbox.deliver import deliver_due
from shop.outbox.letter import Attachment, Letter
from shop.outbox.models import Message


class PaperJam(Exception):
    """As `paper` raises it."""


def jammed() -> bytes:
    raise PaperJam("Schrift fehlt\nDienstag")


def note(message: Message) -> Letter:
    return Letter(to=message.recipient, subject="Ihr Gutschein", text="Anbei.\n")


def with_paper(data: bytes | Callable[[], bytes]) -> dict[str, Callable]:
    paper = Attachment("Gutschein.pdf", "application/pdf", data)
    return {"note": lambda message: replace(note(message), attachments=(paper,))}


def test_no_mail_goes_out_without_its_paper(any_app: Flask, put: Callable, row: Callable) -> None:
    message_id = put()
    assert deliver_due(with_paper(jammed)).retried == 1
    assert tray.newest() == []
    assert row(message_id).last_error == r"PaperJam: Schrift fehlt\x0aDienstag"
    with clock.shifted_by(timedelta(seconds=31)):
        assert deliver_due(with_paper(b"%PDF")).sent == 1


def test_a_paper_that_never_comes_out_is_shown_to_staff_after_an_hour(
    app: Flask, put: Callable, row: Callable
) -> None:
    message_id, told, passed = put(), [], timedelta(0)
    for wait in (timedelta(0), *deliver.WAITS[: deliver.UNMADE_TRIES - 1]):
        assert told == []
        passed += wait + timedelta(seconds=1)
        with clock.shifted_by(passed):
            deliver_due(with_paper(jammed), gave_up=told.append)
    assert [each.id for each in told] == [message_id]
    assert row(message_id).state == "failed"
    assert timedelta(hours=1) < passed < timedelta(hours=2)


def test_an_unknown_kind_waits_like_a_paper_jam(app: Flask, put: Callable, row: Callable) -> None:
    message_id = put(kind="telegram")
    assert deliver_due({}).retried == 1
    assert row(message_id).last_error == "KeyError: 'telegram'"


def test_no_transaction_is_open_while_paper_is_made(app: Flask, put: Callable) -> None:
    """Even a reader would keep buyers waiting on SQLite."""
    seen = []

    def letter(message: Message) -> Letter:
        db.session.get(Message, message.id)
        return replace(note(message), attachments=(Attachment("a.pdf", "application/pdf", paper),))

    def paper() -> bytes:
        other = sqlite3.connect(db.engine.url.database, timeout=0, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        other.execute("ROLLBACK")
        other.close()
        seen.append(db.session().in_transaction())
        return b"%PDF"

    put()
    assert deliver_due({"note": letter}).sent == 1
    assert seen == [False]


def test_the_case_is_opened_with_the_failure_or_not_at_all(
    any_app: Flask, put: Callable, row: Callable
) -> None:
    message_id = put("not an address")

    def broken(message: Message) -> None:
        raise RuntimeError("the case cannot be opened")

    with pytest.raises(RuntimeError):
        deliver_due({"note": note}, gave_up=broken)
    assert row(message_id).state == "queued"
    with clock.shifted_by(timedelta(seconds=31)):
        assert len(deliver_due({"note": note}, gave_up=lambda message: None).failed) == 1


@pytest.mark.parametrize(
    "address",
    [
        "erna@example.org\nBcc: fritz@example.org",
        "erna@example.org\r\n",
        "erna@example.org, fritz@example.org",
        "Erna <erna@example.org>",
        "jürgen@example.org",
        "erna",
        "",
    ],
)
def test_an_address_that_is_none_goes_to_staff_and_nowhere_else(
    app: Flask, put: Callable, row: Callable, address: str
) -> None:
    message_id = put(address)
    assert len(deliver_due({"note": note}).failed) == 1
    assert row(message_id).state == "failed"
    assert tray.newest() == []


def test_an_international_domain_is_written_as_every_server_takes_it(app: Flask, put: Callable) -> None:
    put("erna@müller.example")
    assert deliver_due({"note": note}).sent == 1
    assert b"To: erna@xn--mller-kva.example" in tray.newest()[0].read_bytes()


@pytest.mark.parametrize(
    "changed",
    [
        {"sender_name": "VHS\nBcc: fritz@example.org"},
        {"attachments": (Attachment("a\r\nX-Bad: 1.pdf", "application/pdf", b""),)},
    ],
)
def test_line_breaks_never_become_headers(app: Flask, put: Callable, changed: dict) -> None:
    put()
    assert deliver_due({"note": lambda message: replace(note(message), **changed)}).retried == 1
    assert tray.newest() == []


@pytest.mark.parametrize(
    "subject",
    ["", "Zwei\nZeilen", "Ihr Code 5RKD-DG44-MBJ7-MQAA", "Ihr Code 5rkddg44mbj7mqaa", "/bestellung/abc"],
)
def test_a_subject_is_one_line_and_shows_no_code(subject: str) -> None:
    with pytest.raises(ValueError, match="a subject"):
        Letter(to="erna@example.org", subject=subject, text="")


def test_names_with_commas_quotes_and_umlauts_stay_one_sender(app: Flask, put: Callable) -> None:
    import email
    from email.policy import default

    name = 'Volkshochschule "Süd", Köln'
    put()
    assert deliver_due({"note": lambda message: replace(note(message), sender_name=name)}).sent == 1
    mail = email.message_from_bytes(tray.newest()[0].read_bytes(), policy=default)
    assert [each.display_name for each in mail["From"].addresses] == [name]


def test_long_lines_are_folded_for_every_server(app: Flask, put: Callable) -> None:
    long = "Donaudampfschifffahrt " * 300
    put()
    assert deliver_due({"note": lambda message: replace(note(message), text=long, html=long)}).sent == 1
    assert max(map(len, tray.newest()[0].read_bytes().split(b"\r\n"))) < 100
