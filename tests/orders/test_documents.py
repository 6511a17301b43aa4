"""Invoices and what takes them back: full prices, their VAT, who paid (DOMAIN T1–T3, T5; § 14 UStG)."""

from io import BytesIO

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select

from shop import clock
from shop.bookings.models import Booking
from shop.catalogue.models import Offer, Seats
from shop.centre.facts import set_facts
from shop.core.codes import shown_number
from shop.core.validity import months_later
from shop.db import db, transaction
from shop.documents.models import Document
from shop.orders import basket, papers
from shop.orders.cancel import cancel_booking
from shop.orders.models import Order
from shop.orders.redemption.claim import claim
from shop.orders.refund import refund_voucher
from shop.vouchers.models import Voucher
from tests.shopfloor import NOON, assert_sound, course, open_shop, pay, place_in, press, put, sold, wish

HERE = ["address:192.0.2.1"]


@pytest.fixture(autouse=True)
def shop(app: Flask) -> None:
    open_shop()
    with transaction():
        set_facts(tax_number="123/456/78901", vat_id="de 123456789")


def documents(kind: str) -> list[Document]:
    query = select(Document).where(Document.kind == kind).order_by(Document.series, Document.position)
    return list(db.session.scalars(query))


def text(document: Document) -> str:
    order = db.session.get_one(Order, document.order_id)
    pages = pypdf.PdfReader(BytesIO(papers.page(order, document)())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


def mixed() -> Order:
    """Three courses of different rates and a voucher in one order, 60 € of it paid by voucher."""
    with clock.stopped_at(NOON):
        course("IT1", 10000)
        course("KO1", 4500, tax_code="standard")
        course("YO1", 8000, tax_code="reduced")
        put(place_in("IT1"), place_in("KO1", "Lena"), place_in("YO1"))
        with transaction():
            basket.add("erna", "voucher", wish(5000))
        voucher, code = sold(6000)
        claim("erna", voucher.number, code, HERE)
        placed, payment = press()
        assert payment is not None
        pay(payment)
    return db.session.get_one(Order, placed.id)


def test_the_invoice_covers_the_courses_and_the_receipt_the_vouchers() -> None:
    order = mixed()
    mine = [
        (each.kind, each.cents) for each in db.session.scalars(select(Document)) if each.order_id == order.id
    ]
    assert sorted(mine) == [("invoice", 22500), ("receipt", 5000)]
    assert sum(cents for _kind, cents in mine) == order.total_cents
    assert_sound()


def test_the_invoice_says_what_the_law_asks_for() -> None:
    mixed()
    said = text(documents("invoice")[0])
    for fact in (
        *("Rechnung", "RE-2026-00001", "21. November 2026", "123/456/78901", "DE123456789"),
        *(
            "Volkshochschule am See",
            "Uferweg 1",
            "88131 Lindau",
            "Erna Müller",
            "Lindenweg 3",
            "04109 Leipzig",
        ),
        *("Kurs IT1", "Jonas Öztürk", "Leistungsdatum 19. Dezember 2026", "100,00 €", "225,00 €"),
        *("darin 19 % Umsatzsteuer auf 37,82 € netto", "7,18 €"),
        *("darin 7 % Umsatzsteuer auf 74,77 € netto", "5,23 €"),
        *("steuerfrei", "§ 4 Nr. 22 Buchst. a UStG"),
    ):
        assert fact in said, fact


def test_a_course_paid_by_voucher_stands_at_its_full_price_and_then_who_paid() -> None:
    mixed()
    (invoice,) = documents("invoice")
    number = db.session.scalars(select(Voucher.number).where(Voucher.face_cents == 6000)).one()
    assert invoice.facts["paid"] == [["voucher", number, 6000], ["stripe", "", 16500]]
    assert f"Gutschein {shown_number(number)}" in text(invoice)


def test_an_order_of_vouchers_only_has_no_invoice() -> None:
    sold(5000)
    assert [each.kind for each in db.session.scalars(select(Document))] == ["receipt"]


def test_what_is_printed_stays_as_it_was_issued() -> None:
    mixed()
    before = text(documents("invoice")[0])
    with transaction():
        set_facts(name="Neue Schule", tax_number="999")
        db.session.get_one(Offer, "KO1").tax_code = "exempt"
        db.session.get_one(Offer, "KO1").title = {"de": "Anders"}
    assert text(documents("invoice")[0]).replace("Neue Schule", "") == before


def test_the_cancellation_takes_back_by_the_rate_that_was_invoiced() -> None:
    mixed()
    with transaction():
        db.session.get_one(Offer, "KO1").tax_code = "exempt"
    booking = db.session.scalars(select(Booking).where(Booking.offer_number == "KO1")).one()
    with clock.stopped_at(NOON), transaction():
        cancel_booking(booking.id, by="customer")
    (note,) = documents("cancellation")
    assert note.facts["vat"] == [[190, -3500, -558]]
    said = text(note)
    for fact in (
        *("Stornorechnung", "ST-2026-00001", "RE-2026-00001 vom 21. November 2026"),
        *("−45,00 €", "Stornogebühr", "10,00 €", "−35,00 €", "Zurück an", " 35,00 €"),
    ):
        assert fact in said, fact


def test_a_voucher_that_is_taken_back_has_a_paper_without_vat() -> None:
    with clock.stopped_at(NOON):
        voucher, _code = sold(5000)
        with transaction():
            refund_voucher(voucher.number, by="Frau Kern")
    said = text(documents("cancellation")[0])
    assert "Stornobeleg" in said
    assert "KB-2026-00001 vom 21. November 2026" in said
    assert "Umsatzsteuerfrei" not in said


def test_numbers_of_invoices_and_cancellations_have_no_gap() -> None:
    course("K1")
    for visitor in ("a", "b", "c"):
        put(visitor=visitor)
        _, payment = press(visitor=visitor)
        assert payment is not None
        pay(payment)
    for booking in db.session.scalars(select(Booking)).all():
        with transaction():
            cancel_booking(booking.id, by="centre")
    assert [each.position for each in documents("invoice")] == [1, 2, 3]
    assert [each.position for each in documents("cancellation")] == [1, 2, 3]
    assert_sound()


def test_a_package_is_supplied_from_its_first_to_its_last_day() -> None:
    course("K1", 5000)
    course("K2", 5000)
    course("P1", 9000)
    with transaction() as session:
        session.get_one(Offer, "K1").sessions = [["2027-01-11T18:00", "2027-01-11T19:00"]]
        session.get_one(Offer, "K2").sessions = [["2027-03-01T18:00", "2027-03-01T19:00"]]
        package = session.get_one(Offer, "P1")
        package.kind, package.contains, package.sessions = "package", ["K1", "K2"], []
        session.delete(session.get_one(Seats, "P1"))
    put(place_in("P1"))
    _, payment = press()
    assert payment is not None
    pay(payment)
    assert "Leistungszeitraum 11. Januar 2027 bis 1. März 2027" in text(documents("invoice")[0])


@pytest.mark.parametrize(
    ("day", "later"),
    [
        ("2026-01-31", "2026-07-31"),
        ("2026-08-31", "2027-02-28"),
        ("2027-08-29", "2028-02-29"),
        ("2026-06-30", "2026-12-30"),
    ],
)
def test_six_months_later_is_the_same_day_or_the_months_last(day: str, later: str) -> None:
    from datetime import date

    assert months_later(date.fromisoformat(day), 6) == date.fromisoformat(later)
