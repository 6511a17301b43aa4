"""Bank transfer in advance."""

from datetime import date

import pytest

from shop.payments.bank import ByReference, arrived
from shop.payments.gateway import Begun, Refused
from tests.payments.cast import bill

DAY = date(2026, 11, 3)


def test_the_reference_is_the_order_number_and_there_is_no_page() -> None:
    assert ByReference().begin(bill()) == Begun("B4C18CC0", None, None)


def test_the_same_booking_told_twice_is_one_event() -> None:
    assert arrived("B4C18CC0", 50_00, DAY, "77") == arrived(" b4c18 cc0", 50_00, DAY, "77 ")


@pytest.mark.parametrize(
    "other",
    [
        arrived("B4C18CC1", 50_00, DAY, "77"),
        arrived("B4C18CC0", 50_01, DAY, "77"),
        arrived("B4C18CC0", 50_00, date(2026, 11, 4), "77"),
        arrived("B4C18CC0", 50_00, DAY, "78"),
    ],
)
def test_bookings_that_differ_are_different_events(other: object) -> None:
    assert arrived("B4C18CC0", 50_00, DAY, "77").event_id != other.event_id  # type: ignore[attr-defined]


def test_money_goes_back_by_hand() -> None:
    with pytest.raises(Refused):
        ByReference().refund("77", 50_00, "key")


def test_a_bill_whose_lines_do_not_add_up_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="B4C18CC0"):
        bill(cents=74_99)
