"""Calling a course off: everyone gets everything back and is told; packages go before staff (DOMAIN R8)."""

import pytest
from flask import Flask
from sqlalchemy import select

from shop.bookings.models import Booking, Waiting
from shop.cases.models import Case
from shop.catalogue.models import Offer, Seats
from shop.clerk.letters import LETTERS
from shop.clock import now
from shop.core.codes import shown_number
from shop.core.money import Cents
from shop.db import db, transaction
from shop.ledger import book
from shop.orders import audit_returns
from shop.orders.cancel import cancel_booking
from shop.orders.models import Refund
from shop.orders.redemption.claim import claim
from shop.orders.refund import refund_voucher
from shop.outbox.letter import Letter
from shop.outbox.models import Message
from shop.vouchers.models import Voucher
from tests.shopfloor import assert_sound, course, open_shop, pay, place_in, press, put, sold

HERE = ["address:192.0.2.1"]


@pytest.fixture(autouse=True)
def shop(app: Flask) -> None:
    open_shop()


def booked(
    *places: dict[str, object], visitor: str = "erna", method: str = "stripe", by: Cents = 0
) -> Voucher | None:
    """Places are booked and paid, by a voucher of some value first; the voucher, or any."""
    put(*places, visitor=visitor)
    if by:
        voucher, code = sold(by)
        claim(visitor, voucher.number, code, HERE)
    _, payment = press(method, visitor=visitor)
    if payment is not None:
        pay(payment)
    return db.session.scalars(select(Voucher)).first()


def waiting() -> None:
    with transaction() as session:
        session.add(
            Waiting(
                id=db.session.scalars(select(Booking.id)).first(), offer_number="K1", first_name="Ida",
                last_name="Wolf", email="ida@example.org", language="de", state="waiting",
                joined_at=now(), token_hash="x",
            )
        )  # fmt: skip


def letters(kind: str) -> list[Letter]:
    found = db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.queued_at)).all()
    return [LETTERS[kind](message) for message in found]


def run(app: Flask, *words: str) -> str:
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["shop", *words])
    assert result.exit_code == 0, result.output
    return str(result.output)


def refused(app: Flask, *words: str) -> str:
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["shop", *words])
    assert result.exit_code != 0
    return str(result.output)


def assert_all_sound() -> None:
    assert_sound()
    for invariant, words, wrong in audit_returns.rules():
        assert db.session.execute(wrong).all() == [], f"{invariant}: {words}"


def test_everyone_gets_everything_back_and_is_told_once(app: Flask) -> None:
    course("K1", 10000)
    voucher = booked(place_in(), place_in(first_name="Lena", email="erna@example.org"), by=6000)
    booked(place_in(first_name="Otto"), visitor="otto", method="bank")
    waiting()
    said = run(app, "course", "cancel", "K1", "--yes")
    assert "3 bookings cancelled" in said
    assert "300" in said
    db.session.rollback()
    assert set(db.session.scalars(select(Booking.state))) == {"cancelled"}
    assert db.session.get_one(Seats, "K1").taken == 0
    assert book.posted(voucher.account) == 6000
    assert sorted(db.session.execute(select(Refund.cents, Refund.state)).all()) == [
        (4000, "due"),
        (10000, "due"),
        (10000, "to_pay"),
    ]
    buyers = letters("booking_cancelled")
    assert len(buyers) == 2
    assert all("Fällt aus: Kurs K1" in letter.subject for letter in buyers)
    ernas = next(letter for letter in buyers if "Lena" in letter.text)
    text = ernas.text.replace("\u00a0", " ")
    assert f"Gutschein {shown_number(voucher.number)}: 60 €" in text
    assert "Onlinezahlung über Stripe: 140 €" in text
    assert "Jonas Öztürk, Lena Öztürk" in text
    assert len(ernas.attachments) == 2
    assert [letter.to for letter in letters("waiting_ended")] == ["ida@example.org"]
    assert_all_sound()


def test_twice_pays_nothing_twice(app: Flask) -> None:
    course("K1")
    booked(place_in())
    run(app, "course", "cancel", "K1", "--yes")
    assert "0 bookings cancelled, 0\u00a0€ go back" in run(app, "course", "cancel", "K1", "--yes")
    assert len(letters("booking_cancelled")) == 1
    assert_all_sound()


def test_what_a_customer_had_cancelled_before_keeps_its_fee(app: Flask) -> None:
    course("K1")
    booked(place_in(), place_in(first_name="Lena"))
    first = db.session.scalars(select(Booking).where(Booking.first_name == "Lena")).one()
    with transaction():
        cancel_booking(first.id, by="customer")
    run(app, "course", "cancel", "K1", "--yes")
    assert sorted(db.session.scalars(select(Refund.cents))) == [9000, 10000]
    called_off = letters("booking_cancelled")[-1]
    assert "Lena" not in called_off.text
    assert_all_sound()


def test_a_letter_that_leaves_in_the_middle_of_the_run_is_whole(app: Flask) -> None:
    course("K1")
    booked(place_in(), place_in(first_name="Lena"))
    with transaction():
        db.session.get_one(Offer, "K1").cancelled_on = now().date()
    with transaction():
        cancel_booking(db.session.scalars(select(Booking.id)).first(), by="centre")
    (letter,) = letters("booking_cancelled")
    assert "200\u00a0€" in letter.text
    assert "Jonas Öztürk, Lena Öztürk" in letter.text


def test_without_a_yes_it_asks_and_does_nothing(app: Flask) -> None:
    course("K1")
    booked(place_in())
    assert "1 bookings to cancel" in refused(app, "course", "cancel", "K1")
    assert db.session.get_one(Offer, "K1").cancelled_on is None


def test_a_course_that_does_not_exist_is_not_called_off(app: Flask) -> None:
    assert "no course K9" in refused(app, "course", "cancel", "K9", "--yes")
    assert "no course G1000" in refused(app, "course", "cancel", "G1000", "--yes")


def test_a_package_that_holds_the_course_is_put_before_staff(app: Flask) -> None:
    course("K1")
    course("K2")
    with transaction() as session:
        session.add(
            Offer(
                number="P1", kind="package", category="sprachen", title={"de": "Paket"}, summary={"de": ""},
                description={"de": ""}, price_cents=15000, contains=["K1", "K2"],
            )
        )  # fmt: skip
    booked(place_in("P1"))
    assert "Package P1" in run(app, "course", "cancel", "K1", "--yes")
    db.session.rollback()
    case = db.session.scalars(select(Case)).one()
    assert (case.reason, case.facts["bookings"]) == ("package lost a course", 1)
    assert db.session.scalars(select(Booking.state)).one() == "confirmed"
    assert_all_sound()


def test_staff_cancel_a_late_booking_with_an_amount(app: Flask) -> None:
    course("K1")
    booked(place_in())
    booking = db.session.scalars(select(Booking.id)).one()
    assert "write it like" in refused(app, "booking", "cancel", str(booking), "--amount", "1e3")
    assert "cannot go back" in refused(app, "booking", "cancel", str(booking), "--amount", "100,01")
    assert "40\u00a0€ of 100\u00a0€" in run(app, "booking", "cancel", str(booking), "--amount", "40")
    assert "no booking" in refused(app, "booking", "cancel", "00000000-0000-0000-0000-000000000000")
    assert_all_sound()


def test_a_transfer_back_is_listed_and_noted_as_paid_once(app: Flask) -> None:
    course("K1")
    booked(place_in(), method="bank")
    booking = db.session.scalars(select(Booking.id)).one()
    run(app, "booking", "cancel", str(booking))
    db.session.rollback()
    refund = db.session.scalars(select(Refund)).one()
    listed = run(app, "refunds", "list")
    assert str(refund.id) in listed
    assert "Erna Müller" in listed
    assert "90\u00a0€" in run(app, "refunds", "paid", str(refund.id), "--by", "Frau Kern")
    assert "not to be paid" in refused(app, "refunds", "paid", str(refund.id), "--by", "Frau Kern")
    assert "Nothing is to be paid back." in run(app, "refunds", "list")
    db.session.rollback()
    assert book.posted("till:bank") == 1000
    assert db.session.scalars(select(Case)).one().closed_by == "Frau Kern"
    assert_all_sound()


def test_a_voucher_is_taken_back_by_its_number(app: Flask) -> None:
    voucher, _code = sold(5000)
    number = shown_number(voucher.number)
    assert "the worker sends it" in run(app, "voucher", "refund", number, "--by", "Frau Kern")
    assert "refunded before" in refused(app, "voucher", "refund", number, "--by", "Frau Kern")
    db.session.rollback()
    (letter,) = letters("voucher_refunded")
    assert number in letter.text
    assert len(letter.attachments) == 1
    assert_all_sound()


def test_the_participants_letter_says_nothing_of_money(app: Flask) -> None:
    course("K1")
    voucher = booked(place_in(), by=6000)
    with transaction():
        cancel_booking(db.session.scalars(select(Booking.id)).one(), by="customer")
    (letter,) = letters("place_cancelled")
    assert letter.to == "jonas@example.org"
    assert "€" not in letter.text
    assert shown_number(voucher.number) not in letter.text
    (buyers,) = letters("booking_cancelled")
    assert "Stornogebühr" in buyers.text
    assert "jonas@example.org" not in (buyers.to,)


def test_a_letter_says_that_an_expired_voucher_has_expired(app: Flask) -> None:
    course("K1")
    voucher = booked(place_in(), by=6000)
    with transaction():
        db.session.get_one(Voucher, voucher.number).valid_until = now().date().replace(year=2025)
    with transaction():
        cancel_booking(db.session.scalars(select(Booking.id)).one(), by="customer")
    assert "ist abgelaufen" in letters("booking_cancelled")[0].text


def test_a_refunded_voucher_that_gets_value_back_can_be_taken_back_again(app: Flask) -> None:
    course("K1", 3000)
    voucher = booked(place_in(), by=6000)
    with transaction():
        refund_voucher(voucher.number, by="Frau Kern")
    run(app, "course", "cancel", "K1", "--yes")
    assert "30\u00a0€ go back" in run(app, "voucher", "refund", voucher.number, "--by", "Frau Kern")
    db.session.rollback()
    assert_all_sound()
