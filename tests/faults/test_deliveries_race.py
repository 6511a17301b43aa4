"""One event, delivered twenty times in parallel to two server processes, takes effect once (F3)."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from flask import Flask
from sqlalchemy import func, select
from stripe import WebhookSignature

from shop.db import db
from shop.outbox.models import Message
from shop.payments.models import Event
from tests.conftest import MakeApp
from tests.processes import environment, servers
from tests.shopfloor import assert_sound, open_shop, order, vouchers

SECRET = "whsec_" + "t" * 32
STRIPE = {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": SECRET}


def signed(payload: str) -> dict[str, str]:
    stamp = int(time.time())
    signature = WebhookSignature._compute_signature(f"{stamp}.{payload}", SECRET)
    return {"Stripe-Signature": f"t={stamp},v1={signature}", "Content-Type": "application/json"}


def completed(payment_id: str, cents: int) -> str:
    session = {
        "id": "cs_test_race",
        "object": "checkout.session",
        "amount_total": cents,
        "currency": "eur",
        "payment_status": "paid",
        "payment_intent": "pi_race",
        "metadata": {"payment_id": payment_id},
        "livemode": False,
    }
    event = {
        "id": "evt_race",
        "object": "event",
        "type": "checkout.session.completed",
        "livemode": False,
        "data": {"object": session},
    }
    return json.dumps(event)


def test_twenty_deliveries_on_two_processes(make_app: MakeApp, any_uri: str, tmp_path: Path) -> None:
    app: Flask = make_app(any_uri, **STRIPE)
    with app.app_context():
        open_shop()
        _, payment = order()
        payload = completed(str(payment.id), payment.cents)
        db.session.remove()
        with servers(2, environment(any_uri, tmp_path / "instance", **STRIPE)) as homes:

            def deliver(turn: int) -> int:
                url = f"{homes[turn % 2]}/stripe/webhook"
                return requests.post(url, data=payload, headers=signed(payload), timeout=30).status_code

            with ThreadPoolExecutor(20) as pool:
                statuses = list(pool.map(deliver, range(20)))
        assert statuses == [200] * 20
        assert len(vouchers()) == 1
        assert db.session.scalar(select(func.count()).select_from(Message)) == 1
        assert db.session.scalars(select(Event.outcome)).all() == ["done"]
        assert_sound()
