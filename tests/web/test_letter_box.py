"""The demo's letter box: where it is shut, no page points to it; what it shows can be opened."""

import re

import pytest
from flask import Flask

from shop.centre.facts import set_facts
from shop.clerk.worker import Worker
from shop.db import transaction
from tests.conftest import MakeApp
from tests.web.conftest import opened
from tests.web.guest import Guest, words

BOX = "/vorfuehrung/post/"


def test_every_page_of_the_demo_points_to_its_letter_box(erna: Guest) -> None:
    for path in ("/", "/guthaben/", "/warenkorb/", "/gibt-es-nicht"):
        assert f'href="{BOX}"' in erna.get(path).text
    assert erna.get(BOX).status_code == 200


@pytest.mark.parametrize(
    "settings",
    [
        {"MAIL_SERVER": "mail.example.org", "MAIL_DEFAULT_SENDER": "vhs@example.org"},
        {"STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"},
    ],
    ids=["mail server", "real money"],
)
def test_where_mails_or_money_are_real_there_is_no_letter_box(
    make_app: MakeApp, sqlite_uri: str, settings: dict[str, str]
) -> None:
    erna = Guest(opened(make_app(sqlite_uri, **settings)))
    assert BOX not in erna.get("/").text
    assert erna.get(BOX).status_code == 404


def test_a_real_centre_has_no_letter_box(shop: Flask, erna: Guest) -> None:
    with shop.app_context(), transaction():
        set_facts(demo=False)
    assert BOX not in erna.get("/").text
    assert erna.get(BOX).status_code == 404


def test_an_order_s_mail_can_be_read_with_its_papers(shop: Flask, erna: Guest) -> None:
    erna.buy(dedication="Für dich")
    Worker(shop).round()
    [path] = re.findall(rf'href="({BOX}[^"]+)"', erna.get(BOX).text)
    page = erna.get(path)
    assert "erna@example.org" in words(page)
    papers = re.findall(rf'href="({re.escape(path)}/\d)"', page.text)
    assert len(papers) >= 2
    for paper in papers:
        answer = erna.get(paper)
        assert answer.content_type == "application/pdf"
        assert answer.data.startswith(b"%PDF")
    assert erna.get(f"{path}/99").status_code == 404
