"""What each event means to the shop."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from shop.payments import bank
from shop.payments.happening import STRIPE_KINDS, Happening, understand
from shop.payments.inbox import Notice
from tests.stripe_standin import returns
from tests.stripe_standin.account import Account
from tests.stripe_standin.objects import Object

PAYMENT = UUID("7d8f2a54-95c2-4a7e-9d3c-1b1f0d1c2e3f")
KNOWN = {"payment_id": str(PAYMENT), "order_number": "B4C18CC0"}


class Story:
    """One session at Stripe, and what its events mean."""

    def __init__(self, metadata: Mapping[str, str] | None = None, *, live: bool = False) -> None:
        known = KNOWN if metadata is None else metadata
        self.account = Account()
        price = {"currency": "eur", "unit_amount": 50_00, "product_data": {"name": "Gutschein"}}
        asked = {
            "mode": "payment",
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": "https://vhs.example.org/",
            "metadata": known,
            "payment_intent_data": {"metadata": known},
        }
        self.session = self.account.open_session(asked, live=live, pages="https://pay.example.org")
        self.id = self.session["id"]

    def told(self, kind: str) -> Happening:
        """What the newest event of a kind means."""
        event = [event for event in self.account.events.values() if event["type"] == kind][-1]
        return meaning(event)


def meaning(event: Object) -> Happening:
    payload = json.dumps(event)
    return understand(Notice(event["id"], "stripe", event["type"], payload))


def test_completed_and_paid_is_certain_with_all_that_settling_needs() -> None:
    story = Story()
    story.account.pay(story.id)
    told = story.told("checkout.session.completed")
    assert told == Happening(
        event_id=told.event_id,
        what="certain",
        payment_id=PAYMENT,
        provider_ref=story.id,
        source_ref=story.session["payment_intent"],
        cents=50_00,
        currency="EUR",
        live=False,
        method="stripe",
    )
    assert told.source_ref is not None
    assert told.source_ref.startswith("pi_")


def test_completed_but_unpaid_waits_for_the_asynchronous_success() -> None:
    story = Story()
    story.account.pay(story.id, later=True)
    assert story.told("checkout.session.completed").what == "waiting"
    story.account.money(story.id, arrives=True)
    told = story.told("checkout.session.async_payment_succeeded")
    assert (told.what, told.payment_id, told.cents) == ("certain", PAYMENT, 50_00)


def test_a_delayed_payment_that_does_not_arrive_has_failed() -> None:
    story = Story()
    story.account.pay(story.id, later=True)
    story.account.money(story.id, arrives=False)
    told = story.told("checkout.session.async_payment_failed")
    assert (told.what, told.payment_id) == ("failed", PAYMENT)


def test_nothing_to_pay_is_certain_with_the_amount_that_stripe_says() -> None:
    story = Story()
    story.account.pay(story.id)
    story.session.update(payment_status="no_payment_required", amount_total=0, payment_intent=None)
    told = meaning(story.account.tell("checkout.session.completed", story.session))
    assert (told.what, told.cents, told.source_ref) == ("certain", 0, None)


def test_an_expired_session_is_an_expired_payment() -> None:
    story = Story()
    story.account.expire(story.id)
    told = story.told("checkout.session.expired")
    assert (told.what, told.payment_id, told.provider_ref) == ("expired", PAYMENT, story.id)


def test_each_refund_counts_once_and_by_its_own_amount() -> None:
    story = Story()
    story.account.pay(story.id)
    intent = story.session["payment_intent"]
    counted = []
    for amount in (10_00, 40_00):
        before = set(story.account.events)
        returns.refund(story.account, {"payment_intent": intent, "amount": amount})
        new = [event for event_id, event in story.account.events.items() if event_id not in before]
        counted.append([told.cents for told in map(meaning, new) if told.what == "refunded"])
    assert counted == [[10_00], [40_00]]
    told = story.told("charge.refunded")
    assert (told.payment_id, told.source_ref, told.currency) == (PAYMENT, intent, "EUR")


def test_a_refund_that_fails_is_told_with_its_amount() -> None:
    story = Story()
    story.account.pay(story.id)
    refund = returns.refund(story.account, {"payment_intent": story.session["payment_intent"], "amount": 5})
    returns.fail_refund(story.account, refund["id"])
    told = story.told("refund.failed")
    assert (told.what, told.cents, told.source_ref) == (
        "refund_failed",
        5,
        story.session["payment_intent"],
    )


def test_a_dispute_is_told_with_the_payment_that_it_is_about() -> None:
    story = Story()
    story.account.pay(story.id)
    returns.dispute(story.account, story.id)
    told = story.told("charge.dispute.created")
    assert (told.what, told.cents, told.source_ref) == ("disputed", 50_00, story.session["payment_intent"])


@pytest.mark.parametrize("kind", ["charge.succeeded", "payment_intent.succeeded", "refund.created"])
def test_other_events_mean_nothing(kind: str) -> None:
    story = Story()
    story.account.pay(story.id)
    returns.refund(story.account, {"payment_intent": story.session["payment_intent"]})
    assert story.told(kind).what == "nothing"
    assert kind not in STRIPE_KINDS


def test_an_event_about_an_unknown_kind_of_thing_means_nothing() -> None:
    event = Account().tell("balance.available", {"object": "balance", "livemode": False})
    told = meaning(event)
    assert (told.what, told.cents, told.payment_id) == ("nothing", None, None)


def test_live_money_says_that_it_is_live() -> None:
    story = Story(live=True)
    story.account.pay(story.id)
    assert story.told("checkout.session.completed").live is True


@pytest.mark.parametrize("metadata", [{}, {"payment_id": ""}, {"payment_id": "17"}, {"payment_id": "ü" * 36}])
def test_money_of_a_session_that_is_not_ours_is_certain_and_nobodys(metadata: dict[str, str]) -> None:
    story = Story(metadata)
    story.account.pay(story.id)
    told = story.told("checkout.session.completed")
    assert (told.what, told.payment_id, told.cents) == ("certain", None, 50_00)


def test_an_expanded_payment_intent_gives_its_id() -> None:
    story = Story()
    story.account.pay(story.id)
    expanded = {**story.session, "payment_intent": {"id": "pi_expanded", "object": "payment_intent"}}
    assert meaning(story.account.tell("checkout.session.completed", expanded)).source_ref == "pi_expanded"


def test_a_booked_transfer_is_certain() -> None:
    notice = bank.arrived("b4c1 8cc0", 50_00, date(2026, 11, 3), "2026110312345")
    told = understand(notice)
    assert told == Happening(
        event_id=notice.event_id,
        what="certain",
        payment_id=None,
        provider_ref="B4C18CC0",
        source_ref="2026110312345",
        cents=50_00,
        currency="EUR",
        live=None,
        method="bank",
    )


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ("paid", "certain"),
        ("delayed", "waiting"),
        ("arrived", "certain"),
        ("bounced", "failed"),
        ("declined", "failed"),
        ("cancelled", "expired"),
    ],
)
def test_each_step_of_the_pretend_till_means_what_a_provider_would_mean(step: str, what: str) -> None:
    facts: dict[str, Any] = {"payment_id": str(uuid4()), "step": step, "cents": 5, "currency": "EUR"}
    told = understand(Notice("p", "pretend", f"pretend.{step}", json.dumps(facts)))
    assert (told.what, told.cents, told.live, told.method) == (what, 5, False, "pretend")
