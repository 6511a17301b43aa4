"""Appointments stay out of everything that is about courses (DOMAIN W10)."""

import io

import pytest
from flask import Flask
from pypdf import PdfReader

from shop.bookings import waiting
from shop.bookings.rules import closed
from shop.catalogue import search
from shop.catalogue.imports.csv_file import rows
from shop.catalogue.imports.draft import Draft, Refusal, Refused
from shop.catalogue.imports.keep import keep
from shop.catalogue.models import Offer
from shop.catalogue.search import Wish
from shop.clerk.letters import LETTERS
from shop.db import db, transaction
from shop.documents.models import Document
from shop.orders.call_off import call_off
from shop.orders.certify import NotCompletable, complete
from shop.orders.invoice import page as invoice_page
from shop.orders.models import Order
from shop.orders.purchase.quote import Refusal as PurchaseRefusal
from shop.orders.purchase.quote import quote_codes
from tests.appointments.visits import change, offer, press
from tests.bookings.school import mails
from tests.shopfloor import course
from tests.web.guest import Guest, words


@pytest.fixture(autouse=True)
def both(shop: Flask) -> None:
    """One course and one appointment."""
    offer(shop, "T1")
    with shop.app_context():
        course("K1")
        db.session.remove()


@pytest.fixture
def inside(shop: Flask):
    """Inside the shop's app context."""
    with shop.app_context():
        yield
        db.session.remove()


@pytest.mark.usefixtures("inside")
def test_the_programme_its_search_and_its_filters_know_no_appointments() -> None:
    for wish in (Wish(), Wish(query="töpfern"), Wish(free=True), Wish(kind="appointment")):
        assert "T1" not in {each.number for each in search.published(wish).offers}
    assert [(each.slug, each.count) for each in search.facets().categories if each.slug == "termine"] == []
    assert "K1" in {each.number for each in search.published().offers}


def test_the_pages_that_book_courses_do_not_know_them(shop: Flask, guest: Guest) -> None:
    for path in ("/kurse/T1/buchen", "/kurse/T1/warteliste"):
        assert guest.get(path).status_code == 404
    assert "Töpfern" not in words(guest.get("/kurse/"))
    assert "Töpfern" not in words(guest.get("/"))


@pytest.mark.usefixtures("inside")
def test_nobody_orders_codes_for_one() -> None:
    (line,) = quote_codes({"T1": 3})
    assert line.problem is PurchaseRefusal.GONE


@pytest.mark.usefixtures("inside")
def test_nobody_completes_one() -> None:
    with pytest.raises(NotCompletable), transaction():
        complete("T1")


def test_one_is_open_without_a_price_of_its_own_and_closed_once_it_has_begun(shop: Flask) -> None:
    with shop.app_context():
        assert closed(db.session.get_one(Offer, "T1")) == ""
        db.session.remove()
    change(shop, sessions=[["2026-11-21T12:00", "2026-11-21T13:00"]], price_cents=500)
    with shop.app_context():
        assert closed(db.session.get_one(Offer, "T1")) == "late"
        with pytest.raises(waiting.Closed), transaction():
            waiting.join("T1", "Otto", "Weber", "otto@example.org", "de")
        db.session.remove()


@pytest.mark.usefixtures("inside")
def test_courses_unpublished_together_leave_appointments_alone(shop: Flask) -> None:
    given = shop.test_cli_runner().invoke(args=["shop", "offer", "unpublish", "--courses"])
    assert given.output == "1 offers are hidden.\n"


@pytest.mark.usefixtures("inside")
def test_an_import_of_courses_reads_a_class_by_key_or_title_and_leaves_appointments_alone() -> None:
    lines = ("K1;Spanisch;80;Gruppe", "K2;Italienisch;80;einzel", "K3;Kochen;80;xyz", "T1;Töpfern;80;gruppe")
    found = list(rows("\n".join(("Kursnummer;Titel;Preis;Klasse", *lines))))
    assert [each.facts["class_key"] for each in found if isinstance(each, Draft)] == [
        "gruppe",
        "einzel",
        "gruppe",
    ]
    (refused,) = [each for each in found if isinstance(each, Refusal)]
    assert (refused.number, refused.reason) == ("K3", "class: 'xyz' is no appointment class")
    with transaction():
        keep(found[0], "sprachen")  # type: ignore[arg-type]
        with pytest.raises(Refused, match="the number of an appointment"):
            keep(found[3], "sprachen")  # type: ignore[arg-type]
    assert db.session.get_one(Offer, "K1").class_key == "gruppe"


@pytest.mark.usefixtures("inside")
def test_an_empty_class_takes_it_away_and_none_leaves_it() -> None:
    with transaction() as session:
        session.get_one(Offer, "K1").class_key = "gruppe"
    for text, expected in (("Kursnummer;Titel\nK1;Spanisch\n", "gruppe"), ("Kursnummer;Klasse\nK1;\n", "")):
        (draft,) = rows(text)
        with transaction():
            keep(draft, "sprachen")  # type: ignore[arg-type]
        assert db.session.get_one(Offer, "K1").class_key == expected


def test_an_order_of_an_appointment_is_shown_like_any_other(shop: Flask, erna: Guest) -> None:
    press(erna)
    page = erna.get("/termine/T1").text
    order = page.split('href="/bestellung/')[1].split('"')[0]
    page = words(erna.get(f"/bestellung/{order}"))
    assert "Töpfern T1, Sa., 28.11.2026, 18:00 Uhr" in page
    assert "Termin T1 · Samstag, 28. November 2026, 18:00–19:00 Uhr" in page
    assert "Kurs T1" not in page


def test_letters_and_papers_call_an_appointment_by_its_time_and_not_a_course(
    shop: Flask, erna: Guest
) -> None:
    press(erna)
    with shop.app_context():
        call_off("T1")
        queued = [mails("order_confirmed")[-1], *mails("booking_cancelled")]
        letters = [LETTERS[mail.kind](mail) for mail in queued]
        (invoice,) = db.session.scalars(db.select(Document).where(Document.kind == "invoice"))
        made = invoice_page(db.session.get_one(Order, invoice.order_id), invoice)()
        paper = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(made)).pages)
        db.session.remove()
    confirmed, cancelled = letters
    assert cancelled.subject == "Fällt aus: Töpfern T1, Sa., 28.11.2026, 18:00 Uhr"
    for each in (confirmed.text, cancelled.text, cancelled.html):
        assert "18:00–19:00 Uhr" in each
        assert "Kurs" not in each.split("Vertragspartner")[0]
    assert "Termin T1" in paper
    assert "Kurs T1" not in paper
