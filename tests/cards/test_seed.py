"""The handbook's own examples, played with one card and one matrix of prices (seed 004; DOMAIN W)."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from shop import clock
from shop.cards import desk
from shop.cards.models import Card
from shop.catalogue.models import Offer
from shop.core.money import Cents
from shop.db import db, transaction
from shop.ledger import book as ledger
from shop.orders.card.appointment import Refused
from shop.orders.card.look import look
from shop.orders.drop import drop_order
from shop.people.models import User
from tests.cards.cast import (
    appointment,
    balance,
    bookable,
    booked,
    cancel,
    card_type,
    cents,
    classes,
    contract,
    holder,
    ordered_top_up,
    paid_by_transfer,
    prices,
    row,
    statement,
    topped_up,
)
from tests.shopfloor import assert_sound, open_shop

SEED = "80|100|150|200|250|300"
EIGHT = {
    ("erwachsen", "haus", "gast"): "32",
    ("erwachsen", "haus", "mitglied"): "25",
    ("erwachsen", "eigen", "gast"): "20",
    ("erwachsen", "eigen", "mitglied"): "14,50",
    ("jugendlich", "haus", "gast"): "24",
    ("jugendlich", "haus", "mitglied"): "18,50",
    ("jugendlich", "eigen", "gast"): "15",
    ("jugendlich", "eigen", "mitglied"): "9,90",
}


@pytest.fixture(autouse=True)
def stable(any_app: Flask) -> Iterator[None]:
    """A stable with the handbook's tiers: adult or youth, school or private horse, member or guest."""
    open_shop()
    card_type(tiers=SEED)
    yield
    assert_sound()


def price(user: User, number: str) -> Cents | None:
    db.session.rollback()
    return look(user, appointment_of(number)).price


def appointment_of(number: str) -> Offer:
    return db.session.get_one(Offer, number)


def rider(tiers: str = SEED, lesson: str = "25", **limits: int) -> tuple[User, Card]:
    """Erna, whose lessons cost the same for everybody, and her card."""
    prices(cents(lesson))
    if limits or tiers != SEED:
        card_type("reiten", tiers=tiers, **limits)
        return holder(type_key="reiten")
    return holder()


def test_eight_prices_need_one_card_and_not_eight() -> None:
    """Adult or youth, school or private horse, member or guest: all of it from one balance."""
    prices(cents("100"))  # whoever no other row names
    for (age, horse, club), euros in EIGHT.items():
        row(cents(euros), user=[age], resource=[horse], member=[club])
    erna, card = holder()
    topped_up(card, cents("300"))
    left = cents("300")
    for n, ((age, horse, club), euros) in enumerate(EIGHT.items()):
        classes(erna, age, club)
        appointment(f"T{n}", resource_key=horse)
        booked(erna, f"T{n}")
        left -= cents(euros)
        assert balance(card) == left
    assert left == cents("141,10")
    assert [each.cents for each in statement(card)][1:] == [-cents(euros) for euros in EIGHT.values()]


def test_what_was_bought_for_lunging_pays_for_the_group_lesson_too() -> None:
    """Five of ten lunges are ridden; the rest of the money rides on in the group."""
    erna, card = rider()
    row(cents("20"), appointment=["einzel"])
    topped_up(card, cents("200"))
    for n in range(5):
        appointment(f"L{n}", class_key="einzel")
        booked(erna, f"L{n}")
    for n in range(4):
        appointment(f"G{n}")
        booked(erna, f"G{n}")
    assert balance(card) == 0


def test_the_balance_shown_is_what_can_still_be_booked() -> None:
    erna, card = rider()
    topped_up(card, cents("80"))
    for n in range(3):
        appointment(f"T{n}")
        booked(erna, f"T{n}")
    appointment("T3")
    assert (balance(card), bookable(card)) == (cents("5"), cents("5"))
    assert look(erna, appointment_of("T3")).cards[0].missing == cents("20")
    with pytest.raises(Refused, match="too little"):
        booked(erna, "T3")


def test_two_hundred_are_to_be_had_for_one_hundred_and_ninety() -> None:
    _erna, card = rider("100|200:190|300:275")
    assert topped_up(card, cents("200")).total_cents == cents("190")
    assert topped_up(card, cents("300")).total_cents == cents("275")
    assert balance(card) == cents("500")


def test_a_lesson_at_25_costs_20_for_who_holds_a_contract() -> None:
    erna, card = rider()
    row(cents("20"), requires="abo")
    appointment()
    assert price(erna, "T1") == cents("25")
    contract(erna, "abo")
    topped_up(card, cents("80"))
    booked(erna)
    assert balance(card) == cents("60")


def test_a_contract_counts_on_the_day_of_the_appointment_and_not_of_the_booking() -> None:
    erna, card = rider()
    row(cents("20"), requires="abo")
    contract(erna, "abo", last=clock.today() + timedelta(days=10))
    for days in (10, 11):
        appointment(f"T{days}", days=days)
    topped_up(card, cents("80"))
    booked(erna, "T10")
    assert balance(card) == cents("60")
    booked(erna, "T11")
    assert balance(card) == cents("35")


def test_without_a_price_nobody_books_for_nothing() -> None:
    erna, card = rider()
    appointment("T1", class_key="springen")
    topped_up(card, cents("80"))
    with pytest.raises(Refused, match="no price"):
        booked(erna, "T1")
    assert balance(card) == cents("80")


def test_who_has_ordered_credit_may_ride_once_or_twice_before_it_is_paid() -> None:
    """`Limit bestellt` 50 €: two lessons at once after the order, the third when the transfer has come."""
    erna, card = rider(limit_ordered=cents("50"))
    for n in range(3):
        appointment(f"T{n}")
    with pytest.raises(Refused, match="too little"):
        booked(erna, "T0")
    order, _payment = ordered_top_up(card, cents("80"), method="bank")
    booked(erna, "T0")
    booked(erna, "T1")
    with pytest.raises(Refused, match="too little"):
        booked(erna, "T2")
    assert balance(card) == -cents("50")
    paid_by_transfer(order)
    booked(erna, "T2")
    assert balance(card) == cents("5")


def test_who_rides_on_an_order_and_gives_it_up_owes_the_lesson() -> None:
    erna, card = rider(limit_ordered=cents("50"))
    appointment("T1")
    appointment("T2")
    order, _payment = ordered_top_up(card, cents("80"), method="bank")
    booked(erna)
    with transaction():
        drop_order(order.number)
    assert ledger.posted(card.debt) == cents("25")
    with pytest.raises(Refused, match="owes"):
        booked(erna, "T2")


def test_the_standard_limit_may_always_be_overdrawn() -> None:
    erna, card = rider(limit_standard=cents("25"))
    appointment("T1")
    appointment("T2")
    booked(erna)
    assert balance(card) == -cents("25")
    with pytest.raises(Refused, match="too little"):
        booked(erna, "T2")


def test_cancelled_in_time_the_lesson_is_credited_again_and_late_it_is_not() -> None:
    erna, card = rider()
    appointment("MORGEN", days=2)
    appointment("HEUTE", days=2, hour=22, cancel_until=clock.today() - timedelta(days=1))
    topped_up(card, cents("80"))
    booked(erna, "MORGEN")
    booked(erna, "HEUTE")
    cancel("MORGEN")
    assert balance(card) == cents("55")
    cancel("HEUTE")
    assert balance(card) == cents("55")
    assert [each.kind for each in statement(card)] == ["top-up", "booking", "booking", "back"]


def test_a_crooked_rest_is_topped_up_by_a_correction_and_ridden_to_the_last_cent() -> None:
    """80 € are three lessons and 5 €; the centre sells the 20 € that are missing for the fourth."""
    erna, card = rider()
    topped_up(card, cents("80"))
    for n in range(4):
        appointment(f"T{n}")
    for n in range(3):
        booked(erna, f"T{n}")
    with transaction():
        desk.correct(card.number, cents("20"), reason="Rest aufgestockt", by="Jutta", key=uuid.uuid4())
    booked(erna, "T3")
    assert balance(card) == 0
    with transaction():
        assert desk.close(card.number).state == "closed"
