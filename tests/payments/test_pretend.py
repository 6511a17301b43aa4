"""The pretend till's own story, step by step."""

import json
import uuid

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from shop.db import db, transaction
from shop.payments import pretend
from shop.payments.models import Event
from tests.payments.cast import bill, placed


def _tell(payment_id: uuid.UUID, *steps: str) -> None:
    for step in steps:
        with transaction():
            pretend.tell(payment_id, step)


def test_beginning_gives_a_page_of_the_shops_own_address(app: Flask) -> None:
    app.config["BASE_URL"] = "https://vhs.example.org/laden"
    asked = bill()
    begun = pretend.PretendTill().begin(asked)
    assert begun.pay_url == f"https://vhs.example.org/laden/vorfuehrung/kasse/{asked.payment_id}"
    assert begun.provider_ref == f"pretend_{asked.payment_id}"
    assert begun.expires_at is None


def test_the_way_back_is_known_to_the_buyers_session_only(app: Flask) -> None:
    asked = bill()
    with app.test_request_context():
        begun = pretend.PretendTill().begin(asked)
        assert pretend.ways_back(asked.payment_id) == (asked.return_url, asked.cancel_url)
        assert pretend.ways_back(uuid.uuid4()) is None
    with app.test_request_context():
        assert pretend.ways_back(asked.payment_id) is None
    assert begun.pay_url is not None
    assert "geheim" not in begun.pay_url


def test_only_the_newest_ways_back_are_kept(app: Flask) -> None:
    asked = [bill() for _ in range(7)]
    with app.test_request_context():
        for each in asked:
            pretend.PretendTill().begin(each)
        known = [pretend.ways_back(each.payment_id) is not None for each in asked]
    assert known == [False, False, True, True, True, True, True]


def test_a_step_is_an_event_with_the_payments_own_amount(any_app: Flask) -> None:
    payment = placed("pretend", 12_50)
    _tell(payment.id, "paid")
    event = db.session.execute(select(Event)).scalar_one()
    assert (event.provider, event.kind) == ("pretend", "pretend.paid")
    facts = {"payment_id": str(payment.id), "step": "paid", "cents": 12_50, "currency": "EUR"}
    assert json.loads(event.payload) == facts


def test_the_same_step_again_is_quiet(any_app: Flask) -> None:
    payment = placed("pretend")
    _tell(payment.id, "paid")
    with transaction():
        assert pretend.tell(payment.id, "paid") is None


@pytest.mark.parametrize(
    "steps",
    [
        ["arrived"],
        ["bounced"],
        ["paid", "declined"],
        ["declined", "paid"],
        ["cancelled", "paid"],
        ["delayed", "paid"],
        ["delayed", "arrived", "bounced"],
        ["geschenkt"],
        ["open"],
        [""],
    ],
)
def test_the_till_does_not_contradict_itself(app: Flask, steps: list[str]) -> None:
    payment = placed("pretend")
    _tell(payment.id, *steps[:-1])
    with pytest.raises(pretend.NoSuchStep):
        _tell(payment.id, steps[-1])
    assert pretend.told(payment.id) == (steps[-2] if steps[1:] else "open")


def test_money_that_comes_later_arrives_by_a_second_step(app: Flask) -> None:
    payment = placed("pretend")
    _tell(payment.id, "delayed", "arrived")
    assert pretend.told(payment.id) == "arrived"


def test_a_payment_that_does_not_exist_has_no_story(app: Flask) -> None:
    with pytest.raises(NoResultFound):
        _tell(uuid.uuid4(), "paid")


def test_every_step_has_a_meaning_and_every_story_an_end() -> None:
    assert set(pretend.NEXT) == {"open", *pretend.MEANS}
    assert {step for steps in pretend.NEXT.values() for step in steps} == set(pretend.MEANS)
