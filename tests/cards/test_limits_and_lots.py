"""What is bookable now, swept or not, and which lot pays or ends when a checkout holds some of it (W4, W7, W9)."""

from datetime import timedelta

import pytest

from shop import clock
from shop.cards import desk
from shop.cards.credit import freeze
from shop.cards.models import Lot
from shop.db import db, transaction
from shop.ledger import book as ledger
from shop.orders.redemption.claim import claim_card
from tests.cards.cast import (
    appointment,
    balance,
    bookable,
    booked,
    card_type,
    holder,
    lots,
    ordered_top_up,
    topped_up,
)
from tests.shopfloor import course, place_in, put

pytestmark = pytest.mark.usefixtures("shop")


def ends(place: int, days: int) -> None:
    """The n-th lot, oldest first, ends so many days from now."""
    [number] = {lot.number for lot in db.session.scalars(db.select(Lot))}
    with transaction() as session:
        lot = session.scalars(db.select(Lot).where(Lot.number == number).order_by(Lot.since)).all()[place]
        lot.valid_until = clock.today() + timedelta(days=days)


def test_the_standard_limit_can_be_booked_with_a_card_that_was_never_topped_up() -> None:
    card_type("kredit", limit_standard=3000)
    erna, card = holder(type_key="kredit")
    appointment()
    assert bookable(card) == 3000
    booked(erna)
    assert (balance(card), bookable(card)) == (-2500, 500)


def test_the_limit_for_an_ordered_top_up_ends_with_its_time_even_before_the_sweeper_comes() -> None:
    card_type("kredit", limit_ordered=3000)
    _erna, card = holder(type_key="kredit")
    ordered_top_up(card)
    assert bookable(card) == 3000
    with clock.shifted_by(timedelta(hours=2)):
        assert bookable(card) == 0


def test_what_a_checkout_holds_is_paid_by_the_credit_that_was_good_then() -> None:
    """What expires meanwhile is the rest of the old lot, never the younger credit."""
    card_type("klein", tiers="100|60")
    erna, card = holder(type_key="klein")
    topped_up(card, 10000)
    ends(0, 0)
    course("K1", 6000, class_key="kurs")
    put(place_in("K1"))
    claim_card("erna", erna.id, card.number)
    topped_up(card, 6000)
    with clock.shifted_by(timedelta(days=1)):
        assert bookable(card) == 6000
        appointment("T1")
        booked(erna, "T1")
        assert bookable(card) == 3500
        assert [(lot.left_cents, lot.aside_cents) for lot in lots(card)] == [(6000, 4000), (3500, 0)]
        assert ledger.standing(f"card:{card.number}").held == 6000
        with transaction():
            ledger.expire_overdue()
        appointment("T2")
        booked(erna, "T2")
        assert [(lot.left_cents, lot.aside_cents) for lot in lots(card)] == [(0, 10000), (1000, 0)]


def test_a_card_that_was_closed_opens_when_its_expired_credit_comes_back() -> None:
    _erna, card = holder()
    topped_up(card)
    ends(0, 0)
    with clock.shifted_by(timedelta(days=1)):
        with transaction():
            desk.close(card.number)
        with transaction():
            assert desk.reissue(card.number, clock.today(), by="Jutta") == 10000
        assert bookable(card) == 10000
        assert db.session.get_one(type(card), card.number).state == "open"


def test_a_card_that_was_closed_opens_when_its_frozen_credit_is_thawed() -> None:
    _erna, card = holder()
    order = topped_up(card)
    with transaction():
        freeze([line.id for line in order.lines])
    with transaction():
        desk.close(card.number)
    with transaction():
        desk.thaw(card.number, by="Jutta")
    assert bookable(card) == 10000
