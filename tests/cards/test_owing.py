"""Overdrawn credit: what covers it, when its owner owes it, and what counts as paid for it (DOMAIN W2, W4, W7)."""

import uuid
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from shop import clock
from shop.cards import desk, find
from shop.cards.models import Card, CardType, Lot
from shop.cards.top_up import lapse_overdue
from shop.cases.models import Case
from shop.core.money import Cents
from shop.db import db, transaction
from shop.ledger import book as ledger
from shop.orders.card.load import Refused, Unfit, load
from shop.orders.card.pay_out import pay_out
from shop.orders.drop import drop_order
from shop.orders.redemption.claim import claim_card
from shop.orders.settle import act_on
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
    paid_by_transfer,
    topped_up,
)
from tests.shopfloor import charge_event, course, pay, place_in, press, put, sold

pytestmark = pytest.mark.usefixtures("shop")
TOMORROW = timedelta(days=1)


def correct(card: Card, cents: Cents) -> None:
    with transaction():
        desk.correct(card.number, cents, reason="Kulanz", by="Jutta", key=uuid.uuid4())


def debt(card: Card) -> Cents:
    db.session.rollback()
    return find.debt(db.session.get_one(Card, card.number))


def spent_and_overdrawn(limit: Cents = 5000) -> Card:
    """The standard limit is 50 €. A lot of 100 € is spent, and 25 € are booked on top of it; T1 can be cancelled."""
    card_type("kredit", limit_standard=limit)
    erna, card = holder(type_key="kredit")
    _order, payment = ordered_top_up(card)
    pay(payment)
    for n in range(5):
        appointment(f"T{n}")
        booked(erna, f"T{n}")
    assert balance(card) == -2500
    return card


def ends_today(card: Card) -> None:
    with transaction() as session:
        for lot in session.scalars(select(Lot).where(Lot.number == card.number)):
            lot.valid_until = clock.today()


def test_credit_that_comes_back_after_its_last_day_pays_no_overdraft() -> None:
    card = spent_and_overdrawn()
    ends_today(card)
    with clock.shifted_by(TOMORROW):
        cancel("T1")
        assert (balance(card), bookable(card)) == (-2500, 2500)
    assert [(lot.left_cents, lot.aside_cents) for lot in lots(card)] == [(0, 2500)]


def test_frozen_credit_that_comes_back_pays_no_overdraft() -> None:
    card_type("kredit", limit_standard=5000)
    erna, card = holder(type_key="kredit")
    _order, payment = ordered_top_up(card)
    pay(payment)
    for n in range(4):
        appointment(f"T{n}")
        booked(erna, f"T{n}")
    act_on(charge_event(payment, "charge.dispute.created", 10000))
    appointment("T4")
    booked(erna, "T4")
    cancel("T1")
    assert (balance(card), bookable(card)) == (-2500, 2500)


def test_expired_credit_leaves_a_card_whose_limit_was_lowered_meanwhile() -> None:
    """A checkout kept it from leaving at once; then the limit is zero, and what was overdrawn shows all the same."""
    card = spent_and_overdrawn()
    ends_today(card)
    course("K1", 5000, class_key="kurs")
    with clock.shifted_by(TOMORROW):
        put(place_in("K1"))
        claim_card("erna", card.user_id, card.number)
        cancel("T1")
        assert [lot.left_cents for lot in lots(card)] == [2500]
    with transaction() as session:
        session.get_one(CardType, "kredit").limit_standard = 0
    with clock.shifted_by(TOMORROW + timedelta(hours=1)):
        with transaction():
            assert ledger.expire_overdue() == 1
        ordered_top_up(card)
        correct(card, 100)
        assert (balance(card), bookable(card)) == (-2400, 0)
    assert lots(card)[0].aside_cents == 2500


def owing() -> Card:
    """25 € were booked while a top-up was ordered that nobody has paid: they are owed."""
    card_type("kredit", limit_ordered=2500)
    erna, card = holder(type_key="kredit")
    appointment("T1")
    order, _payment = ordered_top_up(card, 10000, method="bank")
    booked(erna, "T1")
    with transaction():
        drop_order(order.number)
    assert debt(card) == 2500
    return card


def test_a_debt_that_cheaper_credit_has_paid_is_paid_out_at_what_was_paid() -> None:
    """200 for 190 pay the debt, the booking is cancelled: never more than 190 leave (W2)."""
    card = owing()
    topped_up(card, 20000)
    cancel("T1", "centre")
    assert balance(card) == 20000
    with transaction():
        done = pay_out(card.number, by="Jutta")
    assert (done.back, done.by_hand, done.bonus) == (16625, 2375, 1000)


def test_a_debt_that_staff_have_forgiven_is_never_paid_out() -> None:
    card = owing()
    correct(card, 2500)
    assert debt(card) == 0
    cancel("T1", "centre")
    with transaction():
        done = pay_out(card.number, by="Jutta")
    assert (done.back, done.by_hand, done.bonus) == (0, 0, 2500)


def test_a_debt_whose_booking_is_cancelled_ends_with_it() -> None:
    card = owing()
    cancel("T1", "centre")
    assert (debt(card), balance(card), [lot.left_cents for lot in lots(card)]) == (0, 0, [0])


def test_what_is_left_of_a_debt_that_was_paid_twice_over_is_paid_out_at_what_was_paid() -> None:
    """125 € are owed, 100 for 95 pay a part; what comes back pays the rest, and leaves as what was paid for it."""
    card_type("kredit", limit_ordered=12500, tiers="100:95|200")
    erna, card = holder(type_key="kredit")
    order, _payment = ordered_top_up(card, 20000, method="bank")
    for n in range(5):
        appointment(f"T{n}")
        booked(erna, f"T{n}")
    with transaction():
        drop_order(order.number)
    topped_up(card)
    for n in range(5):
        cancel(f"T{n}", "centre")
    assert (debt(card), balance(card)) == (0, 10000)
    with transaction():
        done = pay_out(card.number, by="Jutta")
    assert done.back + done.by_hand == 9500


def test_half_forgiven_and_then_cancelled_only_the_gift_is_left_and_it_is_no_money() -> None:
    card = owing()
    correct(card, 1000)
    cancel("T1", "centre")
    assert (debt(card), balance(card)) == (0, 1000)
    with transaction():
        assert pay_out(card.number, by="Jutta").bonus == 1000


def test_what_a_checkout_spends_after_the_top_up_was_given_up_is_owed() -> None:
    """The limit of an ordered top-up was held for a transfer that arrives when nobody pays the top-up any more."""
    card_type("kredit", limit_ordered=3000)
    erna, card = holder(type_key="kredit")
    ordered_top_up(card)
    course("K1", 5000, class_key="kurs")
    put(place_in("K1"))
    claim_card("erna", erna.id, card.number)
    order, _payment = press("bank")
    with clock.shifted_by(timedelta(hours=2)):
        assert lapse_overdue() == 1
        assert debt(card) == 0
        paid_by_transfer(order)
        assert (debt(card), balance(card), bookable(card)) == (3000, 0, 0)
    [case] = db.session.scalars(select(Case).where(Case.reason == "card overdrawn"))
    assert case.facts["cents"] == 3000


def test_what_a_paid_top_up_does_not_cover_is_owed_when_a_larger_one_was_given_up() -> None:
    card_type("kredit", limit_ordered=15000)
    erna, card = holder(type_key="kredit")
    larger, _payment = ordered_top_up(card, 30000)
    _order, payment = ordered_top_up(card, 10000)
    for n in range(6):
        appointment(f"T{n}")
        booked(erna, f"T{n}")
    with transaction():
        drop_order(larger.number)
    assert (debt(card), balance(card)) == (0, -15000)
    pay(payment)
    assert (debt(card), balance(card), bookable(card)) == (5000, 0, 0)


@pytest.mark.parametrize("is_owed", [False, True])
def test_no_voucher_covers_what_a_single_purpose_card_is_overdrawn_by(is_owed: bool) -> None:
    """Its bookings are untaxed, for its top-ups are taxed; a voucher is not, so that VAT would be nowhere (T1)."""
    card_type("einzweck", tax_code="standard", limit_ordered=5000)
    erna, card = holder(type_key="einzweck")
    appointment("T1", tax_code="standard")
    order, _payment = ordered_top_up(card, 10000, method="bank")
    booked(erna, "T1")
    if is_owed:
        with transaction():
            drop_order(order.number)
    voucher, code = sold(5000)
    with pytest.raises(Refused) as refused:
        load(erna.id, card.number, voucher.number, code, HERE)
    assert refused.value.reason is Unfit.OWING
    assert ledger.posted(f"voucher:{voucher.number}") == 5000


def test_the_same_correction_of_a_card_that_owes_is_one() -> None:
    card = owing()
    for _ in range(2):
        with transaction():
            desk.correct(card.number, 1000, reason="Kulanz", by="Jutta", key=UUID(int=7))
    assert debt(card) == 1500
