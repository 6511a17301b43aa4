"""Signed events that do not fit, and unsigned ones that do, through the shop's real door (F4, F5, A9)."""

import json
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from stripe import WebhookSignature
from werkzeug.test import TestResponse

from shop.cases.models import Case
from shop.db import db
from shop.ledger import book
from shop.orders.models import Order
from shop.orders.place import token as token_of
from shop.outbox.models import Message
from shop.payments.models import Event, Payment
from shop.vouchers.models import Voucher
from tests.conftest import MakeApp
from tests.shopfloor import assert_sound, order
from tests.web.conftest import opened
from tests.web.guest import Guest, everything, words

SECRET = "whsec_" + "t" * 32


class Till:
    """A shop with one placed order of 50 €, and a Stripe that says things about it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            placed, payment = order()
            self.payment = str(payment.id)
            self.page = f"/bestellung/{token_of(placed)}?zurueck=1"
            db.session.rollback()

    def event(self, kind: str = "checkout.session.completed", event_id: str = "evt_1", **session: Any) -> str:
        live = session.get("livemode", False)
        facts = {
            "id": "cs_test_1",
            "object": "checkout.session",
            "amount_total": 5000,
            "currency": "eur",
            "payment_status": "paid",
            "payment_intent": "pi_1",
            "metadata": {"payment_id": self.payment},
            "livemode": False,
            **session,
        }
        event = {"id": event_id, "object": "event", "type": kind, "livemode": live, "data": {"object": facts}}
        return json.dumps(event)

    def tell(
        self, body: str, header: str | None = None, *, secret: str = SECRET, age: int = 0
    ) -> TestResponse:
        stamp = int(time.time()) - age
        signed = f"t={stamp},v1={WebhookSignature._compute_signature(f'{stamp}.{body}', secret)}"
        headers = {"Stripe-Signature": signed if header is None else header}
        return self.app.test_client().post(
            "/stripe/webhook", data=body.encode(), headers=headers, content_type="application/json"
        )

    def state(self) -> str:
        return words(Guest(self.app).get(self.page))

    def count(self, table: Any) -> int:
        with self.app.app_context():
            found = db.session.scalar(select(func.count()).select_from(table)) or 0
            db.session.rollback()
        return found

    def sold(self) -> bool:
        with self.app.app_context():
            state = db.session.scalars(select(Order.state)).one()
            vouchers = len(db.session.scalars(select(Voucher)).all())
            db.session.rollback()
        assert (state == "settled") == (vouchers == 1)
        return vouchers == 1


@pytest.fixture
def till(make_app: MakeApp, any_uri: str) -> Till:
    return Till(opened(make_app(any_uri, STRIPE_SECRET_KEY="sk_test_1", STRIPE_WEBHOOK_SECRET=SECRET)))


def test_a_signed_event_that_fits_settles(till: Till) -> None:
    assert "Einen Augenblick noch." in till.state()
    assert till.tell(till.event()).status_code == 200
    assert till.sold()
    assert "Vielen Dank." in till.state()


WRONG: list[dict[str, Any]] = [
    {"amount_total": 4999},
    {"amount_total": 5001},
    {"amount_total": 500_000},
    {"amount_total": 0},
    {"currency": "usd"},
    {"metadata": {"payment_id": "6f0d3f5e-6c53-4f0e-9a3e-1d1b7f6a2c10"}},
    {"metadata": {"payment_id": "Unsinn"}},
    {"metadata": {}},
    {"livemode": True},
]


def test_money_that_does_not_fit_waits_for_staff(till: Till) -> None:
    for n, odd in enumerate(WRONG):
        cases = till.count(Case)
        assert till.tell(till.event(event_id=f"evt_{n}", **odd)).status_code == 200
        assert not till.sold(), odd
        assert till.count(Case) == cases + 1, odd
        assert till.count(Message) == 0
        assert "Vielen Dank." not in till.state()
    with till.app.app_context():
        assert_sound()
        # The two whole amounts without a payment of ours count too; the other mode's money is none.
        assert book.posted("suspense") == 4999 + 5001 + 500_000 + 3 * 5000
        assert book.posted("suspense:USD") == 5000
        db.session.rollback()


def test_completed_but_unpaid_waits_for_the_money(till: Till) -> None:
    assert till.tell(till.event(payment_status="unpaid")).status_code == 200
    assert not till.sold()
    assert "Ihre Zahlung ist unterwegs." in till.state()
    paid = till.event("checkout.session.async_payment_succeeded", "evt_2")
    assert till.tell(paid).status_code == 200
    assert till.sold()


def test_completed_but_unpaid_and_then_failed_sells_nothing(till: Till) -> None:
    till.tell(till.event(payment_status="unpaid"))
    failed = till.event("checkout.session.async_payment_failed", "evt_2", payment_status="unpaid")
    assert till.tell(failed).status_code == 200
    assert not till.sold()
    assert "Die Zahlung hat nicht geklappt." in till.state()


def test_coming_back_from_the_provider_settles_nothing(till: Till) -> None:
    """Only the signed event counts (P3): the address that the browser returns to is anybody's."""
    before = everything(till.app)
    for query in ("?zurueck=1", "?zurueck=1&session_id=cs_test_1&paid=1", "?state=settled"):
        Guest(till.app).get(till.page.partition("?")[0] + query)
    assert everything(till.app) == before


def forged(till: Till) -> dict[str, TestResponse]:
    body = till.event()
    good = WebhookSignature._compute_signature(f"{int(time.time())}.{body}", SECRET)
    stamp = int(time.time())
    return {
        "unsigned": till.tell(body, ""),
        "no version": till.tell(body, f"t={stamp},v0={good}"),
        "no time": till.tell(body, f"v1={good}"),
        "another time": till.tell(body, f"t={stamp - 5},v1={good}"),
        "another secret": till.tell(body, secret="whsec_" + "u" * 32),
        "empty secret": till.tell(body, secret=""),
        "too old": till.tell(body, age=301),
        "from the future": till.tell(body, age=-301),
        "nonsense": till.tell(body, "t=1,v1=\u00e4"),
        "altered": till.tell(till.event(amount_total=1), f"t={stamp},v1={good}"),
        "not JSON": till.tell("{"),
        "a list": till.tell("[]"),
        "a text": till.tell('"evt_1"'),
        "null": till.tell("null"),
        "no id": till.tell('{"type": "checkout.session.completed"}'),
        "empty": till.tell(""),
        "nested": till.tell("[" * 100_000, secret="whsec_" + "u" * 32),
    }


def test_what_is_forged_is_turned_away_and_leaves_nothing(till: Till) -> None:
    before = everything(till.app)
    statuses = {name: answer.status_code for name, answer in forged(till).items()}
    assert set(statuses.values()) == {400}, statuses
    assert everything(till.app) == before


def test_a_replay_is_taken_and_does_nothing(till: Till) -> None:
    body = till.event()
    assert till.tell(body).status_code == 200
    before = everything(till.app)
    assert [till.tell(body).status_code for _ in range(3)] == [200] * 3
    assert everything(till.app) == before
    assert (till.count(Event), till.count(Payment), till.count(Voucher)) == (1, 1, 1)


def test_a_second_event_about_the_same_money_sells_nothing_more(till: Till) -> None:
    till.tell(till.event())
    assert till.tell(till.event("checkout.session.async_payment_succeeded", "evt_2")).status_code == 200
    assert till.count(Voucher) == 1


def test_an_event_with_a_known_id_and_another_content_changes_nothing(till: Till) -> None:
    till.tell(till.event(payment_status="unpaid"))
    till.tell(till.event())
    assert not till.sold()


KINDS = ["customer.created", "x" * 300, "", "checkout.session.completed\x00"]


def test_an_event_of_a_kind_we_do_not_know_breaks_nothing(till: Till) -> None:
    for n, kind in enumerate(KINDS):
        assert till.tell(till.event(kind, f"evt_{n}")).status_code in (200, 400)
    assert not till.sold()


ODD: list[dict[str, Any]] = [
    {"amount_total": None},
    {"amount_total": "5000"},
    {"amount_total": 50.0},
    {"amount_total": -5000},
    {"amount_total": 10**30},
    {"amount_total": True},
    {"currency": None},
    {"currency": 5},
    {"metadata": None},
    {"metadata": []},
    {"metadata": {"payment_id": 5}},
    {"payment_status": None},
    {"payment_intent": {"id": "pi_1"}},
    {"payment_intent": "\x00"},
    {"id": None},
    {"livemode": "nein"},
]


def test_signed_events_of_odd_shapes_are_kept_and_break_nothing(till: Till) -> None:
    """Whatever the provider may send one day: answered 2xx, kept, and the shop stays sound."""
    for n, odd in enumerate(ODD):
        assert till.tell(till.event(event_id=f"evt_{n}", **odd)).status_code == 200, odd
    assert till.count(Event) == len(ODD)
    with till.app.app_context():
        assert_sound()
        db.session.rollback()
