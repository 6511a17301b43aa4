"""Who is believed to be Stripe (QUALITY F4, A9)."""

import json
import time

import pytest

from shop.payments.stripe_signature import Forged, verified
from tests.stripe_standin.webhooks import signature

SECRET = "whsec_ernas_laden"
EVENT = json.dumps({"id": "evt_1", "object": "event", "type": "checkout.session.completed", "data": {}})


def test_a_fresh_signature_is_believed_and_the_body_is_given_on_word_for_word() -> None:
    notice = verified(EVENT.encode(), signature(EVENT, SECRET), SECRET)
    assert notice == ("evt_1", "stripe", "checkout.session.completed", EVENT)


@pytest.mark.parametrize("offset", [-290, 3])
def test_a_signature_within_tolerance_is_believed(offset: int) -> None:
    assert verified(EVENT.encode(), signature(EVENT, SECRET, offset), SECRET).event_id == "evt_1"


@pytest.mark.parametrize("offset", [-301, -86_400, 8, 301, 86_400])
def test_an_old_signature_and_one_from_the_future_are_refused(offset: int) -> None:
    with pytest.raises(Forged):
        verified(EVENT.encode(), signature(EVENT, SECRET, offset), SECRET)


def test_the_timestamp_that_is_checked_is_the_one_that_is_signed() -> None:
    future = signature(EVENT, SECRET, 600)
    assert future.startswith("t=")
    for header in (f"{future},t={int(time.time())}", f"t={int(time.time())},{future}", f" {future}"):
        with pytest.raises(Forged):
            verified(EVENT.encode(), header, SECRET)


def test_another_secret_is_refused() -> None:
    with pytest.raises(Forged):
        verified(EVENT.encode(), signature(EVENT, "whsec_other"), SECRET)


def test_an_altered_body_is_refused() -> None:
    header = signature(EVENT, SECRET)
    with pytest.raises(Forged):
        verified(EVENT.replace("evt_1", "evt_2").encode(), header, SECRET)
    with pytest.raises(Forged):
        verified(EVENT.encode() + b" ", header, SECRET)


@pytest.mark.parametrize(
    "header",
    [None, "", "t=1", "v1=abc", "nonsense", "t=jetzt,v1=abc", f"t={'9' * 5000},v1=abc", "t=1,v1=äöü", "t,v1"],
)
def test_a_header_without_a_signature_is_refused(header: str | None) -> None:
    with pytest.raises(Forged):
        verified(EVENT.encode(), header, SECRET)


def test_a_body_that_is_no_text_is_refused() -> None:
    with pytest.raises(Forged):
        verified(b"\xff\xfe", signature("x", SECRET), SECRET)


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "null",
        "5",
        "no json",
        '{"object": "event"}',
        '{"id": 5, "object": "event", "type": "a"}',
        '{"id": "", "object": "event", "type": "a"}',
        '{"id": "evt 1", "object": "event", "type": "a"}',
        '{"id": "evt_\\u0000", "object": "event", "type": "a"}',
        json.dumps({"id": "e" * 256, "object": "event", "type": "a"}),
        json.dumps({"id": "evt_1", "object": "event", "type": "a" * 81}),
        '{"id": "evt_1", "object": "v2.core.event", "type": "a"}',
    ],
)
def test_what_is_signed_but_no_event_is_refused(body: str) -> None:
    with pytest.raises(Forged):
        verified(body.encode(), signature(body, SECRET), SECRET)
