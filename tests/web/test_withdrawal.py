"""The withdrawal function: no log-in, acknowledged at once, codes blocked, no way to mail strangers (L3)."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shop.cases.models import Case
from shop.db import db
from shop.outbox.models import Message
from tests.shopfloor import open_shop, order, pay, vouchers

PAGE = "/vertrag-widerrufen/"


@pytest.fixture(autouse=True)
def shop(app: Flask) -> None:
    open_shop()


def declare(client: FlaskClient, contract: str, email: str = "erna@example.org") -> int:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(PAGE).text)
    assert token is not None
    facts = {"csrf_token": token[1], "name": "Erna Müller", "contract": contract, "email": email}
    return client.post(PAGE, data=facts).status_code


def test_the_buyer_withdraws_and_the_codes_are_blocked_at_once(client: FlaskClient) -> None:
    placed, payment = order()
    pay(payment)
    assert declare(client, placed.number.lower()) == 303
    assert [voucher.blocked for voucher in vouchers()] == [True]
    mail = db.session.scalars(select(Message).where(Message.kind == "withdrawal_received")).one()
    assert mail.recipient == "erna@example.org"
    assert db.session.scalars(select(Case.reason)).all() == ["withdrawal"]


def test_a_voucher_number_names_the_contract_too(client: FlaskClient) -> None:
    _, payment = order()
    pay(payment)
    assert declare(client, vouchers()[0].number) == 303
    assert vouchers()[0].blocked


def test_a_stranger_who_knows_the_number_blocks_nothing(client: FlaskClient) -> None:
    placed, payment = order()
    pay(payment)
    assert declare(client, placed.number, "otto@example.org") == 303
    assert [voucher.blocked for voucher in vouchers()] == [False]
    assert db.session.scalars(select(Case.reason)).all() == ["withdrawal"]


def test_one_source_cannot_mail_strangers_without_end(client: FlaskClient) -> None:
    statuses = [declare(client, "unbekannt", f"fremd{n}@example.org") for n in range(11)]
    assert statuses == [303] * 10 + [429]
    assert len(db.session.scalars(select(Message)).all()) == 10
