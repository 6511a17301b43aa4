"""Credit whose buyer has withdrawn, or whose payment went back, goes back to its payer (DOMAIN L3, P4, W7)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shop import clock
from shop.cards import desk, remind
from shop.cards.models import Lot
from shop.cards.open import open_card
from shop.cases.models import Case
from shop.db import db, transaction
from shop.documents.models import Document
from shop.ledger import book as ledger
from shop.orders import basket
from shop.orders.card.empty import NotPaidOut
from shop.orders.card.load import load
from shop.orders.card.pay_out import pay_out
from shop.orders.card.take_back import take_back
from shop.orders.models import Order, OrderLine, Refund
from shop.orders.redemption.claim import claim_card
from shop.orders.settle import act_on
from shop.orders.withdraw import withdraw
from shop.outbox.models import Message
from shop.vouchers.models import Voucher
from tests.cards.cast import (
    HERE,
    appointment,
    balance,
    bookable,
    booked,
    cancel,
    card_type,
    holder,
    lots,
    ordered_top_up,
    topped_up,
)
from tests.shopfloor import charge_event, course, pay, place_in, press, put, sold

pytestmark = pytest.mark.usefixtures("shop")


def order_of(voucher: Voucher) -> Order:
    line = db.session.get_one(OrderLine, voucher.order_line_id)
    return db.session.get_one(Order, line.order_id)


def test_a_loaded_voucher_whose_buyer_withdraws_goes_back_to_the_buyer() -> None:
    erna, card = holder()
    voucher, code = sold(5000)
    load(erna.id, card.number, voucher.number, code, HERE)
    order = order_of(voucher)
    with transaction():
        withdraw("Erna Müller", order.number, order.email, "de")
    assert bookable(card) == 0
    with transaction():
        assert take_back(order.number, by="Frau Koch").back == 5000
    assert balance(card) == 0
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.order_id, refund.cents, refund.state) == (order.id, 5000, "due")
    paper = db.session.scalars(select(Document).where(Document.kind == "cancellation")).one()
    receipt = db.session.scalars(select(Document).where(Document.kind == "receipt")).one()
    assert (paper.cents, paper.facts["refers_to"]) == (-5000, receipt.number)
    assert db.session.get_one(Voucher, voucher.number).closed == "cancelled"
    told = db.session.scalars(
        select(Message.kind).where(Message.kind.in_(("voucher_refunded", "card_taken_back")))
    )
    assert sorted(told) == ["card_taken_back", "voucher_refunded"]


def test_credit_of_a_won_chargeback_is_paid_out_as_a_case_for_staff() -> None:
    """Once returned, a payment may have come back at the provider: only a person can see that."""
    _erna, card = holder()
    _order, payment = ordered_top_up(card)
    pay(payment)
    topped_up(card)
    act_on(charge_event(payment, "charge.dispute.created", 10000))
    with transaction():
        desk.thaw(card.number, by="Jutta")
    with transaction():
        assert pay_out(card.number, by="Frau Koch").back == 20000
    assert sorted(db.session.scalars(select(Refund.state))) == ["due", "failed"]
    [case] = db.session.scalars(select(Case).where(Case.reason == "refund failed"))
    assert case.facts["cents"] == 10000


def test_each_card_is_told_what_was_taken_from_it_and_not_that_it_is_empty() -> None:
    card_type("zweite", position=1)
    erna, first = holder()
    with transaction():
        second = open_card(erna.id, "zweite")
    topped_up(first, 10000)
    with transaction():
        for card, value in ((first, 10000), (second, 30000)):
            basket.add("erna", "card", {"card": card.number, "value": value})
    order, payment = press()
    assert payment is not None
    pay(payment)
    with transaction():
        assert take_back(order.number, by="Frau Koch").back == 37500
    letters = {
        each.facts["card"]: each.facts for each in db.session.scalars(select(Message)) if "back" in each.facts
    }
    assert {number: (facts["back"], facts["bonus"]) for number, facts in letters.items()} == {
        first.number: (10000, 0),
        second.number: (27500, 2500),
    }
    assert set(db.session.scalars(select(Message.kind).where(Message.reference == first.number))) == {
        "card_taken_back"
    }
    assert balance(first) == 10000


def test_nothing_is_taken_back_while_a_checkout_holds_a_part_of_the_card() -> None:
    erna, card = holder()
    order = topped_up(card)
    course("K1", 5000, class_key="kurs")
    put(place_in("K1"))
    claim_card("erna", erna.id, card.number)
    with pytest.raises(NotPaidOut, match="a checkout holds"), transaction():
        take_back(order.number, by="Frau Koch")
    assert ledger.posted(f"card:{card.number}") == 10000


def test_only_what_one_order_has_bought_is_thawed() -> None:
    _erna, card = holder()
    orders = []
    for _ in range(2):
        order, payment = ordered_top_up(card)
        pay(payment)
        act_on(charge_event(payment, "charge.dispute.created", 10000))
        orders.append(order)
    assert bookable(card) == 0
    with transaction():
        desk.thaw(card.number, [line.id for line in orders[0].lines], by="Jutta")
    assert [lot.frozen for lot in lots(card)] == [False, True]
    assert bookable(card) == 10000
    with pytest.raises(desk.NotSo, match="frozen"), transaction():
        desk.thaw(card.number, [line.id for line in orders[0].lines], by="Jutta")


def test_credit_that_a_cancelled_course_has_extended_is_reminded_of_again() -> None:
    erna, card = holder()
    appointment()
    topped_up(card)
    booked(erna)
    with transaction() as session:
        session.scalars(select(Lot)).one().valid_until = clock.today() + timedelta(days=30)
    assert remind.remind() == 1
    cancel(by="centre")
    with clock.shifted_by(timedelta(days=150)):
        assert remind.remind() == 1
