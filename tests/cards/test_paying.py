"""Cards in the checkout beside vouchers, top-ups at the counter, invoices and letters (W1, W6, T1, T4)."""

import io
import uuid
from datetime import timedelta

import pytest
from flask import current_app
from pypdf import PdfReader
from sqlalchemy import select

from shop import clock
from shop.bookings.models import Booking
from shop.cards import desk, remind, top_up
from shop.cards.find import NoSuchCard
from shop.cards.models import Card, Lot
from shop.clerk.letters import LETTERS
from shop.db import db, transaction
from shop.documents.models import Document
from shop.ledger import book as ledger
from shop.orders.cancel import cancel_booking
from shop.orders.card.appointment import Refused as Unbooked
from shop.orders.models import Order
from shop.orders.papers import page
from shop.orders.place import token
from shop.orders.redemption.claim import Refused, Unfit, claim, claim_card
from shop.orders.redemption.release import release_strangers, strangers
from shop.outbox.letter import Letter
from shop.outbox.models import Message
from shop.payments.models import Payment
from tests.cards.cast import (
    HERE,
    appointment,
    balance,
    bookable,
    booked,
    card_type,
    holder,
    lots,
    ordered_top_up,
    paid_by_transfer,
    row,
    statement,
    topped_up,
)
from tests.shopfloor import course, pay, press, put, sold

pytestmark = pytest.mark.usefixtures("shop")


def letter(kind: str) -> Letter:
    """The last letter of a kind."""
    db.session.rollback()
    message = db.session.scalars(
        select(Message).where(Message.kind == kind).order_by(Message.queued_at.desc())
    ).first()
    assert message is not None, kind
    return LETTERS[kind](message)


def letters(kind: str) -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Message).where(Message.kind == kind)).all())


def documents(kind: str = "invoice") -> list[Document]:
    db.session.rollback()
    return list(db.session.scalars(select(Document).where(Document.kind == kind).order_by(Document.position)))


def cancel_all(by: str = "customer") -> None:
    for booking_id in db.session.scalars(select(Booking.id).where(Booking.state == "confirmed")).all():
        with transaction():
            cancel_booking(booking_id, by=by)


def test_a_course_is_paid_by_voucher_card_and_the_rest_by_stripe_and_goes_back_exactly() -> None:
    erna, card = holder()
    course(class_key="kurs", cancel_fee_cents=0)
    topped_up(card)
    with transaction():
        desk.correct(card.number, -6000, reason="Probe", by="Frau Koch", key=uuid.uuid4())  # 40 € are left
    voucher, code = sold(2500)
    put()
    claim("erna", voucher.number, code, HERE)
    claim_card("erna", erna.id, card.number)
    assert bookable(card) == 0
    order, payment = press()
    assert (order.due_cents, payment.cents) == (3500, 3500)
    pay(payment)
    assert [line.kind for line in statement(card)] == ["top-up", "correction", "booking"]
    [invoice] = documents()
    assert {way: cents for way, _number, cents in invoice.facts["paid"]} == {
        "card": 4000,
        "voucher": 2500,
        "stripe": 3500,
    }
    cancel_all()
    assert (balance(card), ledger.posted(voucher.account)) == (4000, 2500)
    assert documents("cancellation")[0].cents == -10000


def test_a_card_pays_only_for_the_classes_that_its_type_names() -> None:
    erna, card = holder()
    course(class_key="vortrag")
    topped_up(card)
    put()
    with pytest.raises(Refused) as refused:
        claim_card("erna", erna.id, card.number)
    assert refused.value.reason is Unfit.NOT_HERE
    assert bookable(card) == 10000


def test_an_empty_card_and_a_strangers_are_refused() -> None:
    erna, card = holder()
    course(class_key="kurs")
    put()
    with pytest.raises(Refused):
        claim_card("erna", erna.id, card.number)
    with pytest.raises(NoSuchCard):
        claim_card("erna", erna.id + 1, card.number)


def test_what_a_checkout_holds_of_a_card_cannot_be_booked_elsewhere() -> None:
    erna, card = holder()
    course(class_key="kurs")
    appointment()
    topped_up(card)
    put()
    claim_card("erna", erna.id, card.number)
    with pytest.raises(Unbooked, match="too little"):
        booked(erna)
    with clock.shifted_by(timedelta(hours=1)):
        with transaction():
            ledger.expire_overdue()
        booked(erna)
        assert balance(card) == 7500


def test_a_card_leaves_the_checkout_with_its_owner() -> None:
    erna, card = holder()
    course(class_key="kurs")
    topped_up(card)
    put()
    claim_card("erna", erna.id, card.number)
    assert strangers("erna", erna.id) == []
    assert strangers("erna", None) == [card.number]
    with transaction():
        release_strangers("erna", None)
    assert bookable(card) == 10000


def test_a_top_up_is_paid_at_the_counter_by_its_order_number() -> None:
    _erna, card = holder()
    order, _payment = ordered_top_up(card, method="counter")
    assert "Service-Punkt" in letter("order_received").text
    paid_by_transfer(order, till="counter")
    assert balance(card) == 10000
    assert ledger.posted("till:counter") == 10000


def test_who_had_chosen_the_bank_can_pay_at_the_counter_all_the_same() -> None:
    _erna, card = holder()
    order, payment = ordered_top_up(card, method="bank")
    paid_by_transfer(order, till="counter")
    assert (balance(card), ledger.posted("till:counter"), ledger.posted("till:bank")) == (10000, 10000, 0)
    db.session.rollback()
    assert db.session.get_one(Payment, payment.id).method == "counter"


def test_a_top_up_nobody_pays_lapses_and_its_limit_with_it() -> None:
    card_type("kredit", limit_ordered=5000)
    _erna, card = holder(type_key="kredit")
    ordered_top_up(card, method="bank")
    assert bookable(card) == 5000
    with clock.shifted_by(timedelta(days=15)):
        assert top_up.lapse_overdue() == 1
    assert bookable(card) == 0


def test_money_that_comes_after_that_is_credited_all_the_same() -> None:
    _erna, card = holder()
    order, _payment = ordered_top_up(card, method="bank")
    with clock.shifted_by(timedelta(days=15)):
        top_up.lapse_overdue()
        paid_by_transfer(order)
    assert balance(card) == 10000


def test_multi_purpose_credit_is_sold_with_a_receipt_and_taxed_when_it_is_used() -> None:
    erna, card = holder()
    appointment(tax_code="standard")
    topped_up(card, 20000)  # for 190 €
    assert [each.kind for each in db.session.scalars(select(Document))] == ["receipt"]
    booked(erna)
    [invoice] = documents()
    assert invoice.cents == 2500
    assert invoice.facts["untaxed"] == 125  # the discount's share: taxed is what was paid for it (T4)
    assert invoice.facts["vat"] == [[190, 2375, 379]]
    cancel_all()
    [note] = documents("cancellation")
    assert (note.cents, note.facts["vat"], note.facts["untaxed"]) == (-2500, [[190, -2375, -379]], -125)


@pytest.mark.parametrize(("tax_code", "is_said"), [("standard", True), ("exempt", False)])
def test_an_invoice_speaks_of_what_is_not_taxed_only_where_something_is(tax_code: str, is_said: bool) -> None:
    erna, card = holder()
    appointment(tax_code=tax_code)
    topped_up(card, 20000)  # for 190 €
    order = booked(erna)
    [invoice] = documents()
    paper = PdfReader(io.BytesIO(page(order, invoice)())).pages[0].extract_text()
    assert "25,00 €" in paper
    assert ("Kartenrabatt" in paper) is is_said


def test_single_purpose_credit_is_invoiced_with_vat_and_not_taxed_again() -> None:
    card_type("einzweck", tax_code="standard")
    erna, card = holder(type_key="einzweck")
    appointment(tax_code="standard")
    topped_up(card, 20000)
    booked(erna)
    sale, use = documents()
    assert (sale.cents, sale.facts["vat"]) == (19000, [[190, 19000, 3034]])
    assert (use.cents, use.facts["untaxed"], use.facts["vat"]) == (2500, 2500, [[190, 0, 0]])


@pytest.mark.parametrize("tax_code", ["", "standard"])
def test_invoices_of_cards_can_be_printed(tax_code: str) -> None:
    card_type("andere", tax_code=tax_code)
    erna, card = holder(type_key="andere")
    appointment(tax_code="standard")
    topped_up(card, 20000)
    booked(erna)
    cancel_all()
    for document in db.session.scalars(select(Document)).all():
        order = db.session.get_one(Order, document.order_id)
        made = page(order, document)()
        assert "€" in "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(made)).pages)


def test_the_confirmation_of_a_top_up_names_card_notice_and_carries_receipt_and_terms() -> None:
    _erna, card = holder()
    topped_up(card)
    made = letter("order_confirmed")
    assert "Ihr Guthaben" in made.subject
    assert "Keine Auszahlung." in made.text
    assert f"{card.number[:5]}-{card.number[5:]}" in made.text
    assert {each.name.rpartition("-")[0].partition("-")[0] for each in made.attachments} >= {
        "Kaufbeleg",
        "AGB",
    }


def test_the_confirmation_of_an_appointment_has_its_calendar_and_invoice() -> None:
    erna, card = holder()
    appointment()
    topped_up(card)
    booked(erna)
    names = " ".join(each.name for each in letter("order_confirmed").attachments)
    assert ".ics" in names
    assert "Rechnung" in names


def test_after_a_cancellation_its_letter_and_page_say_what_came_back_onto_the_card() -> None:
    erna, card = holder()
    appointment()
    topped_up(card)
    order = booked(erna)
    cancel_all()
    told = letter("booking_cancelled").text
    assert f"Wertkarte {card.number[:5]}-{card.number[5:]}" in told
    assert "sofort wieder buchbar" in told
    with current_app.test_client() as client:
        shown = client.get(f"/bestellung/{token(order)}", base_url="http://localhost")
    assert shown.status_code == 200
    assert "Wertkarte" in shown.text


def test_the_owner_hears_once_that_little_is_left_unless_that_is_switched_off() -> None:
    card_type("knapp", low_cents=8000)
    erna, card = holder(type_key="knapp")
    for number in ("T1", "T2", "T3"):
        appointment(number)
    topped_up(card)
    booked(erna, "T1")
    booked(erna, "T2")
    assert letters("card_low") == 1
    assert "75" in letter("card_low").subject
    with transaction() as session:
        session.get_one(Card, card.number).reminds_low = False
    cancel_all()
    booked(erna, "T3")
    assert letters("card_low") == 1


def test_the_owner_hears_once_that_credit_will_expire_unless_that_is_switched_off() -> None:
    _erna, card = holder()
    topped_up(card)
    assert remind.remind() == 0
    with transaction() as session:
        session.get_one(Lot, lots(card)[0].id).valid_until = clock.today() + timedelta(days=59)
        session.get_one(Card, card.number).reminds_expiry = False
    assert remind.remind() == 0
    with transaction() as session:
        session.get_one(Card, card.number).reminds_expiry = True
    assert remind.remind() == 1
    assert remind.remind() == 0
    assert letters("card_expiring") == 1


def test_a_price_of_nothing_needs_no_card() -> None:
    erna, card = holder()
    row(0)
    appointment()
    order = booked(erna)
    assert (order.total_cents, statement(card)) == (0, [])
