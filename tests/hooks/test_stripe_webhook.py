"""Stripe's door over HTTP: what is signed is kept and acted on once, all else leaves no trace."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from shop.db import db
from shop.payments.models import Event
from tests.conftest import MakeApp
from tests.payments.cast import bill
from tests.stripe_standin import Standin
from tests.stripe_standin.fixtures import heard_by
from tests.stripe_standin.objects import Object
from tests.stripe_standin.webhooks import signature

SECRET = "whsec_standin"
Acted = list[str]


@pytest.fixture
def acted(monkeypatch: pytest.MonkeyPatch) -> Acted:
    """The ids of events that the shop acted on, instead of acting on them."""
    ids: Acted = []
    monkeypatch.setattr("shop.web.hooks.act.act_on", ids.append)
    return ids


@pytest.fixture
def shop(make_app: MakeApp, sqlite_uri: str, stripe_standin: Standin) -> Flask:
    """A shop on SQLite that hears the stand-in."""
    shop = make_app(sqlite_uri, **stripe_standin.settings())
    heard_by(stripe_standin, shop)
    return shop


@pytest.fixture
def completed(shop: Flask, stripe_standin: Standin) -> Object:
    """A `completed` event that has not been told yet."""
    from shop.payments.methods import gateway

    stripe_standin.webhooks.held = True
    with shop.app_context():
        session_id = gateway("stripe").begin(bill()).provider_ref
    stripe_standin.do(session_id, "paid")
    return stripe_standin.event("checkout.session.completed")


def kept(shop: Flask) -> list[str]:
    with shop.app_context():
        return list(db.session.scalars(select(Event.id)))


def test_a_signed_event_is_kept_and_acted_on(
    shop: Flask, acted: Acted, stripe_standin: Standin, completed: Object
) -> None:
    assert stripe_standin.webhooks.deliver(completed) == [200]
    assert kept(shop) == acted == [completed["id"]]
    with shop.app_context():
        event = db.session.get_one(Event, completed["id"])
        assert (event.provider, event.kind) == ("stripe", "checkout.session.completed")
        assert json.loads(event.payload) == completed


def test_a_replay_is_answered_well_and_does_nothing(
    shop: Flask, acted: Acted, stripe_standin: Standin, completed: Object
) -> None:
    assert stripe_standin.webhooks.deliver(completed, times=3) == [200, 200, 200]
    assert kept(shop) == acted == [completed["id"]]


@pytest.mark.parametrize("offset", [-290, 3])
def test_a_slow_wire_and_a_fast_clock_are_forgiven(
    shop: Flask, acted: Acted, stripe_standin: Standin, completed: Object, offset: int
) -> None:
    assert stripe_standin.webhooks.deliver(completed, offset=offset) == [200]


Wrong = Callable[[Standin, Object], list[int]]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda s, e: s.webhooks.deliver(e, signed=False), id="unsigned"),
        pytest.param(lambda s, e: s.webhooks.deliver(e, secret="whsec_forger"), id="forged"),
        pytest.param(lambda s, e: s.webhooks.deliver(e, tampered=True), id="altered"),
        pytest.param(lambda s, e: s.webhooks.deliver(e, offset=-301), id="too old"),
        pytest.param(lambda s, e: s.webhooks.deliver(e, offset=60), id="from the future"),
        pytest.param(lambda s, e: s.webhooks.deliver(e, offset=3600), id="far future"),
    ],
)
def test_what_stripe_did_not_sign_just_now_is_turned_away_without_a_trace(
    shop: Flask, acted: Acted, stripe_standin: Standin, completed: Object, wrong: Wrong
) -> None:
    assert wrong(stripe_standin, completed) == [400]
    assert kept(shop) == acted == []


def test_twenty_deliveries_at_once_are_one_event(
    shop: Flask, acted: Acted, stripe_standin: Standin, completed: Object
) -> None:
    assert stripe_standin.webhooks.deliver(completed, times=20, parallel=True) == [200] * 20
    assert kept(shop) == acted == [completed["id"]]


def test_an_event_that_cannot_be_acted_on_now_is_kept_for_later_and_answered_well(
    shop: Flask, stripe_standin: Standin, completed: Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(event_id: str) -> None:
        raise RuntimeError(f"no way to act on {event_id}")

    monkeypatch.setattr("shop.web.hooks.act.act_on", fail)
    assert stripe_standin.webhooks.deliver(completed) == [200]
    assert kept(shop) == [completed["id"]]


def test_an_event_that_cannot_be_kept_is_not_acknowledged(
    shop: Flask, acted: Acted, stripe_standin: Standin, completed: Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def full(*_: object) -> bool:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr("shop.payments.inbox.keep", full)
    assert stripe_standin.webhooks.deliver(completed) == [503]
    assert acted == []


def test_the_event_is_committed_before_it_is_acted_on(
    shop: Flask, stripe_standin: Standin, completed: Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    def look(_: str) -> None:
        with ThreadPoolExecutor(1) as other:
            seen.append(other.submit(kept, shop).result())

    monkeypatch.setattr("shop.web.hooks.act.act_on", look)
    stripe_standin.webhooks.deliver(completed)
    assert seen == [[completed["id"]]]


def test_a_body_beyond_all_measure_is_refused_whatever_forms_may_send(shop: Flask, acted: Acted) -> None:
    shop.config["MAX_CONTENT_LENGTH"] = 10_000_000
    body = json.dumps({"id": "evt_1", "object": "event", "type": "a", "filling": "x" * 300_000})
    headers = {"Stripe-Signature": signature(body, SECRET)}
    assert shop.test_client().post("/stripe/webhook", data=body, headers=headers).status_code == 413
    assert kept(shop) == []


def test_the_door_has_no_page_and_needs_no_form_token(shop: Flask) -> None:
    assert shop.test_client().get("/stripe/webhook").status_code == 405
    answer = shop.test_client().post("/stripe/webhook", data="{}", content_type="application/json")
    assert (answer.status_code, answer.text) == (400, "not believed\n")


def test_without_a_secret_there_is_no_door(make_app: MakeApp, sqlite_uri: str) -> None:
    body = '{"id": "evt_1", "object": "event", "type": "a"}'
    headers = {"Stripe-Signature": signature(body, ""), "Content-Type": "application/json"}
    shop = make_app(sqlite_uri)
    assert shop.test_client().post("/stripe/webhook", data=body, headers=headers).status_code == 404
    assert kept(shop) == []


def test_money_that_nobody_here_asked_for_ends_with_the_staff(
    shop: Flask, stripe_standin: Standin, completed: Object
) -> None:
    stripe_standin.webhooks.deliver(completed)
    with shop.app_context():
        assert db.session.get_one(Event, completed["id"]).outcome == "quarantined"
