"""What staff do with cards (DOMAIN W7): correct, close, reopen, reissue, pay out; and what they cannot do."""

import uuid
from datetime import timedelta

import pytest

from shop import clock
from shop.cards import desk, find
from shop.cards.desk import NotSo
from shop.cards.models import Card, Lot
from shop.cases.models import Case
from shop.db import db, transaction
from shop.documents.models import Document
from shop.ledger import book as ledger
from shop.orders.card.empty import NotPaidOut
from shop.orders.card.load import Refused, Unfit, Unknown, load
from shop.orders.card.paid_by_hand import BY_HAND, paid_by_hand
from shop.orders.card.pay_out import pay_out
from shop.orders.card.take_back import take_back
from shop.orders.models import Refund
from shop.orders.settle import act_on
from shop.orders.withdraw import withdraw
from shop.vouchers.find import Refusal, code_of
from shop.vouchers.models import VoucherProduct
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
    statement,
    topped_up,
)
from tests.shopfloor import charge_event, pay, sold

pytestmark = pytest.mark.usefixtures("shop")


def correct(card: Card, cents: int, reason: str = "Kulanz", key: uuid.UUID | None = None) -> None:
    with transaction():
        desk.correct(card.number, cents, reason=reason, by="Frau Koch", key=key or uuid.uuid4())


def expire(card: Card) -> None:
    """The last day of all credit on a card was yesterday."""
    with transaction() as session:
        for lot in session.scalars(db.select(Lot).where(Lot.number == card.number)):
            lot.valid_until = clock.today() - timedelta(days=1)


def test_a_correction_is_its_own_entry_with_its_reason() -> None:
    _erna, card = holder()
    correct(card, 500, "Stunde fiel halb aus")
    [line] = statement(card)
    assert (line.kind, line.cents, line.what, line.made_by) == (
        "correction",
        500,
        "Stunde fiel halb aus",
        "Frau Koch",
    )
    assert ledger.posted("discount") == 500


def test_the_same_correction_twice_is_one() -> None:
    _erna, card = holder()
    key = uuid.uuid4()
    correct(card, 500, key=key)
    correct(card, 500, key=key)
    assert balance(card) == 500
    with pytest.raises(ledger.Contradiction):
        correct(card, 700, key=key)
    assert balance(card) == 500


def test_a_correction_takes_off_the_oldest_credit_first() -> None:
    _erna, card = holder()
    topped_up(card)
    topped_up(card)
    correct(card, -2000)
    assert [lot.left_cents for lot in lots(card)] == [8000, 10000]


@pytest.mark.parametrize(("cents", "words"), [(-10001, "only 10000"), (0, "nothing")])
def test_no_correction_goes_below_the_limit_or_is_nothing(cents: int, words: str) -> None:
    _erna, card = holder()
    topped_up(card)
    with pytest.raises(NotSo, match=words):
        correct(card, cents)
    assert balance(card) == 10000


def test_a_correction_down_to_the_limit_is_possible() -> None:
    card_type("kredit", limit_standard=3000)
    _erna, card = holder(type_key="kredit")
    topped_up(card)
    correct(card, -13000)
    assert (balance(card), bookable(card)) == (-3000, 0)


def test_a_card_is_closed_only_at_zero_and_a_later_cancellation_reopens_it() -> None:
    erna, card = holder()
    appointment()
    correct(card, 2500)
    with pytest.raises(NotSo, match="2500 cents"), transaction():
        desk.close(card.number)
    booked(erna)
    with transaction():
        assert desk.close(card.number).state == "closed"
    cancel(by="customer")
    assert (find.card(card.number).state, balance(card)) == ("open", 2500)


def test_a_closed_card_cannot_be_overdrawn() -> None:
    card_type("kredit", limit_standard=3000)
    _erna, card = holder(type_key="kredit")
    with transaction():
        desk.close(card.number)
    assert bookable(card) == 0
    with transaction():
        desk.reopen(card.number)
    assert bookable(card) == 3000


def test_a_card_is_not_closed_while_a_top_up_is_under_way() -> None:
    _erna, card = holder()
    ordered_top_up(card, method="bank")
    with pytest.raises(NotSo, match="ordered"), transaction():
        desk.close(card.number)


def test_credit_cannot_be_booked_after_its_last_day_swept_or_not() -> None:
    _erna, card = holder()
    topped_up(card)
    expire(card)
    assert bookable(card) == 0


def test_expired_credit_comes_back_when_staff_say_so() -> None:
    _erna, card = holder()
    topped_up(card)
    expire(card)
    with transaction():
        cents = desk.reissue(card.number, clock.today() + timedelta(days=30), by="Jutta")
    assert (cents, bookable(card)) == (10000, 10000)
    assert [(line.kind, line.made_by) for line in statement(card)] == [
        ("top-up", ""),
        ("aside", ""),
        ("restored", "Jutta"),
    ]
    with pytest.raises(NotSo, match="expired"), transaction():
        desk.reissue(card.number, None, by="Jutta")


def test_paid_out_is_the_price_paid_for_the_rest_rounded_down_and_never_the_bonus() -> None:
    _erna, card = holder()
    order = topped_up(card, 20000)  # for 190 €
    correct(card, -3333)
    with transaction():
        done = pay_out(card.number, by="Frau Koch")
    assert (done.back, done.by_hand, done.bonus) == (
        16667 * 19000 // 20000,
        0,
        16667 - 16667 * 19000 // 20000,
    )
    assert balance(card) == 0
    refund = db.session.scalars(db.select(Refund)).one()
    assert (refund.order_id, refund.cents, refund.state) == (order.id, done.back, "due")
    paper = db.session.scalars(db.select(Document).where(Document.kind == "cancellation")).one()
    assert paper.cents == -done.back


def test_a_loaded_voucher_is_paid_out_by_hand() -> None:
    erna, card = holder()
    voucher, code = sold(5000)
    assert load(erna.id, card.number, voucher.number, code, HERE) == 5000
    with transaction():
        assert pay_out(card.number, by="Frau Koch").by_hand == 5000
    with transaction():
        assert paid_by_hand(card.number, "counter", by="Jutta") == 5000
    assert ledger.posted("till:counter") == -5000
    case = db.session.scalars(db.select(Case).where(Case.reason == BY_HAND)).one()
    assert (case.closed_by, case.note) == ("Jutta", "paid from counter")
    with pytest.raises(NotPaidOut, match="nothing"), transaction():
        paid_by_hand(card.number, "counter", by="Jutta")


def test_who_withdraws_from_a_top_up_has_it_frozen_at_once_and_gets_the_price_of_the_rest() -> None:
    erna, card = holder()
    appointment()
    order = topped_up(card, 20000)
    booked(erna)
    with transaction():
        withdraw("Erna Müller", order.number, order.email, "de")
    assert bookable(card) == 0
    with transaction():
        done = take_back(order.number, by="Frau Koch")
    assert (done.back, done.bonus, balance(card)) == (17500 * 19000 // 20000, 875, 0)
    with pytest.raises(NotPaidOut, match="nothing is left"), transaction():
        take_back(order.number, by="Frau Koch")


def test_an_empty_card_is_not_paid_out() -> None:
    _erna, card = holder()
    with pytest.raises(NotPaidOut, match="no credit"), transaction():
        pay_out(card.number, by="Frau Koch")


def test_a_voucher_is_loaded_whole_and_its_lot_keeps_its_last_day_and_age() -> None:
    erna, card = holder()
    voucher, code = sold(5000)
    topped_up(card)
    with transaction() as session:
        session.get_one(type(voucher), voucher.number).valid_until = clock.today() + timedelta(days=10)
    load(erna.id, card.number, voucher.number, code, HERE)
    assert balance(card) == 15000
    first = lots(card)[0]
    assert (first.source, first.valid_until) == ("voucher", clock.today() + timedelta(days=10))
    assert find.next_expiry(find.card(card.number)) == (clock.today() + timedelta(days=10), 5000)
    correct(card, -6000)
    assert [lot.left_cents for lot in lots(card)] == [0, 9000]
    with pytest.raises(Refused) as again:
        load(erna.id, card.number, voucher.number, code, HERE)
    assert again.value.reason is Refusal.SPENT


def test_a_wrong_code_loads_nothing_and_a_strangers_card_does_not_exist() -> None:
    erna, card = holder()
    voucher, code = sold(5000)
    with pytest.raises(Unknown):
        load(erna.id, card.number, voucher.number, "0" * 16, HERE)
    with pytest.raises(find.NoSuchCard):
        load(erna.id + 1, card.number, voucher.number, code, HERE)


def test_a_voucher_for_some_courses_only_is_not_loaded() -> None:
    erna, card = holder()
    voucher, _code = sold(5000)
    with transaction() as session:
        session.get_one(VoucherProduct, "standard").valid_for = ["sprachen"]
    with pytest.raises(Refused) as refused:
        load(erna.id, card.number, voucher.number, code_of(voucher), HERE)
    assert refused.value.reason is Unfit.NARROW


def test_a_chargeback_freezes_what_is_left_until_staff_thaw_it() -> None:
    erna, card = holder()
    appointment()
    _order, payment = ordered_top_up(card)
    pay(payment)
    booked(erna)
    act_on(charge_event(payment, "charge.dispute.created", 10000))
    assert (bookable(card), lots(card)[0].aside_cents) == (0, 7500)
    with transaction():
        desk.thaw(card.number, by="Jutta")
    assert bookable(card) == 7500
