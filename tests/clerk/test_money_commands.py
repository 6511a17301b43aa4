"""`flask shop payment confirm | verify | expire`: what staff type about money, and what they are told."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select, text

from shop import clock
from shop.cases.models import Case
from shop.db import db, transaction
from shop.ledger import book
from shop.orders.models import Order
from shop.outbox.models import Message
from shop.payments.models import Event
from tests.shopfloor import assert_sound, open_shop, order, pay, vouchers, wish

SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def shop(any_app: Flask) -> FlaskCliRunner:
    open_shop()
    return any_app.test_cli_runner()


def run(shop: FlaskCliRunner, *words: str) -> tuple[int, str]:
    db.session.rollback()
    result = shop.invoke(args=["shop", *words])
    db.session.rollback()
    return result.exit_code, result.output


def confirm(shop: FlaskCliRunner, *words: str) -> tuple[int, str]:
    return run(shop, "payment", "confirm", *words)


def ordered(cents: int = 5000) -> str:
    """Erna orders by bank transfer; the number that she writes on it."""
    return order(wish(cents), method="bank")[0].number


def state() -> str:
    return db.session.scalars(select(Order.state)).one()


def counted(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("amount", ["50", "50,00", "50.00", "50 €"])
def test_a_confirmed_transfer_settles_its_order(shop: FlaskCliRunner, amount: str) -> None:
    number = ordered()
    assert confirm(shop, number, amount) == (0, f"{number}: 50{SPACE}€, order settled.\n")
    assert state() == "settled"
    assert len(vouchers()) == 1
    assert book.posted("till:bank") == 5000
    assert_sound()


def test_the_reference_may_be_written_as_the_bank_prints_it(shop: FlaskCliRunner) -> None:
    number = ordered()
    spaced = f" {number[:3].lower()} {number[3:].lower()} "
    assert confirm(shop, spaced, "50")[0] == 0
    assert state() == "settled"


def test_a_transfer_told_twice_on_one_day_counts_once(shop: FlaskCliRunner) -> None:
    number = ordered()
    confirm(shop, number, "50")
    status, said = confirm(shop, number, "50,00")
    assert (status, said) == (0, f"{number}: 50{SPACE}€ was confirmed today already; nothing changed.\n")
    assert book.posted("till:bank") == 5000
    assert counted(Event) == 1
    assert_sound()


def test_a_second_equal_transfer_is_told_apart_by_the_banks_name(shop: FlaskCliRunner) -> None:
    number = ordered()
    confirm(shop, number, "50", "--bank-ref", "NTRF1")
    status, said = confirm(shop, number, "50", "--bank-ref", "NTRF2")
    assert status == 1
    assert "the order was paid already: give this back" in said
    assert book.posted("till:bank") == 10000
    assert book.posted("suspense") == 5000
    assert_sound()


def test_the_same_booking_told_by_two_people_counts_once(shop: FlaskCliRunner) -> None:
    number = ordered()
    confirm(shop, number, "50")
    status, said = confirm(shop, number, "50", "--bank-ref", "NTRF1")
    assert (status, said) == (0, f"{number}: 50{SPACE}€, already certain.\n")
    assert book.posted("till:bank") == 5000


@pytest.mark.parametrize("amount", ["49,99", "50,01"])
def test_another_amount_goes_into_suspense_and_to_staff(shop: FlaskCliRunner, amount: str) -> None:
    number = ordered()
    status, said = confirm(shop, number, amount)
    assert status == 1
    assert "amount or currency differs from the order's" in said
    assert state() == "placed"
    assert vouchers() == []
    assert counted(Case) == 1
    assert book.posted("suspense") == round(float(amount.replace(",", ".")) * 100)
    assert_sound()


def test_money_for_an_unknown_reference_goes_into_suspense(shop: FlaskCliRunner) -> None:
    status, said = confirm(shop, "B-NOBODY", "50")
    assert status == 1
    assert "money without a payment of ours" in said
    assert book.posted("suspense") == 5000
    assert counted(Case) == 1


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "1e3", "５０", "5,001", "fünfzig", "99999999999"])
def test_what_is_no_amount_changes_nothing(shop: FlaskCliRunner, amount: str) -> None:
    number = ordered()
    status, said = confirm(shop, "--", number, amount)
    assert status == 2
    assert "Invalid value for AMOUNT" in said
    assert counted(Event) == 0
    assert state() == "placed"


def test_the_confirmation_is_queued_with_the_money(shop: FlaskCliRunner) -> None:
    confirm(shop, ordered(), "50")
    assert set(db.session.scalars(select(Message.kind))) == {"order_received", "order_confirmed"}


def test_verify_prints_each_invariant_in_order(shop: FlaskCliRunner) -> None:
    pay(order()[1])
    status, said = run(shop, "verify")
    assert status == 0
    names = [line.split()[0] for line in said.splitlines()]
    assert names == sorted(names, key=lambda name: int(name[1:]))
    assert {"I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I12", "I13", "I14", "I16"} <= set(names)
    assert all(" ok " in line for line in said.splitlines())


def test_verify_fails_when_one_invariant_does(shop: FlaskCliRunner) -> None:
    pay(order()[1])
    with transaction() as session:
        session.execute(text("UPDATE accounts SET credits_posted = credits_posted + 1 WHERE purse"))
    status, said = run(shop, "verify")
    assert status == 1
    (failed,) = [line for line in said.splitlines() if "FAIL" in line]
    assert failed.startswith("I2   FAIL voucher:G")


def test_verify_writes_nothing(shop: FlaskCliRunner) -> None:
    pay(order()[1])
    rows = [counted(table) for table in (Event, Message, Case)]
    run(shop, "verify")
    assert [counted(table) for table in (Event, Message, Case)] == rows


def held(count: int) -> str:
    """A voucher of 50 € with so many holds of 10 cents that end in a minute; its account."""
    pay(order()[1])
    account = vouchers()[0].account
    with transaction():
        for place in range(count):
            book.hold(
                book.transfer_id("claim", place),
                debit=account,
                credit="revenue",
                cents=10,
                deadline=clock.of_database() + timedelta(minutes=1),
                reason="claim",
                reference="K1",
            )
    return account


def test_expire_releases_every_overdue_hold(shop: FlaskCliRunner) -> None:
    account = held(120)
    with clock.shifted_by(timedelta(minutes=2)):
        assert run(shop, "expire") == (0, "120 holds released.\n")
        assert run(shop, "expire") == (0, "0 holds released.\n")
    assert book.available(account) == 5000
    assert_sound()


def test_expire_leaves_holds_that_are_not_due(shop: FlaskCliRunner) -> None:
    account = held(3)
    assert run(shop, "expire") == (0, "0 holds released.\n")
    assert book.available(account) == 4970
