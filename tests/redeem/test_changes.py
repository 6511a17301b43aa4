"""What has changed between form and order is told, and nothing is lost or charged (F6, issue "Redeem", Bad input)."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop import clock
from shop.bookings.models import Booking
from shop.bookings.sweep import lapse_overdue
from shop.catalogue.models import Offer
from shop.clerk.letters import LETTERS
from shop.db import db, transaction
from shop.ledger import book
from shop.orders.models import Order
from shop.outbox.models import Message
from tests.redeem.desk import CLAIM, Desk, Pair, form_of, gift, left, methods
from tests.shopfloor import course
from tests.web.guest import hidden, words

CHANGED = "Ihr Warenkorb hat sich inzwischen geändert. Bitte prüfen Sie die Bestellung und bestätigen Sie noch einmal."


def change(app: Flask, **facts: object) -> None:
    """Staff change the course K1."""
    with app.app_context(), transaction() as session:
        offer = session.get_one(Offer, "K1")
        for name, value in facts.items():
            setattr(offer, name, value)


def count(app: Flask, table: type) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(table)) or 0
        db.session.rollback()
    return found


def test_a_price_that_has_changed_is_shown_before_anything_is_ordered(
    shop: Flask, erna: Desk, voucher: Pair
) -> None:
    form = form_of(erna.redeem(voucher))
    change(shop, price_cents=8000)
    answer = erna.order(form)
    assert answer.status_code == 422
    assert CHANGED in words(answer)
    assert "zahlt 80 €, es bleiben 20 € darauf" in words(answer)
    assert left(shop, voucher) == (3000, 10000)
    erna.order_and_pay({**form, "seen": hidden(answer, "seen")})
    assert left(shop, voucher) == (2000, 2000)


def test_a_price_that_has_risen_above_the_voucher_asks_for_a_way_to_pay(
    shop: Flask, erna: Desk, voucher: Pair
) -> None:
    form = form_of(erna.redeem(voucher))
    del form["method"]
    change(shop, price_cents=12000)
    answer = erna.order(form)
    assert answer.status_code == 422
    assert methods(answer) == ["bank", "pretend"]
    assert left(shop, voucher) == (3000, 10000)


GONE: dict[str, Callable[[], dict[str, object]]] = {
    "unpublished": lambda: {"published": False},
    "cancelled": lambda: {"cancelled_on": clock.today()},
    "too late": lambda: {"register_until": clock.today() - timedelta(days=1)},
}


@pytest.mark.parametrize("why", GONE)
def test_a_course_that_has_closed_is_not_ordered(shop: Flask, erna: Desk, voucher: Pair, why: str) -> None:
    form = form_of(erna.redeem(voucher))
    with shop.app_context():
        facts = GONE[why]()
    change(shop, **facts)
    answer = erna.order(form)
    assert answer.status_code == 422
    assert "lässt sich so nicht mehr bestellen" in words(answer)
    assert count(shop, Order) == 1  # the voucher's
    assert erna.send_bare(f"{CLAIM}/{voucher[0]}/entfernen", form).status_code == 200
    assert left(shop, voucher) == (10000, 10000)


def test_the_last_seat_went_to_somebody_else(shop: Flask, voucher: Pair) -> None:
    with shop.app_context():
        course("K9", 7000, capacity=1)
    erna, otto = Desk(shop), Desk(shop)
    erna.book("K9"), otto.book("K9")
    form = form_of(erna.redeem(voucher))
    otto.order_and_pay()
    answer = erna.order(form)
    assert answer.status_code == 422
    assert "lässt sich so nicht mehr bestellen" in words(answer)
    assert left(shop, voucher) == (3000, 10000)


def test_two_places_for_one_seat_are_told_as_gone(shop: Flask, voucher: Pair) -> None:
    with shop.app_context():
        course("K9", 3000, capacity=1)
    erna = Desk(shop)
    erna.book("K9"), erna.book("K9")
    answer = erna.order(form_of(erna.redeem(voucher)))
    assert answer.status_code == 422
    assert "Ein Platz ist inzwischen an jemand anderen gegangen." in words(answer)
    assert count(shop, Booking) == 0
    assert left(shop, voucher) == (4000, 10000)


def test_two_tabs_with_one_basket_make_one_order(shop: Flask, erna: Desk, voucher: Pair) -> None:
    first, second = erna.checkout_form(), form_of(erna.redeem(voucher))
    assert first["form_key"] != second["form_key"]
    stale = erna.order(first)  # this tab has not heard of the voucher
    assert stale.status_code == 422
    assert CHANGED in words(stale)
    erna.order_and_pay(second)
    late = erna.order({**first, "seen": hidden(stale, "seen")})
    assert late.status_code == 422
    assert "Ihr Warenkorb ist leer." in words(late)
    assert count(shop, Booking) == 1
    assert left(shop, voucher) == (3000, 3000)


def test_the_other_tab_redeems_after_the_order(shop: Flask, erna: Desk, voucher: Pair) -> None:
    form = form_of(erna.redeem(voucher))
    erna.order_and_pay(form)
    answer = erna.redeem(voucher, form)
    assert answer.status_code == 422
    assert "Dieser Gutschein gilt nicht für das, was in Ihrem Warenkorb liegt." in words(answer)
    assert erna.send_bare(f"{CLAIM}/{voucher[0]}/entfernen", form).status_code == 200
    assert left(shop, voucher) == (3000, 3000)


def test_one_form_sent_twice_is_one_order(shop: Flask, erna: Desk, voucher: Pair) -> None:
    form = form_of(erna.redeem(voucher))
    pages = {erna.order(form).headers["Location"] for _ in range(3)}
    assert len(pages) == 1
    assert count(shop, Booking) == 1
    assert left(shop, voucher) == (3000, 3000)


def test_another_course_in_the_other_tab_is_paid_from_the_same_voucher(
    shop: Flask, erna: Desk, voucher: Pair
) -> None:
    form = form_of(erna.redeem(voucher))
    erna.book("K1")
    answer = erna.order(form)
    assert CHANGED in words(answer)
    assert "zahlt 100 €, danach ist er aufgebraucht" in words(answer)
    assert "Noch zu zahlen 40 €" in words(answer)
    erna.order_and_pay(form_of(answer))
    assert left(shop, voucher) == (0, 0)


def test_money_that_comes_too_late_is_told_on_the_orders_page(shop: Flask, erna: Desk) -> None:
    """Paid when seat and voucher were gone: nobody is asked to pay again (DOMAIN R4, P5)."""
    voucher = gift(shop, 5000)
    form = form_of(erna.redeem(voucher))
    till = urlsplit(erna.order(form).headers["Location"]).path
    with clock.shifted_by(timedelta(hours=3)):
        with shop.app_context(), transaction():
            book.expire_overdue()
            lapse_overdue()
        otto = Desk(shop)
        otto.book()
        otto.redeem(voucher)
        otto.order_and_pay()
        page = erna.send(till, {"schritt": "paid"}).headers["Location"]
        told = words(erna.get(page))
        assert "Ihre Zahlung ist da, aber sie kam zu spät." in told
        assert "noch nicht bezahlt" not in told
        assert "bezahlen" not in told
        assert left(shop, voucher) == (0, 0)
        with shop.app_context():
            late = db.session.scalars(select(Message).where(Message.kind == "paid_too_late")).one()
            assert "Ihr Geld ist sicher" in LETTERS[late.kind](late).text
        again = erna.send(f"{urlsplit(page).path}/bezahlen", {"method": "pretend"})
        assert urlsplit(again.headers["Location"]).path == urlsplit(page).path


def test_the_orders_page_tells_what_each_voucher_has_paid(shop: Flask, erna: Desk, voucher: Pair) -> None:
    path = erna.order_and_pay(form_of(erna.redeem(voucher)))
    told = words(erna.get(path))
    assert f"Gutschein {voucher[0][:5]}-{voucher[0][5:]} −70 €" in told
    assert voucher[1] not in erna.get(path).text
