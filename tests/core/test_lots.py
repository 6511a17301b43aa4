"""Lots: the oldest pays, every cent has its price, and what comes back undoes what was drawn (DOMAIN W9, T4)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.core.lots import Draw, Rest, draw, is_usable, paid_part, pay_out, put_back, spare

DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)


def lot(n: int, left: int, paid: int | None = None, age: int = 0) -> Rest:
    """The n-th lot, so many days old."""
    return Rest(UUID(int=n), left, left if paid is None else paid, DAY - timedelta(days=age))


def after(lots: Sequence[Rest], draws: Sequence[Draw], sign: int = -1) -> list[Rest]:
    """The lots when draws have been taken out (or, with sign 1, put back)."""
    moved = {each.lot: each for each in draws}
    return [
        Rest(each.id, each.left + sign * part.cents, each.paid + sign * part.paid, each.since)
        if (part := moved.get(each.id))
        else each
        for each in lots
    ]


@st.composite
def some_lots(draws: st.DrawFn) -> list[Rest]:
    """A few lots of any age, some bought with a discount, one or two given for nothing."""
    found = draws(
        st.lists(st.tuples(st.integers(1, 30000), st.integers(0, 100), st.integers(0, 9)), max_size=5)
    )
    return [lot(n, left, left * share // 100, age) for n, (left, share, age) in enumerate(found)]


LOTS = some_lots()


def test_two_hundred_for_one_hundred_and_ninety_is_taxed_pro_rata() -> None:
    assert paid_part(2500, 20000, 19000) == 2375
    assert paid_part(20000, 20000, 19000) == 19000


def test_the_oldest_lot_pays_first_then_the_next_then_credit_not_bought_yet() -> None:
    old, new = lot(1, 1000, age=9), lot(2, 2000, 1900)
    assert draw(3500, [new, old]) == [
        Draw(old.id, 1000, 1000),
        Draw(new.id, 2000, 1900),
        Draw(None, 500, 500),
    ]


def test_what_a_checkout_holds_is_touched_last() -> None:
    old = Rest(UUID(int=1), 1000, 950, DAY - timedelta(days=9), held=600)
    assert draw(1400, [old, lot(2, 1000)]) == [Draw(old.id, 400, 380), Draw(UUID(int=2), 1000, 1000)]
    assert draw(2100, [old, lot(2, 1000)]) == [
        Draw(old.id, 1000, 950),
        Draw(UUID(int=2), 1000, 1000),
        Draw(None, 100, 100),
    ]
    assert draw(1700, [old, lot(2, 1000)])[0] == Draw(old.id, 700, 665)


def test_what_is_held_is_the_oldest_lots() -> None:
    assert spare(1500, [1000, 2000, 50]) == [0, 1500, 50]
    assert spare(0, [7]) == [7]
    assert spare(9999, [7, 8]) == [0, 0]


def test_lots_of_one_age_pay_in_the_order_of_their_ids() -> None:
    assert [each.lot for each in draw(30, [lot(2, 20), lot(1, 20)])] == [UUID(int=1), UUID(int=2)]


def test_credit_not_bought_yet_comes_back_first_then_the_youngest_lots() -> None:
    drawn = draw(3500, [lot(1, 1000, age=9), lot(2, 2000, 1900)])
    assert put_back(1000, drawn) == [Draw(None, 500, 500), Draw(UUID(int=2), 500, 475)]


def test_a_fee_is_kept_of_the_oldest_credit() -> None:
    drawn = draw(3000, [lot(1, 1000, age=9), lot(2, 2000)])
    assert [(each.lot, each.cents) for each in put_back(2000, drawn)] == [(UUID(int=2), 2000)]


def test_more_than_was_drawn_never_comes_back() -> None:
    with pytest.raises(ValueError, match="1 cents more"):
        put_back(101, [Draw(UUID(int=1), 100, 100)])


@pytest.mark.parametrize("cents", [-1, 101])
def test_no_part_is_larger_than_the_whole(cents: int) -> None:
    with pytest.raises(ValueError, match="no part"):
        paid_part(cents, 100, 95)


def test_a_lot_can_be_used_on_its_last_day_and_never_after() -> None:
    last = date(2026, 12, 31)
    assert is_usable(last, last)
    assert not is_usable(last, last + timedelta(days=1))
    assert is_usable(None, date.max)


def test_a_bonus_is_never_paid_out() -> None:
    assert pay_out(20000, 19000, 20000) == 19000
    assert pay_out(100, 19000, 20000) == 95
    assert pay_out(99, 19000, 20000) == 94  # rounded down
    assert pay_out(5000, 0, 5000) == 0


@given(LOTS, st.integers(1, 200000))
def test_draws_sum_up_and_the_oldest_is_empty_before_the_next_is_touched(
    lots: list[Rest], cents: int
) -> None:
    draws = draw(cents, lots)
    assert sum(each.cents for each in draws) == cents
    by_lot = {each.lot: each.cents for each in draws}
    still_wanted = cents
    for each in sorted(lots, key=lambda each: (each.since, each.id)):
        assert by_lot.get(each.id, 0) == min(each.left, still_wanted)
        still_wanted -= by_lot.get(each.id, 0)
    assert by_lot.get(None, 0) == still_wanted


@given(LOTS, st.integers(1, 200000))
def test_putting_all_back_undoes_the_draw(lots: list[Rest], cents: int) -> None:
    draws = draw(cents, lots)
    assert after(after(lots, draws), put_back(cents, draws), 1) == list(lots)


@given(LOTS, st.integers(1, 200000), st.data())
def test_what_stays_drawn_and_what_came_back_make_the_whole(
    lots: list[Rest], cents: int, data: st.DataObject
) -> None:
    draws = draw(cents, lots)
    back = data.draw(st.integers(0, cents))
    parts = put_back(back, draws)
    assert sum(each.cents for each in parts) == back
    for part in parts:
        drawn = next(each for each in draws if each.lot == part.lot)
        assert 0 <= part.paid <= part.cents <= drawn.cents
        assert 0 <= drawn.paid - part.paid <= drawn.cents - part.cents


@given(st.integers(1, 30000), st.integers(0, 100), st.data())
def test_paid_parts_make_the_price_to_the_cent_whatever_was_used_and_put_back(
    value: int, percent: int, data: st.DataObject
) -> None:
    """One lot, any sequence of uses and returns: nothing of its price is lost or made (T4)."""
    price = value * percent // 100
    rest, uses = lot(1, value, price), list[Draw]()
    for _ in range(data.draw(st.integers(1, 25))):
        if uses and data.draw(st.booleans()):
            place = data.draw(st.integers(0, len(uses) - 1))
            used = uses.pop(place)
            back = put_back(data.draw(st.integers(0, used.cents)), [used])
            [rest] = after([rest], back, 1)
            for part in back:
                used = Draw(used.lot, used.cents - part.cents, used.paid - part.paid)
            uses.append(used)
        elif rest.left:
            [used] = draw(data.draw(st.integers(1, rest.left)), [rest])
            [rest] = after([rest], [used])
            uses.append(used)
        assert rest.paid + sum(each.paid for each in uses) == price
        assert rest.left + sum(each.cents for each in uses) == value
        assert 0 <= rest.paid <= rest.left
    if rest.left:
        [last] = draw(rest.left, [rest])
        assert last.paid + sum(each.paid for each in uses) == price
