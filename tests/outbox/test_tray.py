"""Without a mail server, mails become private files that any mail program opens."""

import email
import stat
from collections.abc import Callable
from email.policy import default
from pathlib import Path

from flask import Flask

from shop.outbox import tray
from shop.outbox.deliver import deliver_due

FOREIGN = ("../keys.toml", "..", "", "x.eml", "/etc/passwd")


def test_a_mail_becomes_one_file_with_everything_in_it(app: Flask, put: Callable, letters: dict) -> None:
    message_id = put()
    assert deliver_due(letters).sent == 1
    (path,) = tray.newest()
    mail = email.message_from_bytes(path.read_bytes(), policy=default)
    assert mail["Message-ID"] == f"<{message_id}@localhost>"
    assert mail["To"] == "erna@example.org"
    assert mail["Subject"] == "Ihr Gutschein für Erna Müßig"
    assert mail.get_body(("plain",)).get_content().split() == ["Grüße"]
    assert mail.get_body(("html",)).get_content().strip() == "<p>Grüße</p>"
    (paper,) = mail.iter_attachments()
    assert (paper.get_filename(), paper.get_content()) == ("Gutschein für Erna.pdf", b"%PDF-1.7 paper")


def test_files_are_for_their_owner_only_and_no_draft_stays(app: Flask, put: Callable, letters: dict) -> None:
    put()
    deliver_due(letters)
    (path,) = Path(app.instance_path, "mail").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_newest_mail_comes_first_and_only_mails_are_found(
    app: Flask, put: Callable, letters: dict
) -> None:
    from datetime import timedelta

    from shop import clock

    first = put()
    deliver_due(letters)
    with clock.shifted_by(timedelta(minutes=1)):
        second = put()
        deliver_due(letters)
    assert [path.stem[16:] for path in tray.newest()] == [str(second), str(first)]
    assert tray.find(tray.newest()[0].name) == tray.newest()[0]
    assert [name for name in FOREIGN if tray.find(name)] == []


def test_a_full_disk_makes_the_mail_wait(app: Flask, put: Callable, letters: dict, row: Callable) -> None:
    Path(app.instance_path, "mail").write_text("a file where the folder should be")
    message_id = put()
    assert deliver_due(letters).retried == 1
    assert "FileExistsError" in row(message_id).last_error
