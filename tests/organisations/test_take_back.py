"""Taking invoices back: unused codes are void, money finds its way, papers have numbers without gaps (T5, I14, I15)."""

import pytest
from sqlalchemy import select

from shop.catalogue.models import Offer
from shop.course_vouchers.find import Refusal
from shop.db import db, transaction
from shop.documents.models import Document, Series
from shop.orders.enrol.redeem import Refused, Unknown, redeem_existing
from shop.orders.enrol.undo import undo, undo_token
from shop.orders.models import Order, Refund
from shop.orders.purchase.take_back import NotCancellable, TakenBack, reissue, take_back
from shop.orders.refund import paid_by_hand
from shop.outbox.models import Message
from shop.payments.models import Payment
from shop.people.models import Organisation
from tests.organisations.cast import HERE, code_texts, codes_of, learner, ordered, transferred
from tests.organisations.conftest import Town
from tests.organisations.test_pay import balances
from tests.shopfloor import assert_sound


def papers(order: Order) -> list[tuple[str, int]]:
    """An order's documents in the order of their issue: kind and cents; series have no gaps."""
    db.session.rollback()
    found = db.session.scalars(
        select(Document).where(Document.order_id == order.id).order_by(Document.issued_at, Document.position)
    ).all()
    return [(each.kind, each.cents) for each in found]


def invoice_of(order: Order) -> str:
    db.session.rollback()
    mine = select(Document).where(Document.order_id == order.id, Document.kind == "invoice")
    return db.session.scalars(mine.order_by(Document.position.desc())).first().number


def taken_back(order: Order) -> TakenBack:
    number = invoice_of(order)
    with transaction():
        return take_back(number, by="Karl")


def reissued(order: Order, **facts: str) -> str:
    number = invoice_of(order)
    with transaction():
        return reissue(number, by="Karl", **facts)


def test_an_unpaid_order_taken_back_is_owed_no_more(town: Town) -> None:
    order = ordered(town.organisation, town.anna, {"K1": 2, "K2": 1})
    done = taken_back(order)
    assert (done.codes, done.cents, done.refund) == (3, 25000, None)
    assert balances(order) == {}
    assert papers(order) == [("invoice", 25000), ("cancellation", -25000)]
    assert {each.state for each in codes_of(order)} == {"cancelled"}
    assert db.session.scalars(select(Payment.state)).one() == "expired"
    outcome = transferred(order)
    assert outcome is not None
    assert outcome.kind == "quarantined"
    assert_sound()


def test_redeemed_codes_stay_and_stay_owed(town: Town) -> None:
    order = ordered(town.organisation, town.anna, {"K1": 3})
    learner()
    redeem_existing("jonas", code_texts(order)[1], HERE)
    assert taken_back(order).cents == 20000
    assert balances(order) == {"receivable": 10000, "revenue": 10000}
    assert [each.state for each in codes_of(order)] == ["cancelled", "redeemed", "cancelled"]
    transferred(order, 10000)
    assert balances(order) == {"revenue": 10000, "till": 10000}


def test_what_was_paid_goes_back_by_a_persons_transfer(town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    transferred(order)
    done = taken_back(order)
    assert done.refund is not None
    assert balances(order) == {"till": 20000, "payable": 20000}
    assert db.session.scalars(select(Refund.state)).one() == "to_pay"
    with transaction():
        paid_by_hand(done.refund.id)
    assert balances(order) == {}


def test_a_code_that_was_undone_later_can_be_taken_back_later(town: Town) -> None:
    order = ordered(town.organisation, town.anna, {"K1": 2})
    learner()
    place = redeem_existing("jonas", code_texts(order)[0], HERE)
    assert taken_back(order).codes == 1
    undo(undo_token(place.booking_id))
    assert taken_back(order).codes == 1
    assert papers(order) == [("invoice", 20000), ("cancellation", -10000), ("cancellation", -10000)]
    assert balances(order) == {}


def test_a_cancelled_code_opens_nothing(town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    code = code_texts(order)[0]
    taken_back(order)
    learner()
    with pytest.raises(Refused) as refused:
        redeem_existing("jonas", code, HERE)
    assert refused.value.reason is Refusal.CANCELLED
    with pytest.raises(Unknown):
        redeem_existing("niemand", code, HERE)


def test_vat_goes_back_to_the_cent(town: Town) -> None:
    with transaction() as session:
        session.get_one(Offer, "K2").tax_code = "standard"
        session.get_one(Offer, "K2").price_cents = 3333
    order = ordered(town.organisation, town.anna, {"K1": 1, "K2": 3})
    learner()
    redeem_existing("jonas", code_texts(order)[2], HERE)
    taken_back(order)
    found = db.session.scalars(select(Document).order_by(Document.issued_at)).all()
    invoice, storno = found
    assert invoice.facts["vat"] == [[0, 10000, 0], [190, 9999, 1596]]
    assert storno.facts["vat"] == [[0, -10000, 0], [190, -6666, -1064]]
    # what stays invoiced is one place, with the VAT of one place
    assert round(3333 * 19 / 119) == 1596 - 1064
    assert storno.facts["refers_to"] == invoice.number
    assert_sound()


def test_a_faulty_invoice_is_replaced_and_nothing_else_changes(town: Town) -> None:
    order = ordered(town.organisation, town.anna, reference="falsch")
    codes = code_texts(order)
    with transaction() as session:
        kept = session.get_one(Organisation, town.organisation.id)
        kept.name, kept.street = "Gemeinde Seedorf, Bauamt", "Am Kanal 2"
    old = invoice_of(order)
    new = reissued(order, reference="AZ 9")
    assert old != new == invoice_of(order)
    assert papers(order) == [("invoice", 20000), ("correction", -20000), ("invoice", 20000)]
    assert balances(order) == {"receivable": 20000, "revenue": 20000}
    facts = db.session.scalars(select(Document).order_by(Document.position.desc())).first().facts
    assert (facts["buyer"][:2], facts["reference"]) == (["Gemeinde Seedorf, Bauamt", "Am Kanal 2"], "AZ 9")
    assert code_texts(order) == codes
    transferred(order)
    assert balances(order) == {"revenue": 20000, "till": 20000}
    again = reissued(order)
    assert db.session.scalars(select(Series.last).order_by(Series.name)).all() == [3, 2]
    assert again.endswith("00003")
    assert_sound()


def test_after_a_reissue_the_new_invoice_is_taken_back_not_the_old(town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    old = invoice_of(order)
    reissued(order)
    with pytest.raises(NotCancellable, match="replaced by"), transaction():
        take_back(old, by="Karl")
    taken_back(order)
    assert balances(order) == {}
    storno = db.session.scalars(select(Document).where(Document.kind == "cancellation")).one()
    assert storno.facts["refers_to"] == invoice_of(order)


@pytest.mark.parametrize("number", ["", "RE-2026-99999", "RE-2026-x", "KB-2026-00001", "RE-2026-" + "9" * 40])
def test_what_is_no_invoice_is_refused(town: Town, number: str) -> None:
    ordered(town.organisation, town.anna)
    with pytest.raises(NotCancellable), transaction():
        take_back(number, by="Karl")


def test_nothing_is_taken_back_twice(town: Town) -> None:
    order = ordered(town.organisation, town.anna)
    taken_back(order)
    with pytest.raises(NotCancellable):
        taken_back(order)
    with pytest.raises(NotCancellable):
        reissued(order)
    kinds = db.session.scalars(select(Message.kind).order_by(Message.queued_at)).all()
    assert kinds == ["course_codes_ordered", "invoice_cancelled"]
