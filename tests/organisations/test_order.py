"""An organisation orders codes: order, ledger, codes, invoice and mail at once, or nothing (DOMAIN C1, C2, T1)."""

import uuid
from datetime import date, timedelta

import pytest
from flask import current_app
from sqlalchemy import func, select, text

from shop import clock
from shop.catalogue.models import Offer
from shop.centre.models import Page
from shop.course_vouchers import find
from shop.course_vouchers.models import CourseVoucher, CourseVoucherEvent
from shop.db import db, transaction
from shop.documents.models import Document
from shop.ledger import book
from shop.orders.models import Order, Purchase
from shop.orders.purchase.quote import Refusal, Refused
from shop.outbox.models import Message
from shop.payments.models import Payment
from tests.organisations.cast import administrator, codes_of, municipality, ordered
from tests.organisations.conftest import Town
from tests.shopfloor import assert_sound, course


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def refusal(town: Town, wishes: dict[str, int], seen: str | None = None) -> tuple[Refusal, str]:
    with pytest.raises(Refused) as refused:
        ordered(town.organisation, town.anna, wishes, seen=seen)
    assert (count(Order), count(CourseVoucher), count(Message)) == (0, 0, 0)
    return refused.value.reason, refused.value.offer


def test_an_order_is_settled_at_once_and_owed(town: Town) -> None:
    order = ordered(town.organisation, town.anna, {"K1": 3, "K2": 2}, reference="AZ 7/26", cost_centre="4711")
    assert (order.state, order.payment_method, order.total_cents, order.due_cents) == (
        "settled",
        "invoice",
        40000,
        40000,
    )
    assert (order.buyer, order.email) == ("Gemeinde Seedorf", "kasse@seedorf.example.org")
    assert book.posted(f"receivable:{order.number}") == 40000
    assert book.posted("revenue") == 40000
    payment = db.session.scalars(select(Payment)).one()
    assert (payment.method, payment.state, payment.cents, payment.provider_ref) == (
        "invoice",
        "begun",
        40000,
        order.number,
    )
    bought = db.session.get_one(Purchase, order.id)
    assert (bought.reference, bought.cost_centre, bought.ordered_by) == ("AZ 7/26", "4711", town.anna.id)
    assert bought.due_on == clock.today() + timedelta(days=14)
    assert_sound()


def test_every_piece_is_a_code_of_its_own_that_works_for_a_year(town: Town) -> None:
    made = codes_of(ordered(town.organisation, town.anna, {"K1": 3, "K2": 2}))
    assert [each.offer_number for each in made] == ["K1"] * 3 + ["K2"] * 2
    assert [each.price_cents for each in made] == [10000] * 3 + [5000] * 2
    assert len({each.number for each in made}) == len({find.code_of(each) for each in made}) == 5
    today = clock.today()
    assert {each.valid_until for each in made} == {date(today.year + 1, today.month, today.day)}
    assert {(each.state, each.frozen, each.organisation_id) for each in made} == {
        ("open", "", town.organisation.id)
    }
    assert all(find.typed(find.code_of(each)) is not None for each in made)
    told = db.session.execute(select(CourseVoucherEvent.what, CourseVoucherEvent.by)).all()
    assert told == [("issued", town.anna.id)] * 5


def test_the_invoice_is_issued_with_all_that_bookkeeping_asks_for(town: Town) -> None:
    with transaction() as session:
        session.get_one(Offer, "K2").tax_code = "standard"
    order = ordered(
        town.organisation, town.anna, {"K1": 3, "K2": 2}, reference="AZ 7/26", leitweg_id="991-12345-67"
    )
    invoice = db.session.scalars(select(Document)).one()
    facts = invoice.facts
    assert (invoice.kind, invoice.cents, invoice.order_id) == ("invoice", 40000, order.id)
    assert invoice.series == f"RE-{clock.today().year}"
    assert facts["buyer"] == ["Gemeinde Seedorf", "Rathausplatz 1", "88131 Seedorf"]
    assert (facts["reference"], facts["leitweg_id"]) == ("AZ 7/26", "991-12345-67")
    assert [(line["quantity"], line["unit_cents"], line["permille"]) for line in facts["lines"]] == [
        (3, 10000, 0),
        (2, 5000, 190),
    ]
    assert facts["vat"] == [[0, 30000, 0], [190, 10000, 1597]]
    assert facts["notes"] == ["Umsatzsteuerfrei nach § 4 Nr. 22 Buchst. a UStG"]
    assert facts["due_on"] == (clock.today() + timedelta(days=14)).isoformat()


def test_the_mail_is_queued_with_the_sale_and_holds_no_code(town: Town) -> None:
    order = ordered(town.organisation, town.anna, email="rechnung@seedorf.example.org")
    message = db.session.scalars(select(Message)).one()
    assert (message.kind, message.recipient) == ("course_codes_ordered", "rechnung@seedorf.example.org")
    assert message.facts == {"order": str(order.id)}


def test_a_double_click_is_one_order(town: Town) -> None:
    key = uuid.uuid4()
    first = ordered(town.organisation, town.anna, form_key=key)
    again = ordered(town.organisation, town.anna, form_key=key, seen="something else by now")
    assert first.id == again.id
    assert (count(Order), count(CourseVoucher), count(Document), count(Message)) == (1, 2, 1, 1)
    assert_sound()


def test_one_form_never_orders_for_two_organisations(town: Town) -> None:
    key = uuid.uuid4()
    ordered(town.organisation, town.anna, form_key=key)
    other = municipality("Stadt Bergheim", "amt@bergheim.example.org")
    with pytest.raises(Refused) as refused:
        ordered(other, administrator(other, "bruno", "Bruno"), form_key=key)
    assert refused.value.reason is Refusal.CHANGED
    assert count(Order) == 1


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        ({}, Refusal.EMPTY),
        ({"K1": 0}, Refusal.EMPTY),
        ({"K1": -1}, Refusal.QUANTITY),
        ({"K1": 501}, Refusal.TOO_MANY),
        ({"K1": 10**6}, Refusal.TOO_MANY),
        ({"K9": 1}, Refusal.GONE),
        ({"G1000": 1}, Refusal.GONE),
    ],
)
def test_what_cannot_be_ordered_is_refused_and_nothing_is_kept(
    town: Town, wishes: dict[str, int], reason: Refusal
) -> None:
    assert refusal(town, wishes)[0] is reason


def test_a_course_that_is_free_of_charge_needs_no_code(town: Town) -> None:
    course("K3", 0)
    assert refusal(town, {"K1": 1, "K3": 1}) == (Refusal.FREE_OF_CHARGE, "K3")


@pytest.mark.parametrize("change", [{"published": False}, {"cancelled_on": date(2026, 1, 1)}])
def test_a_course_that_cannot_be_had_is_refused(town: Town, change: dict[str, object]) -> None:
    with transaction() as session:
        for name, value in change.items():
            setattr(session.get_one(Offer, "K1"), name, value)
    assert refusal(town, {"K1": 1, "K2": 1}) == (Refusal.GONE, "K1")


def test_another_price_than_was_shown_is_refused(town: Town) -> None:
    assert refusal(town, {"K1": 1}, seen="0" * 32) == (Refusal.CHANGED, "")


def test_without_terms_nothing_is_sold(town: Town) -> None:
    with db.engine.connect() as connection:  # pages cannot be deleted: an empty shop never had any
        is_sqlite = connection.dialect.name == "sqlite"
        connection.execute(text("DROP TRIGGER pages_stay_kept" + ("" if is_sqlite else " ON pages")))
        connection.execute(Page.__table__.delete())
        connection.commit()
    assert refusal(town, {"K1": 1})[0] is Refusal.NO_TERMS


def test_the_price_is_frozen_with_the_order(town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    with transaction() as session:
        session.get_one(Offer, "K1").price_cents = 99900
    assert {each.price_cents for each in codes_of(order)} == {10000}
    assert db.session.get_one(Order, order.id).total_cents == 20000
    assert_sound()


def test_by_setting_codes_work_only_once_they_are_paid(town: Town) -> None:
    current_app.config["COURSE_CODES_AFTER_PAYMENT"] = True
    made = codes_of(ordered(town.organisation, town.anna))
    assert {each.frozen for each in made} == {"unpaid"}
    assert find.refusal(made[0], clock.today()) is find.Refusal.UNPAID
    assert_sound()
