"""Money that was too much goes back without harm to what the right money has bought (DOMAIN P4, P5)."""

import pytest
from flask import Flask

from shop.db import transaction
from shop.ledger import book
from shop.orders import pay as paying
from shop.orders.call_off import call_off
from shop.orders.models import Order
from shop.orders.settle import act_on
from shop.payments.models import Payment
from tests.shopfloor import (
    assert_sound,
    charge_event,
    course,
    open_shop,
    order,
    pay,
    press,
    put,
    session_event,
    vouchers,
)


@pytest.fixture(autouse=True)
def shop(any_app: Flask) -> None:
    open_shop()


def paid_twice() -> tuple[Order, Payment, Payment]:
    """An order paid by its second attempt; then the first one's money arrived too."""
    placed, first = order()
    pay(first, kind="checkout.session.async_payment_failed", paid=False)
    with transaction():
        second = paying.again(placed, "stripe")
    pay(second)
    late = pay(first)
    assert late is not None
    assert late.kind == "quarantined"
    return placed, first, second


def test_giving_surplus_money_back_blocks_nothing() -> None:
    _, first, _ = paid_twice()
    assert book.posted("suspense") == 5000
    act_on(charge_event(first, "charge.refunded", 5000))
    assert book.posted("suspense") == 0
    assert [voucher.blocked for voucher in vouchers()] == [False]
    assert_sound()


def test_giving_the_right_money_back_blocks_what_it_bought() -> None:
    _, _, second = paid_twice()
    act_on(charge_event(second, "charge.dispute.created", 5000))
    assert [voucher.blocked for voucher in vouchers()] == [True]
    assert_sound()


def test_money_that_bought_nothing_can_go_back_at_the_provider() -> None:
    course("K1", 5000, capacity=1)
    put()
    _, payment = press()
    assert payment is not None
    call_off("K1")
    assert act_on(session_event(payment)).kind == "quarantined"
    assert act_on(charge_event(payment, "charge.refunded", 5000)).kind == "quarantined"
    assert book.posted("suspense") == 0
    assert_sound()
