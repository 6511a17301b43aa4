"""Placing freezes what was seen, once per form, and refuses in words what cannot be sold (P1, F6)."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop.db import db, transaction
from shop.orders import basket, place
from shop.orders.models import Order
from shop.orders.place import Refusal, Refused
from shop.vouchers.models import VoucherProduct
from tests.shopfloor import ERNA, open_shop, order, wish


@pytest.fixture(autouse=True)
def shop(any_app: Flask) -> None:
    open_shop()


def put(cents: int = 5000, quantity: int = 1, **facts: object) -> None:
    with transaction():
        basket.add("erna", "voucher", wish(cents, **facts), quantity=quantity)


def press(key: uuid.UUID | None = None, seen: str | None = None) -> Order:
    with transaction():
        return place.place(
            "erna",
            form_key=key or uuid.uuid4(),
            seen=basket.seen(basket.lines("erna")) if seen is None else seen,
            buyer=ERNA,
            method="stripe",
            language="de",
        )[0]


def refused() -> Refusal:
    with pytest.raises(Refused) as caught:
        press()
    return caught.value.reason


def test_an_order_freezes_lines_and_prices_and_empties_the_basket() -> None:
    put(5000, 2)
    put(2500)
    placed = press()
    assert placed.total_cents == 12500
    assert [(line.title, line.quantity, line.unit_cents) for line in placed.lines] == [
        ("Kursgutschein", 2, 5000),
        ("Kursgutschein", 1, 2500),
    ]
    assert basket.lines("erna") == []


def test_the_same_form_twice_is_one_order() -> None:
    put()
    key, seen = uuid.uuid4(), basket.seen(basket.lines("erna"))
    first = press(key, seen)
    assert press(key, seen).id == first.id
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1


def test_another_visitor_cannot_reach_an_order_by_its_form_key() -> None:
    put()
    key = uuid.uuid4()
    mine = press(key)
    with pytest.raises(Refused), transaction():
        place.place("otto", form_key=key, seen="", buyer=ERNA, method="stripe", language="de")
    assert db.session.scalars(select(Order.id)).all() == [mine.id]


def test_an_empty_basket_is_refused() -> None:
    assert refused() is Refusal.EMPTY


def test_a_basket_that_another_tab_changed_is_refused() -> None:
    put()
    seen = basket.seen(basket.lines("erna"))
    put(2500)
    with pytest.raises(Refused) as caught:
        press(seen=seen)
    assert caught.value.reason is Refusal.CHANGED
    assert len(basket.lines("erna")) == 2


def test_an_unpublished_product_is_refused() -> None:
    put()
    with transaction() as session:
        session.get_one(VoucherProduct, "standard").offer.published = False
    assert refused() is Refusal.PROBLEM


@pytest.mark.parametrize("facts", [{"cents": 499}, {"cents": 25001}, {"motif": "fremd"}, {"motif": None}])
def test_a_tampered_line_is_refused(facts: dict[str, object]) -> None:
    put(**facts)  # type: ignore[arg-type]
    assert refused() is Refusal.PROBLEM


def test_more_than_the_ceiling_is_refused() -> None:
    put(25000, 5)
    assert refused() is Refusal.CEILING


def test_without_terms_nothing_is_sold(monkeypatch: pytest.MonkeyPatch) -> None:
    put()
    monkeypatch.setattr("shop.orders.place.pages.in_force", lambda slugs, language: {})
    assert refused() is Refusal.NO_TERMS
    assert len(basket.lines("erna")) == 1


def test_order_numbers_carry_a_check_symbol() -> None:
    from shop.core.codes import Malformed, read_order_number

    placed, _ = order()
    assert read_order_number(placed.number.lower()) == placed.number
    wrong = placed.number[:-1] + ("0" if placed.number[-1] != "0" else "1")
    with pytest.raises(Malformed):
        read_order_number(wrong)
