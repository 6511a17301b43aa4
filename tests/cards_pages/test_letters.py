"""What a buyer of credit reads in the mails, as text and as a page (DOMAIN W1, W8, L2)."""

import pytest

from shop.clerk.letters import LETTERS
from shop.db import db, transaction
from shop.documents.models import Document
from shop.orders.card.take_back import take_back
from shop.orders.models import Order
from shop.outbox.letter import Letter
from shop.outbox.models import Message
from tests.cards_pages.wallet import HOME, Wallet, ordered, paid
from tests.web.guest import Guest


def letter(wallet: Wallet, kind: str) -> Letter:
    """The only letter of a kind that waits."""
    with wallet.app.app_context():
        message = db.session.scalars(db.select(Message).where(Message.kind == kind)).one()
        found = LETTERS[kind](message)
        db.session.rollback()
    return found


@pytest.mark.parametrize("method", ["bank", "counter"])
def test_what_is_ordered_is_told_with_the_notice_of_its_type(
    wallet: Wallet, erna: Guest, method: str
) -> None:
    ordered(erna, method)
    told = letter(wallet, "order_received")
    for text in (told.text, told.html):
        assert "Keine Auszahlung." in text
        assert "Gutschein" not in text.split("Bestellnummer")[0]


def test_what_is_paid_is_told_with_the_way_to_the_card(wallet: Wallet, erna: Guest) -> None:
    paid(erna)
    told = letter(wallet, "order_confirmed")
    assert told.subject.startswith("Ihr Guthaben zur Bestellung")
    for text in (told.text, told.html):
        assert "Keine Auszahlung." in text
        assert f"{HOME}?karte={wallet.number}" in text


def test_the_receipt_says_that_credit_is_a_voucher_too(wallet: Wallet, erna: Guest) -> None:
    paid(erna)
    with wallet.app.app_context():
        facts = db.session.scalars(db.select(Document)).one().facts
        db.session.rollback()
    assert facts["has_credit"]


def test_what_is_taken_off_a_card_again_is_told_with_its_order(wallet: Wallet, erna: Guest) -> None:
    paid(erna)
    with wallet.app.app_context():
        order = db.session.scalars(db.select(Order.number)).one()
        with transaction():
            take_back(order, by="Jutta")
    told = letter(wallet, "card_taken_back")
    assert told.subject == "Guthaben ist von Ihrer Wertkarte genommen"
    for text in (told.text, told.html):
        assert f"Die Bestellung {order} ist zurückgenommen." in text
        assert "leer" not in text
