"""The stand-in itself must not be lax: what Stripe refuses, it refuses."""

import json
import subprocess
import sys
from typing import Any

import pytest
import requests
import stripe
from typing_extensions import is_typeddict

from tests.stripe_standin import Standin

URL = "https://vhs.example.org/"


@pytest.fixture
def client(stripe_standin: Standin) -> stripe.StripeClient:
    stripe_standin.webhooks.held = True
    return stripe.StripeClient(stripe_standin.api_key, base_addresses={"api": stripe_standin.url})


def item(**price: Any) -> dict[str, Any]:
    facts = {"currency": "eur", "unit_amount": 50_00, "product_data": {"name": "Gutschein"}, **price}
    return {"quantity": 1, "price_data": facts}


def asked(**changes: Any) -> dict[str, Any]:
    return {"mode": "payment", "line_items": [item()], "success_url": URL, "cancel_url": URL, **changes}


def open_session(client: stripe.StripeClient, key: str | None = None, **changes: Any) -> Any:
    options: Any = {"idempotency_key": key} if key else {}
    params: Any = asked(**changes)
    return client.v1.checkout.sessions.create(params, options)


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"colour": "red"}, "colour", "parameter_unknown"),
        ({"line_items": [item(vat=19)]}, "line_items[0][price_data][vat]", "parameter_unknown"),
        ({"locale": "xx"}, "locale", "parameter_invalid"),
        ({"mode": "gift"}, "mode", "parameter_invalid"),
        ({"mode": ""}, "mode", "parameter_invalid"),
        ({"expires_at": "soon"}, "expires_at", "parameter_invalid_int"),
        ({"expires_at": 1}, "expires_at", "parameter_invalid"),
        ({"metadata": "x"}, "metadata", "parameter_invalid_object"),
        ({"metadata": {"k": "x" * 501}}, "metadata[k]", "parameter_invalid"),
        ({"line_items": "x"}, "line_items", "parameter_invalid_array"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price_data]", "parameter_missing"),
        (
            {"line_items": [item(product_data={})]},
            "line_items[0][price_data][product_data]",
            "parameter_missing",
        ),
        (
            {"line_items": [item(product_data={"name": ""})]},
            "line_items[0][price_data][product_data][name]",
            "parameter_invalid_empty",
        ),
        (
            {"line_items": [item(currency="EUR")]},
            "line_items[0][price_data][currency]",
            "parameter_invalid",
        ),
        (
            {"line_items": [item(unit_amount=12.5)]},
            "line_items[0][price_data][unit_amount]",
            "parameter_invalid_int",
        ),
        ({"line_items": [item(unit_amount=49)]}, "line_items", "amount_too_small"),
        ({"line_items": [{**item(), "quantity": 0}]}, "line_items[0][quantity]", "parameter_invalid"),
        ({"adaptive_pricing": {"enabled": "ja"}}, "adaptive_pricing[enabled]", "parameter_invalid_bool"),
        ({"success_url": "bestellung"}, "success_url", "url_invalid"),
        ({"customer_email": "erna"}, "customer_email", "email_invalid"),
        (
            {"allowed_payment_method_types": ["card", "muscheln"]},
            "allowed_payment_method_types[1]",
            "parameter_invalid",
        ),
        ({"submit_type": "pay", "ui_mode": "round"}, "ui_mode", "parameter_invalid"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(
    client: stripe.StripeClient, stripe_standin: Standin, changes: dict[str, Any], param: str, code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(client, **changes)
    assert (refused.value.param, refused.value.code) == (param, code)
    assert stripe_standin.account.sessions == {}


@pytest.mark.parametrize("name", ["mode", "line_items", "success_url"])
def test_a_missing_parameter_is_refused(client: stripe.StripeClient, name: str) -> None:
    params: Any = {key: value for key, value in asked().items() if key != name}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(params)
    assert (refused.value.param, refused.value.code) == (name, "parameter_missing")


def test_every_kind_of_parameter_that_the_sdk_has_for_sessions_is_understood() -> None:
    """No annotation of the SDK, however deep, is one that the checker stumbles over."""
    from stripe.params.checkout import SessionCreateParams

    from tests.stripe_standin import params
    from tests.stripe_standin.errors import ApiError

    def walk(types: Any, depth: int = 0) -> int:
        scope = vars(sys.modules[types.__module__])
        seen = 0
        for name, kind in types.__annotations__.items():
            if name in params._OPTIONS:
                continue
            for value in ("x", {"x": "y"}, {"0": "x"}, {"0": {"x": "y"}}):
                try:
                    params._fit(value, kind, name, scope)
                except ApiError:
                    seen += 1
            inner = params._plain(kind, scope)
            if is_typeddict(inner) and depth < 6:
                seen += walk(inner, depth + 1)
        return seen

    assert walk(SessionCreateParams) > 500


def test_requests_need_the_accounts_key(stripe_standin: Standin) -> None:
    for headers in ({}, {"Authorization": "Bearer sk_test_other"}, {"Authorization": "Bearer nonsense"}):
        answer = requests.post(f"{stripe_standin.url}/v1/checkout/sessions", headers=headers, timeout=5)
        assert answer.status_code == 401


def test_a_key_gives_the_kept_answer_even_after_the_session_has_changed(
    client: stripe.StripeClient, stripe_standin: Standin
) -> None:
    first = open_session(client, "k1")
    stripe_standin.do(first.id, "paid")
    again = open_session(client, "k1")
    assert (again.id, again.status) == (first.id, "open")
    assert client.v1.checkout.sessions.retrieve(first.id).status == "complete"


def test_a_key_with_another_body_is_an_error(client: stripe.StripeClient) -> None:
    open_session(client, "k1")
    with pytest.raises(stripe.IdempotencyError):
        open_session(client, "k1", locale="de")


def test_a_refused_request_does_not_use_up_its_key(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        open_session(client, "k1", locale="xx")
    assert open_session(client, "k1", locale="de").locale == "de"


def test_a_forgotten_key_opens_a_second_session(client: stripe.StripeClient, stripe_standin: Standin) -> None:
    open_session(client, "k1")
    stripe_standin.api.keys.forget()
    open_session(client, "k1")
    assert len(stripe_standin.account.sessions) == 2


def test_a_key_that_is_being_worked_on_is_a_conflict(
    client: stripe.StripeClient, stripe_standin: Standin
) -> None:
    stripe_standin.api.keys.enter("k1", "another request")
    stripe_standin.api.keys._kept["k1"].request = _request_of(client, stripe_standin)
    with pytest.raises(stripe.APIError) as refused:
        open_session(client, "k1")
    assert refused.value.http_status == 409


def _request_of(client: stripe.StripeClient, standin: Standin) -> str:
    """How the stand-in remembers the plain request."""
    open_session(client, "probe")
    return standin.api.keys._kept["probe"].request


def test_an_event_has_what_real_ones_have(client: stripe.StripeClient, stripe_standin: Standin) -> None:
    stripe_standin.do(open_session(client).id, "paid")
    event = stripe_standin.event("checkout.session.completed")
    assert event["api_version"] == stripe.api_version
    assert event["livemode"] is False
    assert event["pending_webhooks"] == 1
    assert set(event["request"]) == {"id", "idempotency_key"}
    assert event["data"]["object"]["status"] == "complete"
    assert event["created"] > 1_600_000_000


class Heard:
    """A webhook endpoint that writes down what it hears."""

    def __init__(self, standin: Standin) -> None:
        self.bodies: list[dict[str, Any]] = []
        standin.webhooks.held = False
        standin.send_by(self)

    def __call__(self, _url: str, body: bytes, headers: Any) -> int:
        stripe.WebhookSignature.verify_header(body, headers["Stripe-Signature"], "whsec_standin", 300)
        self.bodies.append(json.loads(body))
        return 200

    def kinds(self) -> list[str]:
        return [body["type"] for body in self.bodies]


@pytest.fixture
def heard(client: stripe.StripeClient, stripe_standin: Standin) -> Heard:
    return Heard(stripe_standin)


@pytest.mark.parametrize(
    ("presses", "goal", "last"),
    [
        (["paid"], URL, "checkout.session.completed"),
        (["delayed"], URL, "checkout.session.completed"),
        (["delayed", "arrives"], URL, "checkout.session.async_payment_succeeded"),
        (["delayed", "fails"], URL, "checkout.session.async_payment_failed"),
        (["declined"], None, "payment_intent.payment_failed"),
        (["declined", "paid"], URL, "checkout.session.completed"),
        (["expire"], None, "checkout.session.expired"),
        (["cancel"], URL, None),
    ],
)
def test_the_pages_buttons_tell_the_shop_and_send_the_buyer_on(
    client: stripe.StripeClient, heard: Heard, presses: list[str], goal: str | None, last: str | None
) -> None:
    page = open_session(client).url
    for press in presses:
        assert f'value="{press}"' in requests.get(page, timeout=5).text
        answer = requests.post(page, {"outcome": press}, allow_redirects=False, timeout=5)
    assert answer.headers.get("Location") == goal
    assert (heard.kinds()[-1] if heard.bodies else None) == last


def test_a_session_that_is_over_cannot_be_paid(client: stripe.StripeClient, heard: Heard) -> None:
    session = open_session(client)
    client.v1.checkout.sessions.expire(session.id)
    answer = requests.post(session.url or f"{heard}", {"outcome": "paid"}, allow_redirects=False, timeout=5)
    assert answer.status_code == 400
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(session.id)


def test_what_an_api_call_causes_is_told_too(
    client: stripe.StripeClient, stripe_standin: Standin, heard: Heard
) -> None:
    client.v1.checkout.sessions.expire(open_session(client).id)
    stripe_standin.wait()
    assert heard.kinds() == ["checkout.session.expired"]


@pytest.fixture
def intent(client: stripe.StripeClient, stripe_standin: Standin) -> str:
    """A paid payment intent of 50 euros."""
    session = open_session(client)
    stripe_standin.do(session.id, "paid")
    return str(client.v1.checkout.sessions.retrieve(session.id).payment_intent)


def test_an_over_refund_is_refused(client: stripe.StripeClient, intent: str) -> None:
    client.v1.refunds.create({"payment_intent": intent, "amount": 30_00})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent, "amount": 20_01})
    assert refused.value.code == "amount_too_large"
    client.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent, "amount": 1})
    assert refused.value.code == "charge_already_refunded"


def test_a_refund_can_fail_and_the_money_is_there_again(
    client: stripe.StripeClient, stripe_standin: Standin, intent: str
) -> None:
    stripe_standin.account.refunds_fail = True
    client.v1.refunds.create({"payment_intent": intent})
    assert stripe_standin.event("refund.failed")["data"]["object"]["status"] == "failed"
    stripe_standin.account.refunds_fail = False
    assert client.v1.refunds.create({"payment_intent": intent}).amount == 50_00


def test_money_that_is_on_its_way_cannot_be_given_back(
    client: stripe.StripeClient, stripe_standin: Standin
) -> None:
    session = open_session(client)
    stripe_standin.do(session.id, "delayed")
    intent = str(client.v1.checkout.sessions.retrieve(session.id).payment_intent)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent})


def test_a_disputed_charge_cannot_be_refunded(
    client: stripe.StripeClient, stripe_standin: Standin, intent: str
) -> None:
    stripe_standin.do(next(iter(stripe_standin.account.sessions)), "disputed")
    assert stripe_standin.event("charge.dispute.created")["data"]["object"]["payment_intent"] == intent
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_disputed"


def test_a_signed_lie_is_signed_well_and_a_held_event_can_come_late(
    client: stripe.StripeClient, stripe_standin: Standin
) -> None:
    session = open_session(client)
    stripe_standin.webhooks.held = True
    events = stripe_standin.do(session.id, "paid")
    heard = Heard(stripe_standin)
    assert heard.bodies == []
    lie = {"livemode": True, "data": {"object": {"amount_total": 1}}}
    stripe_standin.webhooks.deliver(events[-1], change=lie)
    stripe_standin.webhooks.deliver_all(events[::-1])
    assert heard.bodies[0]["livemode"] is True
    assert heard.bodies[0]["data"]["object"]["amount_total"] == 1
    assert heard.bodies[0]["data"]["object"]["id"] == session.id
    assert heard.kinds()[1:] == [event["type"] for event in events[::-1]]


def test_it_runs_as_its_own_process_and_obeys_commands() -> None:
    command = [sys.executable, "-m", "tests.stripe_standin", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            client = stripe.StripeClient("sk_test_standin", base_addresses={"api": url})
            _command(url, {"do": "fail", "how": "500", "when": "after"})
            with pytest.raises(stripe.APIError):
                open_session(client, "k1")
            session = open_session(client, "k1")
            made = _command(url, {"do": "outcome", "session": session.id, "outcome": "paid"})
            assert made["events"][-1]["type"] == "checkout.session.completed"
            told = _command(url, {"do": "deliver", "event": "checkout.session.completed", "times": 2})
            assert told == {"statuses": [0, 0]}
            known = requests.get(f"{url}/_control", timeout=5).json()
            assert [request["status"] for request in known["requests"]] == [500, 200]
            assert list(known["sessions"]) == [session.id]
            refused = requests.post(f"{url}/_control", json={"do": "dance"}, timeout=5)
            assert refused.status_code == 400
        finally:
            process.terminate()


def _command(url: str, facts: dict[str, Any]) -> Any:
    answer = requests.post(f"{url}/_control", json=facts, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()
