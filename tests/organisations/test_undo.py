"""Giving a place back, by its owner or by the organisation; the code is open again under new symbols (C5, C6)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shop import clock
from shop.bookings.models import Booking
from shop.catalogue.models import Offer, Seats
from shop.clock import shifted_by
from shop.core import codes
from shop.course_vouchers.find import Refusal
from shop.course_vouchers.models import CourseVoucher, CourseVoucherEvent
from shop.db import db, transaction
from shop.logs import masked
from shop.orders.certify import complete
from shop.orders.enrol import desk, undo
from shop.orders.enrol.desk import Obstacle
from shop.orders.enrol.redeem import Enrolled, Unknown, redeem_existing
from shop.orders.enrol.revoke import revoke
from shop.orders.enrol.undo import NoSuchLink, TooLate, undo_link, undo_token
from shop.outbox.models import Message
from tests.organisations.cast import HERE, administrator, code_texts, codes_of, learner, municipality, ordered
from tests.organisations.conftest import Town
from tests.shopfloor import assert_sound


@pytest.fixture
def place(town: Town) -> Enrolled:
    """Jonas has a place in K1."""
    learner()
    return redeem_existing("jonas", code_texts(ordered(town.organisation, town.anna))[0], HERE)


def story(number: str) -> list[str]:
    db.session.rollback()
    events = select(CourseVoucherEvent.what).where(CourseVoucherEvent.number == number)
    return list(db.session.scalars(events.order_by(CourseVoucherEvent.id)))


def kept(number: str) -> CourseVoucher:
    db.session.rollback()
    return db.session.get_one(CourseVoucher, number)


def is_free(number: str) -> bool:
    """The seat is free, the code is open and nobody's, and the books are in order."""
    assert_sound()
    voucher = kept(number)
    return (voucher.state, voucher.user_id, voucher.booking_id) == ("open", None, None) and (
        db.session.get_one(Seats, "K1").taken == 0
    )


def test_the_link_frees_seat_and_code_and_the_old_code_is_void(town: Town, place: Enrolled) -> None:
    old = kept(place.number).serial
    done = undo.undo(undo_token(place.booking_id))
    assert done.booking.state == "cancelled"
    assert is_free(place.number)
    assert kept(place.number).serial == old + 1
    assert story(place.number) == ["issued", "redeemed", "undone"]
    assert db.session.scalars(select(Message.recipient).where(Message.kind == "enrolment_ended")).all() == [
        "jonas@example.org"
    ]


def test_opened_twice_it_is_done_once(place: Enrolled) -> None:
    undo.undo(undo_token(place.booking_id))
    undo.undo(undo_token(place.booking_id))
    assert is_free(place.number)
    assert story(place.number).count("undone") == 1


def test_the_new_code_gives_a_new_place(town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    learner()
    old = code_texts(order)[0]
    first = redeem_existing("jonas", old, HERE)
    undo.undo(undo_token(first.booking_id))
    with pytest.raises(Unknown):
        redeem_existing("jonas", old, HERE)
    again = redeem_existing("jonas", code_texts(order)[0], HERE)
    assert again.booking_id != first.booking_id
    undo.undo(undo_token(first.booking_id))  # the old letter's link touches the new place not at all
    assert kept(again.number).booking_id == again.booking_id
    assert_sound()


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1] + "x", lambda t: t.split(".")[0], lambda t: "", lambda t: "ä." + t]
)
def test_a_link_that_was_not_made_here_opens_nothing(place: Enrolled, spoil) -> None:
    with pytest.raises(NoSuchLink):
        undo.undo(spoil(undo_token(place.booking_id)))
    with pytest.raises(NoSuchLink):
        undo.about(spoil(undo_token(place.booking_id)))


def test_looking_changes_nothing(place: Enrolled) -> None:
    about = undo.about(undo_token(place.booking_id))
    assert (about.offer.number, about.organisation, about.refusal) == ("K1", "Gemeinde Seedorf", None)
    assert kept(place.number).state == "redeemed"


def test_after_fourteen_days_or_once_the_course_has_begun_the_place_stays(place: Enrolled) -> None:
    token = undo_token(place.booking_id)
    with shifted_by(timedelta(days=13)):
        assert undo.about(token).refusal is None
    with shifted_by(timedelta(days=15)):
        assert undo.about(token).refusal is TooLate.OVER
        with pytest.raises(undo.Refused):
            undo.undo(token)
    with shifted_by(timedelta(days=30)):
        assert undo.about(token).refusal is TooLate.BEGUN
    assert kept(place.number).state == "redeemed"


def test_the_link_is_masked_in_logs(place: Enrolled) -> None:
    assert undo_token(place.booking_id) not in masked(f"GET {undo_link(place.booking_id)} 200")


def test_revoking_an_open_code_makes_a_new_one(town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    old = code_texts(order)[0]
    number = codes_of(order)[0].number
    with transaction():
        revoke(town.organisation, number, town.anna)
    learner()
    with pytest.raises(Unknown):
        redeem_existing("jonas", old, HERE)
    assert redeem_existing("jonas", code_texts(order)[0], HERE)
    assert story(number) == ["issued", "revoked", "redeemed"]


def test_revoking_a_place_before_the_course_begins(town: Town, place: Enrolled) -> None:
    with transaction():
        revoke(town.organisation, place.number, town.anna)
    assert is_free(place.number)
    letter = db.session.scalars(select(Message).where(Message.kind == "enrolment_ended")).one()
    assert letter.facts["why"] == "revoked"


def test_a_place_in_a_course_that_has_begun_is_not_revoked(town: Town, place: Enrolled) -> None:
    with shifted_by(timedelta(days=29)), pytest.raises(desk.Refused) as refused, transaction():
        revoke(town.organisation, place.number, town.anna)
    assert refused.value.reason is Obstacle.BEGUN
    assert kept(place.number).state == "redeemed"


def test_a_completed_place_stays(town: Town, place: Enrolled) -> None:
    with transaction() as session:
        offer = session.get_one(Offer, "K1")
        offer.starts_on, offer.sessions = None, []
    with transaction():
        complete("K1")
    with pytest.raises(desk.Refused) as refused, transaction():
        revoke(town.organisation, place.number, town.anna)
    assert refused.value.reason is Obstacle.COMPLETED
    assert undo.about(undo_token(place.booking_id)).refusal is TooLate.COMPLETED
    assert_sound()


def test_a_cancelled_code_cannot_be_revoked(town: Town, place: Enrolled) -> None:
    other = codes.read_pair(code_texts(ordered(town.organisation, town.anna))[0])[0]
    with transaction() as session:
        session.get_one(CourseVoucher, other).state = "cancelled"
    with pytest.raises(desk.Refused) as refused, transaction():
        revoke(town.organisation, other, town.anna)
    assert refused.value.reason is Refusal.CANCELLED


def test_another_organisations_code_does_not_exist(town: Town, place: Enrolled) -> None:
    other = municipality("Stadt Bergheim", "amt@bergheim.example.org")
    bruno = administrator(other, "bruno", "Bruno")
    for number in (place.number, "K000000000", ""):
        with pytest.raises(desk.Refused) as refused, transaction():
            revoke(other, number, bruno)
        assert refused.value.reason is Obstacle.MISSING
    assert kept(place.number).state == "redeemed"
    assert db.session.get_one(Booking, place.booking_id).state == "confirmed"
    assert clock.today() <= kept(place.number).valid_until
