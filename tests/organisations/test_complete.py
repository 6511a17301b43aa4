"""Completing courses and calling them off: certificates for some, working codes for the others (C7, R8)."""

import io
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from shop import clock
from shop.bookings.models import Booking, Enrolment
from shop.catalogue.models import Offer, Seats
from shop.clerk.letters import LETTERS
from shop.clock import shifted_by
from shop.core.codes import shown_number
from shop.core.validity import months_later
from shop.course_vouchers.find import code_of
from shop.course_vouchers.models import CourseVoucher
from shop.db import db, transaction
from shop.documents import certificates
from shop.documents.models import Certificate
from shop.orders.call_off import call_off, prospect
from shop.orders.certify import NotCompletable, complete
from shop.orders.enrol.redeem import Refused, Unfit, redeem_existing
from shop.orders.enrol.swap import swap
from shop.outbox.models import Message
from tests.organisations.cast import HERE, code_texts, learner, ordered
from tests.organisations.conftest import Town
from tests.shopfloor import assert_sound, course, pay, press, put

AFTER = timedelta(days=30)


@pytest.fixture
def enrolled(town: Town) -> Town:
    """Jonas and Erna have places in K1; one code of three is open."""
    order = ordered(town.organisation, town.anna, {"K1": 3})
    for name, code in zip(("jonas", "erna"), code_texts(order), strict=False):
        learner(name, name.title())
        redeem_existing(name, code, HERE)
    return town


def mails(kind: str) -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.recipient)))


def certified(*names: str, number: str = "K1") -> list[Certificate]:
    with transaction():
        return complete(number, names)


def test_who_completed_gets_a_certificate_with_what_the_course_was(enrolled: Town) -> None:
    with transaction() as session:
        offer = session.get_one(Offer, "K1")
        offer.lecturer, offer.title = "Dr. Martina Holz", {"de": "Datenschutz"}
    with shifted_by(AFTER):
        [made] = certified("jonas")
        facts = db.session.scalars(select(Certificate.facts)).one()
        assert (facts["person"], facts["title"], facts["lessons"]) == ("Jonas Öztürk", "Datenschutz", 2)
        assert (facts["completed_on"], facts["lecturer"]) == (clock.today().isoformat(), "Dr. Martina Holz")
        done = select(Enrolment.completed_on).order_by(Enrolment.completed_on)
        assert {*db.session.scalars(done)} == {None, clock.today()}
        assert [each.recipient for each in mails("certificate_ready")] == ["jonas@example.org"]
        assert LETTERS["certificate_ready"](mails("certificate_ready")[0]).to == "jonas@example.org"
        assert certificates.find(shown_number(made.number).lower()) is not None
        assert_sound()


def test_a_course_is_completed_by_all_of_it_and_a_repeat_is_quiet(enrolled: Town) -> None:
    with shifted_by(AFTER):
        assert len(certified("JONAS")) == 1
        assert len(certified()) == 1
        assert certified() == []
        assert db.session.scalar(select(func.count()).select_from(Certificate)) == 2
        assert_sound()


def test_what_cannot_be_completed_is_refused(enrolled: Town) -> None:
    with pytest.raises(NotCompletable, match="not begun"):
        certified()
    with shifted_by(AFTER):
        with pytest.raises(NotCompletable, match="niemand"):
            certified("jonas", "niemand")
        with pytest.raises(NotCompletable, match="no course"):
            certified(number="K9")
        with pytest.raises(NotCompletable, match="future"), transaction():
            complete("K1", completed_on=clock.today() + timedelta(days=1))
        assert db.session.scalar(select(func.count()).select_from(Certificate)) == 0


def test_the_paper_can_be_checked_by_number_and_by_code(enrolled: Town) -> None:
    with shifted_by(AFTER):
        certified("jonas")
    certificate = db.session.scalars(select(Certificate)).one()
    made = certificates.page(certificate)()
    assert certificates.page(certificate)()[:1000] == made[:1000]
    words = " ".join(PdfReader(io.BytesIO(made)).pages[0].extract_text().split())
    assert "Jonas Öztürk" in words
    assert shown_number(certificate.number) in words
    picture = pypdfium2.PdfDocument(made)[0].render(scale=4).to_pil()
    link = zxingcpp.read_barcodes(picture)[0].text
    assert link.endswith(f"/zertifikat/{shown_number(certificate.number)}")
    shown = dict(certificates.shown(certificate))
    assert shown["Name"] == "Jonas Öztürk"
    for value in shown.values():
        assert value.replace(" – ", " bis ") in words, value


@pytest.mark.parametrize("number", ["", "Z4C18-CCA0X", "K4C18-CCA0R", "'; --"])
def test_a_number_that_is_none_finds_nothing(app: Flask, number: str) -> None:
    assert certificates.find(number) is None


@pytest.mark.parametrize("deed", ["UPDATE certificates SET number = 'x'", "DELETE FROM certificates"])
def test_a_certificate_stays_as_it_was_issued(enrolled: Town, deed: str) -> None:
    with shifted_by(AFTER):
        certified("jonas")
    with pytest.raises(DBAPIError, match="never changed or deleted"), transaction() as session:
        session.execute(text(deed))


@pytest.mark.parametrize(
    "deed", ["UPDATE course_voucher_events SET what = 'sent'", "DELETE FROM course_voucher_events"]
)
def test_a_codes_story_stays_as_it_was_written(enrolled: Town, deed: str) -> None:
    with pytest.raises(DBAPIError, match="never changed or deleted"), transaction() as session:
        session.execute(text(deed))


def test_a_called_off_course_ends_places_and_opens_codes_under_the_same_symbols(enrolled: Town) -> None:
    put()
    _, payment = press()
    assert payment is not None
    pay(payment)
    before = {each.number: each.serial for each in db.session.scalars(select(CourseVoucher))}
    assert (prospect("K1").bookings, prospect("K1").by_voucher) == (1, 2)
    done = call_off("K1")
    assert (done.cancelled, done.failed, done.back) == (3, 0, 10000)
    db.session.rollback()
    vouchers = db.session.scalars(select(CourseVoucher)).all()
    assert {each.state for each in vouchers} == {"open"}
    assert {each.number: each.serial for each in vouchers} == before
    assert db.session.get_one(Seats, "K1").taken == 0
    assert set(db.session.scalars(select(Booking.state))) == {"cancelled"}
    assert [each.recipient for each in mails("enrolment_ended")] == ["erna@example.org", "jonas@example.org"]
    assert LETTERS["enrolment_ended"](mails("enrolment_ended")[0]).subject == "Fällt aus: Kurs K1"
    [told] = mails("course_codes_open_again")
    assert told.recipient == "kasse@seedorf.example.org"
    assert "Fällt aus" in LETTERS[told.kind](told).subject
    assert_sound()
    assert call_off("K1").cancelled == 0
    assert len(mails("course_codes_open_again")) == 1


def test_a_code_that_would_end_soon_lasts_six_months_more(enrolled: Town) -> None:
    soon = clock.today() + timedelta(days=3)
    with transaction() as session:
        for voucher in session.scalars(select(CourseVoucher)):
            voucher.valid_until = soon
    call_off("K1")
    db.session.rollback()
    wanted = months_later(clock.today(), 6)
    assert set(db.session.scalars(select(CourseVoucher.valid_until))) == {wanted}


def test_a_code_that_lasts_longer_keeps_its_day(enrolled: Town) -> None:
    before = set(db.session.scalars(select(CourseVoucher.valid_until)))
    call_off("K1")
    db.session.rollback()
    assert set(db.session.scalars(select(CourseVoucher.valid_until))) == before


def test_the_code_of_a_called_off_course_works_for_another_of_the_same_price(enrolled: Town) -> None:
    course("K3", 10000)
    call_off("K1")
    db.session.rollback()
    voucher = db.session.scalars(select(CourseVoucher).order_by(CourseVoucher.copy)).first()
    assert voucher is not None
    with pytest.raises(Refused) as refused:
        redeem_existing("jonas", code_of(voucher), HERE)
    assert refused.value.reason is Unfit.CANCELLED
    with transaction():
        swap(enrolled.organisation, [voucher.number], "K3", enrolled.anna)
    db.session.rollback()
    assert redeem_existing("jonas", code_of(voucher), HERE).offer_number == "K3"
    assert_sound()
