"""The book's promises that a bank statement cannot tell."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select

from shop import clock
from shop.db import db, transaction
from shop.ledger import book
from shop.ledger.models import Account, Transfer
from tests.ledger.bank import NOON, in_order, play
from tests.statements import statements

G1 = "voucher:G1"


def sold(name: str, cents: int = 5000, **other: Any) -> book.Entry:
    facts: dict[str, Any] = {"debit": "till:pretend", "credit": G1, "reason": "sold", "reference": "B1"}
    return book.transfer(book.transfer_id(name), cents=cents, **facts | other)


def held(name: str, cents: int = 3000, deadline: datetime | None = None, **other: Any) -> book.Entry:
    facts: dict[str, Any] = {"debit": G1, "credit": "revenue", "reason": "redeem", "reference": "B1"}
    deadline = deadline or clock.of_database() + timedelta(minutes=30)
    return book.hold(book.transfer_id(name), cents=cents, deadline=deadline, **facts | other)


def test_an_id_is_made_of_its_facts_and_their_borders() -> None:
    one = UUID(int=1)
    assert book.transfer_id("settle", one, 3) == book.transfer_id("settle", str(one), "3")
    different = [("ab", "c"), ("a", "bc"), ("abc",), ("a", "b", "c"), ('a", "bc',), (date(2026, 1, 1),)]
    assert len({book.transfer_id(*facts) for facts in different}) == len(different)


def test_money_moves_only_inside_a_writing_transaction(any_app: Flask) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        sold("a")
    assert book.posted(G1) == 0


def test_what_an_open_hold_keeps_is_still_its_owners_to_give(any_app: Flask) -> None:
    with transaction():
        sold("a", 5000)
        hold_id = held("h", 3000).id
    assert (book.available(G1), book.available(G1, besides=hold_id)) == (2000, 5000)
    with transaction():
        book.void(hold_id)
    assert book.available(G1, besides=hold_id) == 5000
    assert book.available("voucher:G2", besides=hold_id) == 0


def test_a_rolled_back_transaction_leaves_nothing(any_app: Flask) -> None:
    with pytest.raises(LookupError), transaction():
        sold("a")
        held("h")
        raise LookupError
    assert (book.available(G1), book.movements(G1, 9), book.open_holds(G1)) == (0, [], [])


def test_a_caller_who_was_refused_goes_on_in_the_same_transaction(any_app: Flask) -> None:
    with transaction():
        sold("a")
        held("h", 1000)
        with pytest.raises(book.Overdrawn) as refused:
            held("i", 4001)
        with pytest.raises(book.Contradiction):
            sold("a", 9900)
        with pytest.raises(book.Contradiction):
            sold("a", credit="voucher:G2")
        with pytest.raises(book.Contradiction):
            held("h", 2000)
        with pytest.raises(book.MoreThanHeld):
            book.post(book.transfer_id("h"), 1001)
        held("j", 4000)
    assert (refused.value.account, refused.value.cents, refused.value.available) == (G1, 4001, 4000)
    assert book.available(G1) == book.available("voucher:G2") == 0
    in_order()


def test_a_repeat_returns_what_was_kept_the_first_time(any_app: Flask) -> None:
    with transaction():
        first = sold("a")
    with clock.shifted_by(timedelta(days=1)), transaction():
        assert sold("a") == first


def test_a_repeated_hold_keeps_its_first_deadline(any_app: Flask) -> None:
    with transaction():
        sold("a")
        first = held("h")
    with clock.shifted_by(timedelta(minutes=5)), transaction():
        assert held("h").deadline == first.deadline


@pytest.mark.parametrize(
    "wrong",
    [
        {"cents": 0},
        {"cents": -1},
        {"cents": True},
        {"cents": 1.0},
        {"cents": 2**53},
        {"debit": G1},
        {"debit": "vouchr:G1"},
        {"credit": "till"},
        {"credit": "revenue:courses"},
        {"credit": "voucher:G1:EUR"},
        {"credit": "voucher:"},
        {"credit": "voucher:G 1"},
        {"credit": "voucher:G1:USD"},
        {"currency": "eur"},
        {"reason": ""},
        {"reason": "r" * 41},
        {"reference": "r" * 81},
    ],
)
def test_a_mistake_of_the_callers_is_refused_before_anything_is_written(
    app: Flask, wrong: dict[str, Any]
) -> None:
    with transaction(), pytest.raises(ValueError, match=r"not |no such|pay itself|a reason"):
        sold("a", **wrong)
    assert db.session.scalars(select(Account.id)).all() == []


def test_a_hold_needs_a_purse_and_a_deadline_with_a_zone(app: Flask) -> None:
    with transaction():
        sold("a")
        with pytest.raises(ValueError, match="needs a purse"):
            held("h", debit="till:pretend")
        with pytest.raises(ValueError, match="time zone"):
            held("h", deadline=datetime(2026, 12, 1))
        with pytest.raises(ValueError, match="not an amount"):
            book.post(held("i").id, 0)
    assert book.available(G1) == 2000


def test_currencies_have_accounts_of_their_own(any_app: Flask) -> None:
    with transaction():
        sold("a", 5000)
        sold("b", 700, currency="USD")
        with pytest.raises(book.Overdrawn):
            book.transfer(
                book.transfer_id("c"),
                debit=G1,
                credit="revenue",
                cents=701,
                reason="r",
                reference="",
                currency="USD",
            )
    assert (book.posted(G1), book.posted("voucher:G1:USD")) == (5000, 700)
    assert (book.posted("till:pretend"), book.posted("till:pretend:USD")) == (5000, 700)
    in_order()


def test_balances_stand_on_the_side_on_which_an_account_grows(any_app: Flask) -> None:
    with transaction():
        sold("a", 19000, credit="card:W1")
        sold("b", 1000, debit="discount", credit="card:W1")
        sold("c", 200, credit="suspense")
        sold("d", 4000, debit="card:W1", credit="revenue")
        sold("e", 500, debit="card:W1", credit="breakage")
        sold("f", 5000, debit="card:W1", credit="till:pretend")
    balances = [
        book.posted(name)
        for name in (
            "till:pretend",
            "discount",
            "card:W1",
            "suspense",
            "revenue",
            "breakage",
            "receivable:B1",
        )
    ]
    assert balances == [14200, 1000, 10500, 200, 4000, 500, 0]


def test_only_purses_have_something_available(app: Flask) -> None:
    with pytest.raises(ValueError, match="not a purse"):
        book.available("revenue")
    with pytest.raises(ValueError, match="chart"):
        book.posted("vouchr:G1")


def test_rows_of_other_accounts_are_never_written_again(any_app: Flask) -> None:
    """A row that every sale touches would make all sales queue (DESIGN, Ledger)."""
    with transaction():
        sold("a")
    written: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().startswith(("UPDATE", "INSERT INTO accounts")):
            written.append(str(parameters))

    event.listen(db.engine, "before_cursor_execute", listen)
    with transaction():
        sold("b")
        hold = held("h")
        book.post(hold.id)
        sold("c", 100, debit=G1, credit="revenue")
    event.remove(db.engine, "before_cursor_execute", listen)
    assert len(written) == 5  # with revenue, which opens once
    assert sum("revenue" in facts for facts in written) == 1
    assert not any("till" in facts for facts in written)


def test_a_sale_and_a_redemption_are_two_statements_each(any_app: Flask) -> None:
    with transaction():
        sold("a")
        sold("b", 100, debit=G1, credit="revenue")
    with transaction(), statements() as run:
        sold("c", credit="voucher:G2")
        assert len(run) == 2
        sold("d", 100, debit=G1, credit="revenue")
        assert len(run) == 4


def test_movements_are_read_a_page_at_a_time_the_newest_first(any_app: Flask) -> None:
    with transaction():
        for number in range(7):
            with clock.stopped_at(NOON + timedelta(minutes=number // 2)):  # some at the same moment
                sold(f"a{number}", 1000 + number)
                sold(f"b{number}", 1 + number, debit=G1, credit="revenue")
        sold("other", credit="voucher:G2")
        held("h", 10)
    everything = book.movements(G1, 99)
    assert len(everything) == 14
    assert everything == sorted(everything, key=lambda entry: (entry.made_at, entry.id.hex), reverse=True)
    pages: list[book.Entry] = []
    while page := book.movements(G1, 3, before=pages[-1].id if pages else None):
        assert len(page) <= 3
        pages += page
    assert pages == everything


def test_a_posted_hold_is_a_movement_and_an_open_one_is_not(any_app: Flask) -> None:
    with transaction():
        sold("a")
        first, second, third = held("h", 100), held("i", 200), held("j", 300)
        post = book.post(first.id, 40)
        void = book.void(second.id)
        assert [entry.id for entry in book.open_holds(G1)] == [third.id]
        assert [(entry.kind, entry.cents) for entry in book.movements(G1, 1)] == [("post", 40)]
        assert (book.ending(first.id), book.ending(second.id), book.ending(third.id)) == (post, void, None)


@pytest.mark.parametrize("minutes", [29, 31])
def test_the_databases_clock_decides_about_deadlines(any_app: Flask, minutes: int) -> None:
    with transaction():
        sold("a")
        hold = held("h")
    with clock.shifted_by(timedelta(minutes=minutes)), transaction():
        if minutes < 30:
            assert book.post(hold.id).cents == 3000
        else:
            with pytest.raises(book.HoldEnded, match="expired"):
                book.post(hold.id)
            assert book.expire_overdue() == 1


def test_a_clock_that_goes_back_an_hour_revives_no_expired_hold(any_app: Flask) -> None:
    with transaction():
        sold("a")
        hold = held("h")
    with clock.shifted_by(timedelta(minutes=31)), transaction():
        book.expire(hold.id)
    with clock.shifted_by(-timedelta(minutes=29)), transaction(), pytest.raises(book.HoldEnded):
        book.post(hold.id)
    in_order()


def test_sweeping_takes_no_more_than_its_limit(any_app: Flask) -> None:
    with transaction():
        sold("a")
        for number in range(5):
            held(f"h{number}", 100)
    with clock.shifted_by(timedelta(hours=1)), transaction():
        assert [book.expire_overdue(2) for _ in range(4)] == [2, 2, 1, 0]
    assert book.available(G1) == 5000


def test_an_overdraft_is_given_to_the_last_cent(any_app: Flask) -> None:
    with transaction():
        sold("a", 1000)
        row = db.session.get_one(Account, G1)
        row.overdraft = 500
        db.session.flush()
        held("h", 1500)
        with pytest.raises(book.Overdrawn):
            held("i", 1)
        book.post(book.transfer_id("h"))
    assert (book.available(G1), book.posted(G1)) == (0, -500)
    in_order()


def test_what_is_kept_is_what_was_said(any_app: Flask) -> None:
    with transaction():
        entry = held_after_sale()
    row = db.session.get_one(Transfer, entry.id)
    assert {name: getattr(row, name) for name in entry.row} == entry.row


def held_after_sale() -> book.Entry:
    sold("a")
    return held("h")


def test_a_purse_can_be_emptied_and_filled_again_many_times(any_app: Flask) -> None:
    play(
        "\n".join(
            f"sell voucher:G1 {number},00 ok\nspend voucher:G1 {number},00 ok\nspend voucher:G1 0,01 overdrawn"
            for number in range(1, 8)
        )
    )
