"""Redeeming: one code, one place, one person; strangers learn nothing (DOMAIN C3–C5, C7)."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import current_app
from sqlalchemy import func, select

from shop import clock
from shop.bookings.models import Booking, Enrolment, Waiting
from shop.catalogue.models import Offer, Seats
from shop.clock import shifted_by
from shop.core import codes
from shop.course_vouchers.find import Refusal
from shop.course_vouchers.models import CourseVoucher
from shop.db import db, transaction
from shop.ledger import book
from shop.orders.enrol import redeem as deal
from shop.orders.enrol.redeem import (
    Newcomer,
    Refused,
    Taken,
    Unfit,
    Unknown,
    look,
    redeem_existing,
    redeem_new,
)
from shop.orders.models import WrongCode
from shop.orders.throttle import Throttled
from shop.outbox.models import Message
from shop.people.models import User
from tests.organisations.cast import HERE, PASSWORD, code_texts, codes_of, learner, ordered
from tests.organisations.conftest import Town
from tests.shopfloor import assert_sound, course

LEA = Newcomer("Lea", "Neu", "lea@example.org", "lea.neu", PASSWORD)


@pytest.fixture
def code(town: Town) -> str:
    """A code for K1."""
    learner()
    return code_texts(ordered(town.organisation, town.anna))[0]


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def voucher(code: str) -> CourseVoucher:
    db.session.rollback()
    return db.session.get_one(CourseVoucher, codes.read_pair(code)[0])


def mails(kind: str) -> list[str]:
    return list(db.session.scalars(select(Message.recipient).where(Message.kind == kind)))


def reason(act: Callable[[], object]) -> object:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reason


def test_user_name_and_code_give_a_firm_place_at_zero_due(code: str) -> None:
    before = book.posted("revenue")
    place = redeem_existing("jonas", code, HERE)
    booking = db.session.get_one(Booking, place.booking_id)
    assert (booking.state, booking.offer_number, booking.order_line_id) == ("confirmed", "K1", None)
    assert (booking.first_name, booking.last_name, booking.email) == ("Jonas", "Öztürk", "jonas@example.org")
    assert db.session.get_one(Seats, "K1").taken == 1
    kept = voucher(code)
    assert (kept.state, kept.booking_id) == ("redeemed", place.booking_id)
    assert book.posted("revenue") == before
    assert mails("course_voucher_redeemed") == ["jonas@example.org"]
    assert_sound()


def test_the_course_stays_open_for_a_year_and_never_less_than_it_lasts(town: Town) -> None:
    learner()
    course("K5", 10000, days=600)
    codes_ = code_texts(ordered(town.organisation, town.anna, {"K1": 1, "K5": 1}))
    today = clock.today()
    assert redeem_existing("jonas", codes_[0], HERE).access_until == date(
        today.year + 1, today.month, today.day
    )
    assert redeem_existing("jonas", codes_[1], HERE).access_until == today + timedelta(days=600)


@pytest.mark.parametrize("shape", [str.lower, lambda text: text.replace("-", ""), lambda text: f" {text}\n"])
def test_a_code_is_read_as_people_paste_it(code: str, shape: Callable[[str], str]) -> None:
    assert redeem_existing("JONAS", shape(code), HERE).number == codes.read_pair(code)[0]


def test_sent_twice_it_is_the_same_place(code: str) -> None:
    first = redeem_existing("jonas", code, HERE)
    assert redeem_existing("jonas", code, HERE) == first
    assert (count(Booking), count(Enrolment)) == (1, 1)
    assert mails("course_voucher_redeemed") == ["jonas@example.org"]


def test_a_code_binds_one_person(code: str) -> None:
    redeem_existing("jonas", code, HERE)
    learner("erna", "Erna")
    assert reason(lambda: redeem_existing("erna", code, HERE)) is Refusal.REDEEMED
    assert count(Booking) == 1
    assert_sound()


@pytest.mark.parametrize("spoil", ["letter", "other shop", "old serial", "gift voucher", "nothing"])
def test_a_wrong_code_and_an_unknown_user_raise_the_same(code: str, spoil: str) -> None:
    number, _plain = codes.read_pair(code)
    wrong = {
        "letter": code[:-1] + ("A" if code[-1] != "A" else "B"),
        "other shop": codes.shown_course_code(number, codes.derive_code(b"x" * 32, number, 0)),
        "old serial": codes.shown_course_code(number, codes.derive_code(b"c" * 40, number, 7)),
        "gift voucher": f"G{code[1:]}",
        "nothing": "",
    }[spoil]
    with pytest.raises(Unknown):
        redeem_existing("jonas", wrong, HERE)
    with pytest.raises(Unknown):
        look(wrong, HERE)
    with pytest.raises(Unknown):
        redeem_new(LEA, wrong, HERE)
    with pytest.raises(Unknown):
        redeem_existing("niemand", code, HERE)
    assert (count(Booking), count(WrongCode)) == (0, 4)


@pytest.mark.parametrize("state", ["redeemed", "expired", "frozen", "cancelled"])
def test_with_an_unknown_user_a_useless_code_answers_like_a_good_one(code: str, state: str) -> None:
    _spoil(code, state)
    with pytest.raises(Unknown):
        redeem_existing("niemand", code, HERE)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("redeemed", Refusal.REDEEMED),
        ("expired", Refusal.EXPIRED),
        ("frozen", Refusal.OVERDUE),
        ("unpaid", Refusal.UNPAID),
        ("cancelled", Refusal.CANCELLED),
    ],
)
def test_with_both_right_the_refusal_is_exact(code: str, state: str, why: Refusal) -> None:
    _spoil(code, state)
    assert reason(lambda: redeem_existing("jonas", code, HERE)) is why
    assert reason(lambda: look(code, HERE)) is why
    assert reason(lambda: redeem_new(LEA, code, HERE)) is why
    assert count(WrongCode) == 0


def _spoil(code: str, state: str) -> None:
    if state == "redeemed":
        learner("erna", "Erna")
        redeem_existing("erna", code, HERE)
        return
    values: dict[str, dict[str, object]] = {
        "expired": {"valid_until": clock.today() - timedelta(days=1)},
        "frozen": {"frozen": "overdue"},
        "unpaid": {"frozen": "unpaid"},
        "cancelled": {"state": "cancelled"},
    }
    with transaction() as session:
        kept = session.get_one(CourseVoucher, codes.read_pair(code)[0])
        for name, value in values[state].items():
            setattr(kept, name, value)


def test_the_last_day_counts(code: str) -> None:
    with transaction() as session:
        session.get_one(CourseVoucher, codes.read_pair(code)[0]).valid_until = clock.today()
    assert redeem_existing("jonas", code, HERE)


def test_what_a_refusal_says_fills_the_support_form(code: str) -> None:
    _spoil(code, "frozen")
    with pytest.raises(Refused) as refused:
        redeem_existing("jonas", code, HERE)
    assert (refused.value.organisation, refused.value.offer_number) == ("Gemeinde Seedorf", "K1")
    assert refused.value.number == codes.read_pair(code)[0]


def test_a_full_course_a_late_one_and_one_that_is_off_are_told(code: str) -> None:
    with transaction() as session:
        session.get_one(Seats, "K1").capacity = 0
    assert reason(lambda: redeem_existing("jonas", code, HERE)) is Unfit.FULL
    with transaction() as session:
        session.get_one(Seats, "K1").capacity = None
        session.get_one(Offer, "K1").register_until = clock.today() - timedelta(days=1)
    assert reason(lambda: redeem_existing("jonas", code, HERE)) is Unfit.LATE
    with transaction() as session:
        session.get_one(Offer, "K1").cancelled_on = clock.today()
    assert reason(lambda: redeem_existing("jonas", code, HERE)) is Unfit.CANCELLED
    assert (voucher(code).state, count(Booking)) == ("open", 0)


def test_a_seat_that_belongs_to_those_who_wait_is_not_taken(code: str) -> None:
    with transaction() as session:
        session.get_one(Seats, "K1").capacity = 1
        session.add(
            Waiting(
                id=uuid.uuid4(),
                offer_number="K1",
                first_name="Uwe",
                last_name="Sand",
                email="uwe@example.org",
                language="de",
                state="waiting",
                joined_at=clock.now(),
                token_hash="0" * 64,
            )
        )
    assert reason(lambda: redeem_existing("jonas", code, HERE)) is Unfit.FULL
    assert db.session.get_one(Seats, "K1").taken == 0


def test_unpublishing_a_course_stops_sale_only(code: str) -> None:
    with transaction() as session:
        session.get_one(Offer, "K1").published = False
    assert redeem_existing("jonas", code, HERE)


def test_nobody_wastes_a_second_code_on_a_course_they_are_in(town: Town) -> None:
    learner()
    first, second = code_texts(ordered(town.organisation, town.anna))
    redeem_existing("jonas", first, HERE)
    assert reason(lambda: redeem_existing("jonas", second, HERE)) is Unfit.ALREADY
    assert voucher(second).state == "open"


def test_a_package_takes_a_seat_in_each_of_its_courses(town: Town) -> None:
    learner()
    course("P1", 12000, None, contains=["K1", "K2"])
    with transaction() as session:
        package = session.get_one(Offer, "P1")
        package.kind, package.starts_on, package.sessions = "package", None, []
    [code] = code_texts(ordered(town.organisation, town.anna, {"P1": 1}))
    place = redeem_existing("jonas", code, HERE)
    assert db.session.get_one(Booking, place.booking_id).places == ["K1", "K2"]
    assert [db.session.get_one(Seats, number).taken for number in ("K1", "K2", "P1")] == [1, 1, 0]
    assert_sound()


def test_the_course_is_shown_once_the_code_is_right(code: str) -> None:
    seen = look(code, HERE)
    assert (seen.offer.number, seen.organisation, seen.number) == (
        "K1",
        "Gemeinde Seedorf",
        codes.read_pair(code)[0],
    )
    assert voucher(code).state == "open"


def test_a_new_user_gets_account_and_place_at_once_and_confirms_later(code: str) -> None:
    place = redeem_new(LEA, code, HERE)
    user = db.session.scalars(select(User).where(User.username == "lea.neu")).one()
    assert (user.email, user.confirmed_at, user.first_name) == ("lea@example.org", None, "Lea")
    assert db.session.get_one(Enrolment, place.booking_id).user_id == user.id
    assert mails("account_confirm") == mails("course_voucher_redeemed") == ["lea@example.org"]
    assert_sound()


def test_the_form_sent_twice_is_one_account_and_one_place(code: str) -> None:
    assert redeem_new(LEA, code, HERE) == redeem_new(LEA, code, HERE)
    assert (count(Booking), count(User)) == (1, 3)


@pytest.mark.parametrize("name", ["jonas", "JONAS", "j0nas", "jo.nas"])
def test_a_user_name_that_is_taken_or_alike_is_told_once_the_code_is_right(code: str, name: str) -> None:
    with pytest.raises(Taken) as taken:
        redeem_new(Newcomer("Lea", "Neu", "lea@example.org", name, PASSWORD), code, HERE)
    assert taken.value.field == "username"
    assert (voucher(code).state, count(User), count(Booking)) == ("open", 2, 0)


def test_an_address_with_an_account_gets_the_place_and_the_answer_tells_nobody(town: Town) -> None:
    jonas = learner()
    first, second = code_texts(ordered(town.organisation, town.anna))
    other = Newcomer("Jonas", "Öztürk", "Jonas@Example.org", "ganz.anders", PASSWORD)
    kept = redeem_new(other, first, HERE)
    fresh = redeem_new(LEA, second, HERE)
    assert {name for name in vars(kept)} == {name for name in vars(fresh)}
    assert db.session.get_one(Enrolment, kept.booking_id).user_id == jonas.id
    assert count(User) == 3
    assert mails("account_confirm") == ["lea@example.org"]
    assert sorted(mails("course_voucher_redeemed")) == ["jonas@example.org", "lea@example.org"]


def test_a_taken_user_name_is_told_before_the_address_so_no_address_shows(code: str) -> None:
    for email in ("jonas@example.org", "lea@example.org"):
        with pytest.raises(Taken) as taken:
            redeem_new(Newcomer("Lea", "Neu", email, "jonas", PASSWORD), code, HERE)
        assert taken.value.field == "username"


def test_the_password_is_hashed_whether_it_is_needed_or_not(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing is what takes time; where it is left out, the answer's time tells who has an account."""
    hashed: list[str] = []
    real = deal.hashed
    monkeypatch.setattr(deal, "hashed", lambda password: hashed.append(password) or real(password))
    with pytest.raises(Unknown):
        redeem_new(LEA, "K4C18", HERE)
    redeem_new(Newcomer("Jonas", "Ö", "jonas@example.org", "ganz.anders", PASSWORD), code, HERE)
    assert len(hashed) == 2


def test_ten_wrong_guesses_slow_this_source_only(code: str) -> None:
    for _ in range(5):
        with pytest.raises(Unknown):
            redeem_existing("niemand", code, HERE)
        with pytest.raises(Unknown):
            look("K4C18-CCA0R-5RKD-DG44-MBJ7-MQAA", HERE)
    for act in (lambda: look(code, HERE), lambda: redeem_existing("jonas", code, HERE)):
        with pytest.raises(Throttled):
            act()
    assert redeem_existing("jonas", code, ["address:198.51.100.7"])


def test_who_tries_user_names_with_a_good_code_is_slowed_too(code: str) -> None:
    for _ in range(10):
        with pytest.raises(Taken):
            redeem_new(Newcomer("L", "N", "lea@example.org", "jonas", PASSWORD), code, HERE)
    with pytest.raises(Throttled):
        redeem_new(LEA, code, HERE)


def test_a_disabled_account_is_an_unknown_user(code: str) -> None:
    with transaction() as session:
        session.scalars(select(User).where(User.username == "jonas")).one().active = False
    with pytest.raises(Unknown):
        redeem_existing("jonas", code, HERE)


def test_months_are_a_setting(town: Town) -> None:
    current_app.config.update(COURSE_CODE_MONTHS=1, COURSE_ACCESS_MONTHS=2)
    learner()
    order = ordered(town.organisation, town.anna)
    code = code_texts(order)[0]
    with shifted_by(timedelta(days=40)):
        assert reason(lambda: redeem_existing("jonas", code, HERE)) is Refusal.EXPIRED
    assert redeem_existing("jonas", code, HERE).access_until <= clock.today() + timedelta(days=62)
    assert codes_of(order)[0].valid_until <= clock.today() + timedelta(days=31)
