"""An organisation's transfer: exactly what is outstanding settles the invoice, anything else is kept safe (C2, P5)."""

from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from shop import clock
from shop.clock import shifted_by
from shop.course_vouchers import find
from shop.course_vouchers.models import CourseVoucherEvent
from shop.db import db, transaction
from shop.ledger import book
from shop.orders.enrol.redeem import redeem_existing
from shop.orders.models import Order, Purchase
from shop.orders.purchase.freeze import review
from shop.outbox.models import Message
from shop.payments.models import Payment
from tests.organisations.cast import HERE, code_texts, codes_of, learner, ordered, transferred
from tests.organisations.conftest import Town
from tests.shopfloor import assert_sound

LATE = timedelta(days=15)


def balances(order: Order) -> dict[str, int]:
    """What each account of an order says, in cents."""
    db.session.rollback()
    assert_sound()
    names = (f"receivable:{order.number}", "revenue", "till:bank", f"payable:{order.number}", "suspense")
    return {name.partition(":")[0]: book.posted(name) for name in names if book.posted(name)}


def frozen(order: Order) -> list[str]:
    return [each.frozen for each in codes_of(order)]


def mails(kind: str) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.kind == kind)))


def test_a_sale_on_account_is_a_receivable_until_the_transfer_comes(town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    assert balances(order) == {"receivable": 20000, "revenue": 20000}
    outcome = transferred(order)
    assert outcome is not None
    assert (outcome.kind, outcome.note) == ("done", "invoice paid")
    assert balances(order) == {"revenue": 20000, "till": 20000}
    payment = db.session.scalars(select(Payment)).one()
    assert payment.state == "certain"
    assert [mail.recipient for mail in mails("purchase_paid")] == ["kasse@seedorf.example.org"]


@pytest.mark.parametrize("cents", [19999, 20001, 1])
def test_another_amount_goes_to_suspense_and_the_invoice_stays_open(town: Town, cents: int) -> None:
    order = ordered(town.organisation, town.anna)
    outcome = transferred(order, cents)
    assert outcome is not None
    assert outcome.kind == "quarantined"
    assert balances(order) == {"receivable": 20000, "revenue": 20000, "till": cents, "suspense": cents}
    transferred(order, bank_ref="the right one")
    assert balances(order)["till"] == 20000 + cents
    assert "receivable" not in balances(order)


def test_the_same_booking_told_twice_is_paid_once_and_another_booking_is_other_money(town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    transferred(order, bank_ref="A1")
    assert transferred(order, bank_ref="A1") is None
    outcome = transferred(order, bank_ref="B2")
    assert outcome is not None
    assert outcome.kind == "quarantined"
    assert balances(order) == {"revenue": 20000, "till": 40000, "suspense": 20000}


def test_an_overdue_invoice_freezes_unused_codes_and_is_reminded_once(town: Town) -> None:
    order = ordered(town.organisation, town.anna, {"K1": 3})
    learner()
    redeem_existing("jonas", code_texts(order)[0], HERE)
    assert review() == 0
    with shifted_by(timedelta(days=14)):
        assert review() == 0  # the last day to pay counts
    with shifted_by(LATE):
        assert review() == 1
        assert review() == 0
        assert frozen(order) == ["", "overdue", "overdue"]
        assert find.refusal(codes_of(order)[1], clock.today()) is find.Refusal.OVERDUE
        assert [mail.recipient for mail in mails("invoice_overdue")] == ["kasse@seedorf.example.org"]
        assert_sound()


def test_the_transfer_thaws_what_was_frozen(town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    with shifted_by(LATE):
        review()
        transferred(order)
        assert frozen(order) == ["", ""]
        told = db.session.scalars(
            select(CourseVoucherEvent.what).where(CourseVoucherEvent.number == codes_of(order)[0].number)
        )
        assert list(told) == ["issued", "frozen", "thawed"]
        assert review() == 0
        assert_sound()


def test_with_the_setting_off_nothing_freezes_and_what_was_frozen_works_again(town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    with shifted_by(LATE):
        current_app.config["FREEZE_OVERDUE"] = False
        review()
        assert frozen(order) == ["", ""]
        assert len(mails("invoice_overdue")) == 1
        current_app.config["FREEZE_OVERDUE"] = True
        review()
        assert frozen(order) == ["overdue", "overdue"]
        current_app.config["FREEZE_OVERDUE"] = False
        review()
        assert frozen(order) == ["", ""]


def test_more_time_to_pay_thaws(town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    with shifted_by(LATE):
        review()
        with transaction() as session:
            session.get_one(Purchase, order.id).due_on = clock.today()
        assert review() == 1
        assert frozen(order) == ["", ""]


def test_codes_after_payment_come_with_the_payment(town: Town) -> None:
    current_app.config["COURSE_CODES_AFTER_PAYMENT"] = True
    order = ordered(town.organisation, town.anna)
    with shifted_by(LATE):
        review()
        assert frozen(order) == ["unpaid", "unpaid"]  # they never worked, so nothing freezes
    transferred(order)
    assert frozen(order) == ["", ""]
    assert [mail.facts["codes"] for mail in mails("purchase_paid")] == [True]
    assert_sound()
