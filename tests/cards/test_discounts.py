"""Two hundred for 190: documents tax what was paid for what was spent, to the cent (DOMAIN T1, T4, I14)."""

import random
from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import select

from shop.cards import desk
from shop.cards.models import Card, Use
from shop.core import tax
from shop.core.money import Cents
from shop.db import db, transaction
from shop.documents.models import Document
from shop.orders.card.pay_out import pay_out
from shop.orders.drop import drop_order
from shop.orders.models import OrderLine
from shop.orders.redemption.claim import claim_card
from tests.cards.cast import (
    appointment,
    balance,
    booked,
    cancel,
    card_type,
    contract,
    holder,
    lots,
    ordered_top_up,
    paid_by_transfer,
    row,
    topped_up,
)
from tests.shopfloor import course, pay, place_in, press, put

pytestmark = pytest.mark.usefixtures("shop")
STANDARD = 190


def documents(*kinds: str) -> list[Document]:
    db.session.rollback()
    query = select(Document).where(Document.kind.in_(kinds or ("invoice", "cancellation")))
    return list(db.session.scalars(query.order_by(Document.series, Document.position)))


def taxed(rate: int = STANDARD) -> Cents:
    """What all documents together have taxed at a rate, gross."""
    return sum(row[1] for document in documents() for row in document.facts["vat"] if row[0] == rate)


def assert_papers_add_up() -> None:
    """Each document's rows and what it does not tax make its total; each order's VAT is that of what stays taxed."""
    stays: Counter[tuple[UUID, int]] = Counter()
    vat: Counter[tuple[UUID, int]] = Counter()
    for each in documents():
        rows = each.facts["vat"]
        assert sum(row[1] for row in rows) + each.facts.get("untaxed", 0) == each.cents
        assert sum(line["cents"] for line in each.facts["lines"]) + each.facts.get("kept", 0) == each.cents
        assert sum(cents for _way, _number, cents in each.facts["paid"]) == abs(each.cents)
        for rate, gross, contained in rows:
            stays[each.order_id, rate] += gross
            vat[each.order_id, rate] += contained
    for (order, rate), gross in stays.items():
        assert vat[order, rate] == tax.contained(gross, rate)


def paid_for_what_was_spent(card: Card) -> Cents:
    """By the card's own book: what was paid for the parts of lots that bookings have used."""
    lines = select(OrderLine.id).where(OrderLine.kind == "booking")
    uses = select(Use.paid_cents).where(Use.number == card.number, Use.spent_for.in_(lines))
    return sum(db.session.scalars(uses))


def lessons() -> None:
    """Appointments at 25 €, 17,33 € and 1 cent, all at 19 %."""
    row(1733, appointment=["einzel"], member=["gast"])
    row(1, resource=["eigen"], member=["gast"])


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_booked_and_cancelled_the_papers_tax_what_was_paid_for_it(seed: int) -> None:
    chance, held = random.Random(seed), list[str]()
    erna, card = holder()
    lessons()
    topped_up(card, 20000)
    for turn in range(14):
        if held and chance.random() < 0.4:
            number = held.pop(chance.randrange(len(held)))
            cancel(number, by="staff", amount=chance.choice([0, 1, 100, None]) if number[0] == "A" else None)
        elif balance(card) >= 2500:
            kind = chance.choice("ABC")
            facts = {"A": {}, "B": {"class_key": "einzel"}, "C": {"resource_key": "eigen"}}[kind]
            appointment(f"{kind}{turn}", tax_code="standard", **facts)
            booked(erna, f"{kind}{turn}")
            held.append(f"{kind}{turn}")
        assert taxed() == paid_for_what_was_spent(card)
    assert_papers_add_up()
    [lot] = lots(card)
    assert taxed() + lot.left_paid == 19000


def test_spent_to_the_last_cent_all_that_was_paid_has_been_taxed() -> None:
    erna, card = holder()
    lessons()
    topped_up(card, 20000)
    for n in range(11):
        appointment(f"A{n}", tax_code="standard", class_key="einzel")
        booked(erna, f"A{n}")
    cancel("A3", by="centre")
    cancel("A7", by="centre")
    row(balance(card), requires="rest")
    contract(erna, "rest")
    appointment("REST", tax_code="standard")
    booked(erna, "REST")
    assert balance(card) == 0
    assert taxed() == 19000
    assert_papers_add_up()


def test_a_course_that_card_and_stripe_pay_is_taxed_less_the_bonus_of_the_cards_part() -> None:
    erna, card = holder()
    topped_up(card, 20000)
    course("K1", 30000, class_key="kurs", tax_code="standard", cancel_fee_cents=1000)
    put(place_in("K1"))
    claim_card("erna", erna.id, card.number)
    _order, payment = press()
    assert payment is not None
    pay(payment)
    assert taxed() == 19000 + 10000
    cancel("K1", by="customer")
    assert balance(card) == 20000
    assert taxed() == 1000
    assert_papers_add_up()


def test_a_single_purpose_top_up_is_invoiced_with_vat_and_its_bookings_are_untaxed() -> None:
    card_type("einzweck", tax_code="standard")
    erna, card = holder(type_key="einzweck")
    topped_up(card, 20000)
    [invoice] = documents()
    assert invoice.facts["vat"] == [[STANDARD, 19000, tax.contained(19000, STANDARD)]]
    appointment("T1", tax_code="standard")
    booked(erna)
    assert taxed() == 19000
    cancel("T1", by="centre")
    assert taxed() == 19000
    with transaction():
        pay_out(card.number, by="Jutta")
    assert taxed() == 0
    assert_papers_add_up()


def test_what_was_booked_before_a_discount_was_bought_is_taken_back_as_it_was_taxed() -> None:
    """25 € are invoiced while nothing is bought yet; then a lot of 200 for 190 takes them over (W4, T4)."""
    card_type("kredit", limit_ordered=5000)
    erna, card = holder(type_key="kredit")
    appointment("T1", tax_code="standard")
    order, _payment = ordered_top_up(card, 20000, method="bank")
    booked(erna)
    assert taxed() == 2500
    paid_by_transfer(order)
    cancel("T1", by="centre")
    assert (balance(card), taxed()) == (20000, 0)
    assert lots(card)[0].left_paid == 19000
    assert_papers_add_up()


def test_a_debt_on_a_single_purpose_card_is_not_taxed_twice() -> None:
    """Its bookings are untaxed, for the top-up that pays the debt is taxed itself (T1, W4)."""
    card_type("einzweck", tax_code="standard", limit_ordered=5000)
    erna, card = holder(type_key="einzweck")
    appointment("T1", tax_code="standard")
    order, _payment = ordered_top_up(card, 10000, method="bank")
    booked(erna)
    with transaction():
        drop_order(order.number)
    assert [(lot.source, lot.taxed) for lot in lots(card)] == [("debt", True)]
    topped_up(card, 10000)
    assert taxed() == 10000
    cancel("T1", by="centre")
    assert taxed() == 10000
    assert balance(card) == 10000
    assert_papers_add_up()


def test_a_fee_kept_of_what_was_booked_before_a_discount_is_taxed_at_what_was_paid_for_it() -> None:
    card_type("kredit", limit_ordered=5000)
    erna, card = holder(type_key="kredit")
    appointment("T1", tax_code="standard", cancel_fee_cents=1000)
    order, _payment = ordered_top_up(card, 20000, method="bank")
    booked(erna)
    paid_by_transfer(order)
    cancel("T1", by="customer")
    assert (balance(card), taxed()) == (19000, paid_for_what_was_spent(card)) == (19000, 950)
    assert_papers_add_up()


def test_credit_that_was_given_for_nothing_is_not_taxed() -> None:
    erna, card = holder()
    with transaction():
        desk.correct(card.number, 2500, reason="Kulanz", by="Jutta", key=UUID(int=1))
    appointment("T1", tax_code="standard")
    booked(erna)
    assert taxed() == 0
    assert documents("invoice")[0].cents == 2500
    assert_papers_add_up()
