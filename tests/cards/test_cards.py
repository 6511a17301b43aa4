"""A value card is topped up, pays for appointments, and gets back what is cancelled in time (DOMAIN W)."""

import uuid
from datetime import timedelta

import pytest
from flask import current_app

from shop import clock
from shop.bookings.models import Booking
from shop.catalogue.models import Offer
from shop.clerk.letters import LETTERS
from shop.core.codes import shown_number
from shop.db import db, transaction
from shop.ledger import book as ledger
from shop.orders.call_off import call_off
from shop.orders.cancel import cancel_booking
from shop.orders.card.appointment import Refused
from shop.orders.drop import drop_order
from shop.outbox.models import Message
from tests.cards.cast import (
    appointment,
    balance,
    bookable,
    booked,
    cancel,
    card_type,
    contract,
    holder,
    lots,
    ordered_top_up,
    paid_by_transfer,
    row,
    statement,
    topped_up,
)

pytestmark = pytest.mark.usefixtures("shop")


def test_what_was_bought_can_be_booked_and_the_balance_is_what_is_left() -> None:
    erna, card = holder()
    appointment()
    topped_up(card)
    assert (balance(card), bookable(card)) == (10000, 10000)
    booked(erna)
    assert (balance(card), bookable(card)) == (7500, 7500)
    assert [(each.kind, each.cents, each.balance) for each in statement(card)] == [
        ("top-up", 10000, 10000),
        ("booking", -2500, 7500),
    ]


def test_two_hundred_for_one_hundred_and_ninety_are_two_linked_transfers() -> None:
    _erna, card = holder()
    order = topped_up(card, 20000)
    assert order.total_cents == 19000
    assert ledger.posted("discount") == 1000
    assert ledger.posted("till:stripe") == 19000
    assert (lots(card)[0].value_cents, lots(card)[0].paid_cents) == (20000, 19000)


def test_cancelled_in_time_the_price_comes_back_to_the_lot_that_paid() -> None:
    erna, card = holder()
    appointment()
    topped_up(card)
    booked(erna)
    cancel()
    assert balance(card) == 10000
    assert lots(card)[0].left_cents == 10000


def test_cancelled_late_the_place_is_free_and_nothing_comes_back() -> None:
    erna, card = holder()
    appointment(days=0, hour=22)
    with transaction() as session:
        session.get_one(Offer, "T1").cancel_until = clock.today() - timedelta(days=1)
        session.get_one(Offer, "T1").sessions = [
            [f"{clock.today() + timedelta(days=1)}T00:30", f"{clock.today() + timedelta(days=1)}T01:30"]
        ]
    topped_up(card)
    booked(erna)
    cancel()
    assert balance(card) == 7500


def test_called_off_by_the_centre_everything_comes_back_and_lasts_half_a_year_at_least() -> None:
    erna, card = holder()
    appointment()
    topped_up(card)
    booked(erna)
    with transaction() as session:
        session.get_one(type(lots(card)[0]), lots(card)[0].id).valid_until = clock.today()
    call_off("T1")
    assert balance(card) == 10000
    assert lots(card)[0].valid_until > clock.today() + timedelta(days=170)


def test_without_enough_credit_nothing_is_booked() -> None:
    erna, card = holder()
    appointment()
    with pytest.raises(Refused, match="too little"):
        booked(erna)
    assert statement(card) == []


def test_a_lesson_at_25_costs_a_contract_holder_20() -> None:
    erna, card = holder()
    row(2000, requires="abo")
    contract(erna, "abo")
    appointment()
    topped_up(card)
    booked(erna)
    assert balance(card) == 8000


def test_a_top_up_that_is_ordered_lets_the_ordered_limit_be_overdrawn() -> None:
    card_type("kredit", limit_ordered=5000)
    erna, card = holder(type_key="kredit")
    appointment()
    order, _payment = ordered_top_up(card, method="bank")
    assert bookable(card) == 5000
    booked(erna)
    assert balance(card) == -2500
    paid_by_transfer(order)
    assert (balance(card), bookable(card)) == (7500, 7500)
    assert lots(card)[0].left_cents == 7500


def test_who_overdraws_and_never_pays_owes_it_and_books_no_more() -> None:
    card_type("kredit", limit_ordered=5000)
    erna, card = holder(type_key="kredit")
    appointment()
    appointment("T2")
    order, _payment = ordered_top_up(card, method="bank")
    booked(erna)
    with transaction():
        drop_order(order.number)
    assert (balance(card), ledger.posted(card.debt), bookable(card)) == (0, 2500, 0)
    with pytest.raises(Refused, match="owes"):
        booked(erna, "T2")
    topped_up(card)
    assert (balance(card), ledger.posted(card.debt)) == (7500, 0)
    booked(erna, "T2")


def test_a_double_click_books_once() -> None:
    erna, card = holder()
    appointment()
    topped_up(card)
    key = uuid.uuid4()
    assert booked(erna, form_key=key).id == booked(erna, form_key=key).id
    assert balance(card) == 7500


def test_a_second_cancellation_tells_what_the_first_has_given_back() -> None:
    """So does its letter, which is made after the deed."""
    erna, card = holder()
    appointment()
    topped_up(card)
    booked(erna)
    cancel()
    booking = db.session.scalars(db.select(Booking.id)).one()
    with transaction():
        told = cancel_booking(booking, by="customer")
    [part] = told.parts
    assert (part.number, part.cents, part.valid_until) == (card.number, 2500, lots(card)[0].valid_until)
    message = db.session.scalars(db.select(Message).where(Message.kind == "booking_cancelled")).one()
    with current_app.test_request_context():
        assert shown_number(card.number) in LETTERS["booking_cancelled"](message).text
