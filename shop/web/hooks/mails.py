"""The demo's letter box: the mails that a shop without mail server has written, to read in the browser."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from flask import Response, abort, make_response

from shop.outbox import tray
from shop.web.frame.letter_box import has_letter_box
from shop.web.frame.show import show
from shop.web.hooks.views import bp

PAPERS = (
    "application/pdf",
    "text/calendar",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


def _only_in_a_demo() -> None:
    if not has_letter_box():
        abort(404)


def _read(path: Path) -> EmailMessage:
    mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert isinstance(mail, EmailMessage)
    return mail


def _mail(name: str) -> EmailMessage:
    _only_in_a_demo()
    path = tray.find(name) or abort(404)
    return _read(path)


@bp.get("/vorfuehrung/post/")
def mails() -> Response:
    """The newest mails."""
    _only_in_a_demo()
    return show("hooks/mails.html", mails=[(path.name, _read(path)) for path in tray.newest(50)])


@bp.get("/vorfuehrung/post/<name>")
def mail(name: str) -> Response:
    """One mail, as plain text with its attachments."""
    found = _mail(name)
    body = found.get_body(("plain",))
    return show(
        "hooks/mail.html",
        name=name,
        mail=found,
        text=body.get_content() if body else "",
        attachments=[
            {"name": part.get_filename(), "is_ours": part.get_content_type() in PAPERS}
            for part in found.iter_attachments()
        ],
    )


@bp.get("/vorfuehrung/post/<name>/<int:place>")
def attachment(name: str, place: int) -> Response:
    """One attachment of one mail; only papers that we made ourselves."""
    parts = list(_mail(name).iter_attachments())
    if place >= len(parts) or (kind := parts[place].get_content_type()) not in PAPERS:
        abort(404)
    response = make_response(parts[place].get_payload(decode=True), {"Content-Type": kind})
    if kind != "application/pdf":
        response.headers.set("Content-Disposition", "attachment", filename=parts[place].get_filename())
    return response
