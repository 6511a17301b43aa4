"""The real SDK against the stand-in: sessions, retries, faults, refunds (QUALITY F2)."""

import logging
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shop.payments.gateway import FRESH, Lapsed, Refused, Unreachable
from shop.payments.stripe_checkout import StripeCheckout
from tests.payments.cast import bill
from tests.stripe_standin import Standin
from tests.stripe_standin.faults import How, When
from tests.stripe_standin.objects import Object


@pytest.fixture
def gateway(stripe_standin: Standin) -> StripeCheckout:
    stripe_standin.webhooks.held = True
    return StripeCheckout(stripe_standin.api_key, stripe_standin.url, timeout=0.6)


def only_session(standin: Standin) -> Object:
    (session,) = standin.account.sessions.values()
    return session


def test_a_session_is_opened_for_the_whole_bill(gateway: StripeCheckout, stripe_standin: Standin) -> None:
    asked = bill()
    begun = gateway.begin(asked)
    session = only_session(stripe_standin)
    assert begun.provider_ref == session["id"]
    assert begun.pay_url == session["url"]
    known = {"payment_id": str(asked.payment_id), "order_number": "B4C18CC0"}
    told = {name: session[name] for name in ("amount_total", "currency", "client_reference_id", "metadata")}
    assert told == {
        "amount_total": 75_00,
        "currency": "eur",
        "client_reference_id": "B4C18CC0",
        "metadata": known,
    }
    assert session["customer_email"] == "erna@example.org"
    assert session["success_url"] == asked.return_url
    assert session["cancel_url"] == asked.cancel_url
    assert session["adaptive_pricing"] == {"enabled": False}
    assert stripe_standin.account.asked[session["id"]]["payment_intent_data"]["metadata"] == known


def test_the_page_closes_an_hour_after_the_attempt_began(
    gateway: StripeCheckout, stripe_standin: Standin
) -> None:
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
    assert gateway.begin(bill(begun_at=began)).expires_at == began + timedelta(minutes=60)


@pytest.mark.parametrize(("language", "locale"), [("de", "de"), ("en", "en"), ("tr", "auto")])
def test_the_page_speaks_the_buyers_language(
    gateway: StripeCheckout, stripe_standin: Standin, language: str, locale: str
) -> None:
    gateway.begin(bill(language=language))
    assert only_session(stripe_standin)["locale"] == locale


def test_delayed_methods_are_not_shut_out(gateway: StripeCheckout, stripe_standin: Standin) -> None:
    gateway.begin(bill())
    (request,) = stripe_standin.api.asked
    assert not [name for name in request.params if "payment_method" in name]


def test_the_same_bill_later_is_the_same_request_and_the_same_session(
    gateway: StripeCheckout, stripe_standin: Standin
) -> None:
    asked = bill(begun_at=datetime.now(UTC) - timedelta(minutes=20))
    first = gateway.begin(asked)
    time.sleep(1.1)
    assert gateway.begin(asked) == first
    assert len(stripe_standin.account.sessions) == 1


@pytest.mark.parametrize(
    ("how", "when"),
    [("500", "before"), ("500", "after"), ("drop", "after"), ("hang", "during"), ("hang", "after")],
)
def test_a_fault_is_ridden_out_with_the_same_key_and_one_session(
    gateway: StripeCheckout, stripe_standin: Standin, how: How, when: When
) -> None:
    stripe_standin.fail(how, when, seconds=0.8)
    asked = bill()
    begun = gateway.begin(asked)
    assert begun.provider_ref == only_session(stripe_standin)["id"]
    assert {request.key for request in stripe_standin.api.asked} == {str(asked.payment_id)}


@pytest.mark.parametrize("how", ["429", "500", "hang", "drop"])
def test_a_provider_that_stays_away_is_unreachable_soon_and_one_session_comes_of_the_next_try(
    gateway: StripeCheckout, stripe_standin: Standin, how: How
) -> None:
    asked = bill()
    stripe_standin.fail(how, "after", seconds=5, times=3)
    started = time.monotonic()
    with pytest.raises(Unreachable):
        gateway.begin(asked)
    assert time.monotonic() - started < 5
    stripe_standin.api.faults._coming.clear()
    assert gateway.begin(asked).provider_ref == only_session(stripe_standin)["id"]


def test_the_time_that_a_call_may_take_is_below_the_servers_own_limit() -> None:
    gateway = StripeCheckout("sk_test_x", "http://127.0.0.1:9")
    pauses = 0.5 + 1.0
    assert (gateway.retries + 1) * gateway.timeout + pauses < 30


def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        gateway = StripeCheckout("sk_test_x", f"http://127.0.0.1:{taken.getsockname()[1]}", retries=0)
        with pytest.raises(Unreachable):
            gateway.begin(bill())


def test_an_attempt_too_old_to_ask_again_is_not_asked(
    gateway: StripeCheckout, stripe_standin: Standin
) -> None:
    stripe_standin.api.keys.forget()
    with pytest.raises(Lapsed):
        gateway.begin(bill(begun_at=datetime.now(UTC) - FRESH))
    assert stripe_standin.api.asked == []


def test_just_before_that_stripe_still_takes_it(gateway: StripeCheckout, stripe_standin: Standin) -> None:
    gateway.begin(bill(begun_at=datetime.now(UTC) - FRESH + timedelta(seconds=30)))
    assert only_session(stripe_standin)["status"] == "open"


def test_another_bill_under_the_same_key_is_refused(gateway: StripeCheckout, stripe_standin: Standin) -> None:
    asked = bill()
    gateway.begin(asked)
    with pytest.raises(Refused):
        gateway.begin(bill(payment_id=asked.payment_id, begun_at=asked.begun_at, email="otto@example.org"))


@pytest.mark.parametrize(
    ("changes", "param"),
    [({"email": "kein Postfach"}, "customer_email"), ({"return_url": "bestellung/1"}, "success_url")],
)
def test_what_stripe_does_not_take_is_refused_by_name(
    gateway: StripeCheckout, stripe_standin: Standin, changes: dict[str, Any], param: str
) -> None:
    with pytest.raises(Refused) as refused:
        gateway.begin(bill(**changes))
    assert refused.value.param == param
    assert stripe_standin.account.sessions == {}


def test_a_wrong_key_is_refused_and_logged_without_the_key_or_the_address(
    stripe_standin: Standin, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Refused):
        StripeCheckout("sk_test_otherwise", stripe_standin.url).begin(bill())
    StripeCheckout(stripe_standin.api_key, stripe_standin.url)
    with pytest.raises(Refused):
        StripeCheckout(stripe_standin.api_key, stripe_standin.url).begin(bill(email="erna@nirgends"))
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 2
    assert "B4C18CC0" in errors[0]
    assert not [line for line in errors if "sk_test" in line or "erna" in line]


@pytest.fixture
def paid(gateway: StripeCheckout, stripe_standin: Standin) -> str:
    """A payment intent of 75 euros."""
    session_id = gateway.begin(bill()).provider_ref
    stripe_standin.do(session_id, "paid")
    return str(stripe_standin.account.sessions[session_id]["payment_intent"])


def test_a_refund_goes_to_its_source(gateway: StripeCheckout, stripe_standin: Standin, paid: str) -> None:
    refund = stripe_standin.account.refunds[gateway.refund(paid, 25_00, "rückgabe-1")]
    assert (refund["amount"], refund["payment_intent"], refund["status"]) == (25_00, paid, "succeeded")


def test_the_same_refund_twice_gives_the_money_back_once(
    gateway: StripeCheckout, stripe_standin: Standin, paid: str
) -> None:
    assert gateway.refund(paid, 25_00, "r1") == gateway.refund(paid, 25_00, "r1")
    assert len(stripe_standin.account.refunds) == 1


@pytest.mark.parametrize("cents", [75_01, 0, -5])
def test_more_than_was_paid_is_not_given_back(
    gateway: StripeCheckout, stripe_standin: Standin, paid: str, cents: int
) -> None:
    with pytest.raises(Refused):
        gateway.refund(paid, cents, "r1")
    assert stripe_standin.account.refunds == {}


def test_parts_are_not_given_back_beyond_the_whole(
    gateway: StripeCheckout, stripe_standin: Standin, paid: str
) -> None:
    gateway.refund(paid, 50_00, "r1")
    with pytest.raises(Refused):
        gateway.refund(paid, 25_01, "r2")
    gateway.refund(paid, 25_00, "r3")
    with pytest.raises(Refused):
        gateway.refund(paid, 1, "r4")


def test_the_heavy_sdk_is_loaded_only_when_it_is_needed() -> None:
    code = "import sys, shop.payments.methods, shop.web.hooks; sys.exit('stripe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
