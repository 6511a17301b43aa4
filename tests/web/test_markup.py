"""What a visitor types stays text: on pages, in the preview, in mails, on paper (A4, A5, A7)."""

import io
import re
from dataclasses import dataclass
from email.message import EmailMessage
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from shop.clerk.letters import LETTERS
from shop.db import db
from shop.outbox import post
from shop.outbox.models import Message
from tests.conftest import MakeApp
from tests.web.conftest import opened
from tests.web.guest import CARD, Guest

EVIL = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "link": '<a href="https://evil.example">hier</a>',
    "style": '<p style="position:fixed">x</p>',
    "file": '<img src="file:///etc/passwd"/>',
    "page": "<pdf:nextpage/>]]><!-- ",
    "template": "{{ 7*7 }}{% include 'x' %}%(name)s%s",
    "header": "Erna\r\nBcc: x@example.org",
}
TAGS = {"script", "iframe", "object", "embed", "pdf:nextpage", "svg", "form"}


class Seen(HTMLParser):
    """The tags of a page and their attributes, as a browser reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(text: str) -> None:
    for tag, attributes in Seen(text).tags:
        if tag == "script":
            assert (attributes.get("src") or "").startswith("/static/"), attributes
        assert tag not in TAGS - {"script", "form"}, tag
        assert not any(name.startswith("on") for name in attributes), attributes
        for name in ("src", "href", "action"):
            address = attributes.get(name) or ""
            assert not address.startswith(("javascript:", "data:text", "file:", "x")), address
            assert "evil.example" not in address
        assert "position:fixed" not in (attributes.get("style") or "")


@dataclass
class Bought:
    app: Flask
    guest: Guest
    evil: str
    token: str
    mails: list[EmailMessage]


@pytest.fixture(params=EVIL)
def bought(request: pytest.FixtureRequest, make_app: MakeApp, sqlite_uri: str) -> Bought:
    """Mallory buys with markup in every field; the mails are written as they would travel."""
    app, evil = opened(make_app(sqlite_uri)), EVIL[request.param]
    guest = Guest(app)
    facts = {"recipient": evil, "dedication": f"{evil}\n{evil}"}
    guest.put_in(delivery="recipient", recipient_email="jule@example.org", **facts)
    fields = {
        "first_name": evil,
        "last_name": evil,
        "street": evil,
        "city": evil,
        "postcode": evil[:12].strip(),
    }
    till = guest.order(**fields).headers["Location"].removeprefix("http://localhost:8000")
    back = guest.send(till, {"schritt": "paid"}).headers["Location"]
    declared = {"name": evil, "contract": evil, "email": "erna@example.org"}
    assert guest.send("/vertrag-widerrufen/", declared).status_code == 303
    with app.app_context():
        messages = list(db.session.scalars(select(Message)))
        mails = [post.written(uuid4(), LETTERS[message.kind](message)) for message in messages]
        db.session.rollback()
    return Bought(app, guest, evil, re.split(r"[/?]", back.partition("/bestellung/")[2])[0], mails)


def assert_text_on_pages(bought: Bought) -> None:
    guest = bought.guest
    guest.put_in(recipient=bought.evil, dedication=bought.evil)
    (line,) = re.findall(r"zeile=([0-9a-f-]{36})", guest.get("/warenkorb/").text)[:1]
    shown = " ".join(bought.evil.split())
    paths = ("/warenkorb/", "/kasse/", f"/bestellung/{bought.token}", f"/gutscheine/standard?zeile={line}")
    for path in paths:
        page = guest.get(path).text
        assert_harmless(page)
        assert shown[:20] in Seen(page).text + str(Seen(page).tags), path
    preview = guest.send_bare(
        "/gutscheine/standard/vorschau", {**CARD, "recipient": bought.evil}, headers={"HX-Request": "true"}
    )
    assert_harmless(preview.text)
    for path in ("/kurse/", "/"):
        assert_harmless(guest.get(path, query_string={"q": bought.evil, "bereich": bought.evil}).text)


def assert_text_in_mails(bought: Bought) -> None:
    assert {str(mail["To"]) for mail in bought.mails} == {"erna@example.org", "jule@example.org"}
    assert len(bought.mails) == 3
    shown = " ".join(bought.evil.split())
    for mail in bought.mails:
        assert len(mail.get_all("To", [])) == 1
        assert mail.get_all("Bcc") is None
        assert mail.get_all("Cc") is None
        for value in mail.values():
            assert "\n" not in value
            assert "\r" not in value
        rich, plain = mail.get_body(("html",)), mail.get_body(("plain",))
        assert rich is not None
        assert plain is not None
        assert_harmless(rich.get_content())
        assert shown in Seen(rich.get_content()).text
        assert shown in plain.get_content()
        assert b"Bcc:" not in mail.as_bytes().partition(b"\r\n\r\n")[0].replace(b"Erna Bcc:", b"")


def assert_text_on_papers(bought: Bought) -> None:
    shown = re.sub(r"\s", "", bought.evil)
    for path in _papers(bought):
        answer = bought.guest.get(path)
        assert answer.status_code == 200
        reader = PdfReader(io.BytesIO(answer.data))
        assert len(reader.pages) == 1
        text = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
        assert shown in text, path
        assert "root:" not in text
        assert b"evil.example" not in answer.data
        assert b"/JavaScript" not in answer.data


def _papers(bought: Bought) -> list[str]:
    page = bought.guest.get(f"/bestellung/{bought.token}").text
    found = re.findall(r'href="(/bestellung/[^"]+\.pdf)"', page)
    assert len(found) == 2
    return found


def test_what_was_typed_stays_text_everywhere(bought: Bought) -> None:
    assert_text_on_pages(bought)
    assert_text_in_mails(bought)
    assert_text_on_papers(bought)
