"""Many at once at one value card: nothing is spent twice, and nobody waits for each other in a ring (QUALITY F6–F8)."""

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop import clock
from shop.bookings.models import Booking
from shop.cards.models import Card
from shop.cards.top_up import lapse_overdue
from shop.catalogue.models import Seats
from shop.core.money import Cents
from shop.db import db, transaction
from shop.ledger import book as ledger
from shop.orders import basket, fulfil, settle, tender
from shop.orders.cancel import cancel_booking
from shop.orders.card import load as loading
from shop.orders.card import pay_out as paying_out
from shop.orders.card import take_back as taking_back
from shop.orders.card.appointment import Refused
from shop.orders.card.empty import NotPaidOut
from shop.orders.drop import NotDropped, drop_order
from shop.orders.models import Order
from shop.orders.place import Refused as NotPlaced
from shop.orders.redemption import claim as claiming
from shop.orders.redemption import hold as holding
from shop.orders.redemption.release import release
from shop.orders.settle import act_on
from shop.payments.models import Payment
from shop.people.models import User
from shop.vouchers.find import code_of
from tests.cards.cast import (
    appointment,
    balance,
    booked,
    card_type,
    holder,
    lots,
    ordered_top_up,
    prices,
    topped_up,
)
from tests.shopfloor import (
    assert_sound,
    charge_event,
    course,
    open_shop,
    order,
    pay,
    place_in,
    press,
    put,
    session_event,
    sold,
    vouchers,
)

HERE = ["address:192.0.2.1"]


@pytest.fixture(autouse=True)
def shop(any_app: Flask) -> Iterator[Flask]:
    """Cards of 25 € and 100 €; appointments at 25 €, and a course that a card may pay."""
    open_shop()
    card_type(tiers="25|100|200:190")
    prices()
    course("K1", 5000, capacity=None, class_key="kurs", cancel_fee_cents=0)
    yield any_app
    assert_sound()


def together(app: Flask, *deeds: Callable[[], object]) -> list[object]:
    """Start all deeds at one moment, each on a thread and connection of its own; what each was told."""
    start = Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> object:
        with app.app_context():
            start.wait(20)
            try:
                return deed()
            except Refused as refused:
                return refused.reason
            except (NotPlaced, claiming.Refused, loading.Refused) as refused:
                return refused.reason.value

    db.session.remove()
    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def slowly(monkeypatch: pytest.MonkeyPatch, room: object, name: str, *, after: bool = False) -> None:
    """Make the moment before (or after) a step long enough for others to come in between."""
    step = getattr(room, name)

    def slow(*arguments: object, **more: object) -> object:
        if not after:
            time.sleep(0.8)
        done = step(*arguments, **more)
        if after:
            time.sleep(0.8)
        return done

    monkeypatch.setattr(room, name, slow)


def later(deed: Callable[[], object]) -> Callable[[], object]:
    """The same deed, begun when the others are half-way."""

    def waited() -> object:
        time.sleep(0.2)
        return deed()

    return waited


def books(user: User, number: str, card: Card, form_key: uuid.UUID | None = None) -> Callable[[], str]:
    """Books an appointment on a device of its own."""
    user_id, card_number = user.id, card.number

    def deed() -> str:
        who, which = db.session.get_one(User, user_id), db.session.get_one(Card, card_number)
        return booked(who, number, card=which, form_key=form_key).number

    return deed


def in_checkout(card: Card, user: User, visitor: str = "erna") -> None:
    """A course lies in the basket, and the card pays it as far as it goes."""
    put(place_in("K1"), visitor=visitor)
    claiming.claim_card(visitor, user.id, card.number)


def paid_by_card_and_stripe(card: Card, user: User) -> Payment:
    """An order for the course, part of it held on the card; its payment is awaited."""
    in_checkout(card, user)
    _order, payment = press()
    assert payment is not None
    return payment


def held(card: Card) -> Cents:
    db.session.rollback()
    return ledger.standing(f"card:{card.number}").held


def test_two_devices_book_the_last_credit_and_one_succeeds(shop: Flask) -> None:
    for turn in range(3):
        erna, card = holder(f"erna{turn}")
        topped_up(card, 2500)
        for number in (f"A{turn}", f"B{turn}"):
            appointment(number)
        told = together(shop, books(erna, f"A{turn}", card), books(erna, f"B{turn}", card))
        assert sum(each == "too little" for each in told) == 1, told
        assert balance(card) == held(card) == 0
        assert db.session.scalar(select(func.count()).select_from(Booking)) == turn + 1


def test_a_phone_books_the_credit_that_a_checkout_pays_with_and_it_is_spent_once(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checkout lets its hold go and holds anew; the phone comes in between, and nobody waits in a ring."""
    slowly(monkeypatch, holding.book, "void", after=True)
    for turn in range(2):
        erna, card = holder(f"erna{turn}")
        topped_up(card, 2500)
        appointment(f"T{turn}")
        in_checkout(card, erna, f"erna{turn}")
        checkout = partial(press, visitor=f"erna{turn}")
        told = together(shop, checkout, later(books(erna, f"T{turn}", card)))
        assert told[1] == "too little"
        assert isinstance(told[0], tuple)
        assert (balance(card), held(card)) == (2500, 2500)


def test_a_checkout_is_ordered_while_the_phone_books_from_what_it_leaves(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly(monkeypatch, holding.book, "void", after=True)
    erna, card = holder()
    topped_up(card, 10000)
    appointment("T1")
    in_checkout(card, erna)
    told = together(shop, press, later(books(erna, "T1", card)))
    assert isinstance(told[0], tuple)
    assert told[1] != "too little"
    assert (balance(card), held(card)) == (2500, 0)


def test_a_voucher_is_taken_out_while_the_phone_books_on_the_card_that_pays_instead(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly(monkeypatch, holding.book, "void", after=True)
    erna, card = holder()
    topped_up(card, 10000)
    appointment("T1")
    voucher, code = sold(2500)
    voucher_number = voucher.number
    put(place_in("K1"))
    claiming.claim("erna", voucher_number, code, HERE)
    claiming.claim_card("erna", erna.id, card.number)
    assert held(card) == 2500

    def take_out() -> bool:
        with transaction():
            return release("erna", voucher_number)

    told = together(shop, take_out, later(books(erna, "T1", card)))
    assert told[0] is True
    assert told[1] != "too little"
    assert (balance(card), held(card)) == (7500, 5000)


def test_paying_out_and_cancelling_what_was_bought_together_never_wait_in_a_ring(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One order has topped the card up and booked a course that the card has paid in part."""
    slowly(monkeypatch, paying_out.cards, "lots_of", after=True)
    erna, card = holder()
    topped_up(card, 2500)
    with transaction():
        basket.add("erna", "card", {"card": card.number, "value": 10000})
    payment = paid_by_card_and_stripe(card, erna)
    pay(payment)
    booking, number = db.session.scalars(select(Booking.id)).one(), card.number

    def cancel() -> int:
        with transaction():
            return cancel_booking(booking, by="centre").back

    def pay_all_out() -> int:
        with transaction():
            return paying_out.pay_out(number, by="Jutta").back

    told = together(shop, pay_all_out, later(cancel))
    assert told[1] == 5000
    assert told[0] in (10000, 12500)
    assert balance(card) == 12500 - told[0]


def test_the_last_seat_goes_to_one_and_the_others_credit_is_untouched(shop: Flask) -> None:
    for turn in range(3):
        appointment(f"T{turn}", seats=1)
        people = [holder(f"{name}{turn}") for name in ("erna", "otto")]
        for _user, card in people:
            topped_up(card, 2500)
        told = together(shop, *(books(user, f"T{turn}", card) for user, card in people))
        assert sum(each == "full" for each in told) == 1, told
        assert [balance(card) for _user, card in people] == [2500 if each == "full" else 0 for each in told]
        assert [held(card) for _user, card in people] == [0, 0]
        assert db.session.get_one(Seats, f"T{turn}").taken == 1


def test_the_same_form_five_times_books_once(shop: Flask) -> None:
    erna, card = holder()
    topped_up(card, 10000)
    appointment("T1")
    told = together(shop, *([books(erna, "T1", card, uuid.uuid4())] * 5))
    assert len(set(told)) == 1
    assert balance(card) == 7500
    assert db.session.scalar(select(func.count()).where(Order.payment_method == "none")) == 1


def test_a_top_up_settles_while_bookings_are_made(shop: Flask) -> None:
    for turn in range(3):
        erna, card = holder(f"erna{turn}")
        topped_up(card, 2500)
        _order, payment = ordered_top_up(card)
        numbers = [f"{letter}{turn}" for letter in "AB"]
        for number in numbers:
            appointment(number)
        event = session_event(payment)
        told = together(shop, partial(act_on, event), *(books(erna, number, card) for number in numbers))
        assert getattr(told[0], "kind", "") == "done"
        done = sum(each != "too little" for each in told[1:])
        assert done >= 1
        assert balance(card) == 12500 - 2500 * done


def test_a_hold_is_posted_while_the_phone_books_on_the_same_card(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card before its purse, everywhere: else the one holds the purse and waits for the card."""
    slowly(monkeypatch, tender, "_note_paid")
    erna, card = holder()
    topped_up(card, 2500)
    payment = paid_by_card_and_stripe(card, erna)
    topped_up(card, 2500)
    appointment("T1")
    event = session_event(payment)
    told = together(shop, partial(act_on, event), later(books(erna, "T1", card)))
    assert getattr(told[0], "kind", "") == "done", told
    assert told[1] != "too little"
    assert balance(card) == held(card) == 0


def test_a_hold_is_taken_anew_while_the_phone_books_on_the_same_card(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly(monkeypatch, tender, "void", after=True)
    erna, card = holder()
    topped_up(card, 2500)
    payment = paid_by_card_and_stripe(card, erna)
    topped_up(card, 2500)
    appointment("T1")
    waiting = session_event(payment, paid=False)
    told = together(shop, partial(act_on, waiting), later(books(erna, "T1", card)))
    assert getattr(told[0], "kind", "") == "done", told
    assert told[1] != "too little"
    assert (balance(card), held(card)) == (2500, 2500)


def test_sweeper_payment_and_phone_meet_at_the_deadline_of_a_hold(shop: Flask) -> None:
    for turn in range(3):
        erna, card = holder(f"erna{turn}")
        topped_up(card, 2500)
        appointment(f"T{turn}")
        put(place_in("K1"), visitor=f"erna{turn}")
        claiming.claim_card(f"erna{turn}", erna.id, card.number)
        with clock.shifted_by(-tender.SHORT):
            _order, payment = press(visitor=f"erna{turn}")
        assert payment is not None
        event = session_event(payment)
        told = together(shop, partial(act_on, event), sweep, books(erna, f"T{turn}", card))
        won = "phone" if told[2] != "too little" else "checkout"
        assert getattr(told[0], "kind", "") == ("quarantined" if won == "phone" else "done"), told
        assert balance(card) == held(card) == 0


def sweep() -> int:
    with transaction():
        done = ledger.expire_overdue()
    return done + lapse_overdue()


def test_one_voucher_is_loaded_onto_one_of_two_cards(shop: Flask) -> None:
    for turn in range(3):
        voucher, code = sold(6000)
        number = voucher.number
        people = [holder(f"{name}{turn}") for name in ("erna", "otto")]
        deeds = [
            partial(loading.load, user.id, card.number, number, code, [f"address:{n}"])
            for n, (user, card) in enumerate(people)
        ]
        told = together(shop, *deeds, *deeds)
        assert sorted(map(str, told)) == ["6000", *["spent"] * 3]
        assert sorted(balance(card) for _user, card in people) == [0, 6000]
        assert ledger.posted(f"voucher:{number}") == 0


def test_a_charge_back_meets_the_loading_of_its_second_voucher(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One order of two vouchers, one is on the card already: card and vouchers never wait in a ring."""
    slowly(monkeypatch, fulfil, "freeze_vouchers", after=True)
    slowly(monkeypatch, loading.book, "available", after=True)
    erna, card = holder()
    _order, payment = order(quantity=2)
    pay(payment)
    first, second = sorted(vouchers(), key=lambda voucher: voucher.number)
    loading.load(erna.id, card.number, first.number, code_of(first), HERE)
    back = charge_event(payment, "charge.dispute.created", payment.cents)
    load = partial(loading.load, erna.id, card.number, second.number, code_of(second), HERE)
    told = together(shop, load, later(partial(act_on, back)))
    assert getattr(told[1], "kind", "") == "quarantined", told
    assert balance(card) == 0
    assert all(lot.frozen and not lot.left_cents for lot in lots(card))


def test_credit_is_taken_back_while_the_last_of_it_is_booked(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who had to wait for the card sees what is left on it then, and refunds nothing twice."""
    slowly(monkeypatch, tender, "_note_paid", after=True)
    erna, card = holder()
    order_number = topped_up(card, 2500).number
    topped_up(card, 10000)
    appointment("T1")

    def take_back() -> str:
        try:
            with transaction():
                return str(taking_back.take_back(order_number, by="Jutta").back)
        except NotPaidOut as refused:
            return str(refused)

    told = together(shop, books(erna, "T1", card), later(take_back))
    assert told[0] != "too little"
    assert told[1] == "2500" or "nothing is left" in str(told[1])
    assert balance(card) == (7500 if told[1] == "2500" else 10000)


def test_a_voucher_is_loaded_while_a_checkout_holds_it(shop: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hold locks no voucher: it may come between looking at one and moving what is on it."""
    slowly(monkeypatch, loading.book, "transfer")
    erna, card = holder()
    voucher, code = sold(2500)
    number = voucher.number
    put(place_in("K1"))
    load = partial(loading.load, erna.id, card.number, number, code, HERE)
    told = together(shop, load, later(partial(claiming.claim, "erna", number, code, ["address:2"])))
    assert told in (["held by a checkout", None], [2500, "spent"])
    assert ledger.posted(f"voucher:{number}") == 2500 - balance(card)


def test_an_order_is_dropped_while_its_payment_arrives(shop: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both take the payment before its order: else each has what the other waits for."""
    slowly(monkeypatch, settle, "placed", after=True)
    _erna, card = holder()
    order, payment = ordered_top_up(card)
    number, event = order.number, session_event(payment)
    assert held(card) == 0

    def drop() -> str:
        try:
            with transaction():
                return drop_order(number).number
        except NotDropped as refused:
            return str(refused)

    told = together(shop, partial(act_on, event), later(drop))
    assert getattr(told[0], "kind", "") == "done", told
    assert "it is paid" in str(told[1])
    assert balance(card) == 10000


def test_a_load_that_a_charge_back_overtakes_is_refused(shop: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    slowly(monkeypatch, fulfil, "freeze_vouchers", after=True)
    erna, card = holder()
    _order, payment = order(quantity=2)
    pay(payment)
    first, second = sorted(vouchers(), key=lambda voucher: voucher.number)
    loading.load(erna.id, card.number, first.number, code_of(first), HERE)
    back = charge_event(payment, "charge.dispute.created", payment.cents)
    load = partial(loading.load, erna.id, card.number, second.number, code_of(second), HERE)
    told = together(shop, partial(act_on, back), later(load))
    assert told[1] == "blocked"
    assert balance(card) == 0


def test_many_of_everything_at_one_card_leave_one_truth(shop: Flask) -> None:
    erna, card = holder()
    topped_up(card, 10000)
    (voucher, code), (_order, payment) = sold(6000), ordered_top_up(card)
    for number in "ABCD":
        appointment(number)
    event = session_event(payment)
    load = partial(loading.load, erna.id, card.number, voucher.number, code, HERE)
    told = together(
        shop, partial(act_on, event), load, sweep, *(books(erna, number, card) for number in "ABCD"), sweep
    )
    assert "too little" not in told
    assert balance(card) == 10000 + 10000 + 6000 - 4 * 2500
