"""Erna and her value card, used through its pages; and what happens to it behind them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from shop.cards.desk import correct
from shop.cards.models import Card, CardType, Lot
from shop.cards.open import card_of
from shop.core.money import Cents
from shop.db import db, transaction
from shop.orders.drop import drop_order
from shop.orders.models import BasketLine, Order
from shop.people.accounts import by_username
from tests.account.cast import log_in
from tests.cards.cast import booked, card_type, holder, ordered_top_up, paid_by_transfer, prices
from tests.organisations.cast import PASSWORD
from tests.shopfloor import assert_sound, open_shop, sold
from tests.web.guest import Guest, hidden

T = TypeVar("T")
HOME, TOP_UP = "/konto/wertkarte/", "/konto/wertkarte/aufladen"


@dataclass
class Wallet:
    """A shop that sells value cards, and Erna's card in it."""

    app: Flask
    number: str

    def inside(self, done: Callable[[], T]) -> T:
        """Do something inside the shop; its books are in order afterwards."""
        with self.app.app_context():
            found = done()
            assert_sound()
            db.session.rollback()
        return found

    def corrected(self, cents: Cents, reason: str = "Unterricht ausgefallen") -> None:
        """Staff add credit or take some off."""

        def done() -> None:
            with transaction():
                correct(self.number, cents, reason=reason, by="lea", key=uuid.uuid4())

        self.inside(done)

    def change(self, **values: object) -> None:
        """Change the card behind everybody's back."""
        with self.app.app_context(), transaction() as session:
            for name, value in values.items():
                setattr(session.get_one(Card, self.number), name, value)

    def change_type(self, **values: object) -> None:
        """Change the card's type as staff would."""
        with self.app.app_context(), transaction() as session:
            for name, value in values.items():
                setattr(session.get_one(CardType, "wert"), name, value)

    def change_lots(self, until: date | None, *, frozen: bool = False) -> None:
        """Give every lot another last day."""
        with self.app.app_context(), transaction() as session:
            for lot in session.scalars(db.select(Lot).where(Lot.number == self.number)):
                lot.valid_until, lot.frozen = until, frozen

    def card(self) -> Card:
        """The card as it stands."""
        with self.app.app_context():
            found = db.session.get_one(Card, self.number)
            db.session.expunge_all()
        return found

    def voucher(self, cents: Cents = 3000) -> tuple[str, str]:
        """Number and code of a paid gift voucher."""

        def done() -> tuple[str, str]:
            voucher, code = sold(cents)
            return voucher.number, code

        return self.inside(done)

    def wishes(self) -> list[dict[str, object]]:
        """What lies in all baskets."""
        with self.app.app_context():
            found = [dict(line.facts) for line in db.session.scalars(db.select(BasketLine))]
            db.session.rollback()
        return found

    def arrives(self, order: str, till: str) -> None:
        """The money for an order arrives at the bank or at the counter."""

        def done() -> None:
            found = db.session.scalars(db.select(Order).where(Order.number == order)).one()
            paid_by_transfer(found, till=till)

        self.inside(done)

    def owes(self, appointment: str) -> None:
        """Book against a top-up that is ordered, and never pay it: the price is owed then."""

        def done() -> None:
            user = by_username("erna")
            assert user is not None
            order, _payment = ordered_top_up(db.session.get_one(Card, self.number), _smallest())
            booked(user, appointment)
            with transaction():
                drop_order(order.number)

        self.inside(done)

    def orders(self) -> list[Order]:
        """Every order."""
        with self.app.app_context():
            found = list(db.session.scalars(db.select(Order)))
            db.session.expunge_all()
        return found

    def card_of(self, username: str, type_key: str = "wert") -> Card | None:
        """Somebody's card of a type."""
        with self.app.app_context():
            user = by_username(username)
            assert user is not None
            found = card_of(user.id, type_key)
            db.session.expunge_all()
        return found


def _smallest() -> Cents:
    return db.session.get_one(CardType, "wert").offered[0].value


def opened(app: Flask) -> Wallet:
    """Open the shop, with the card type `wert` and an empty card of Erna's."""
    with app.app_context():
        open_shop()
        card_type()
        prices()
        _erna, card = holder()
        number = card.number
        db.session.rollback()
    return Wallet(app, number)


def signed_in(app: Flask, username: str = "erna", **how: str) -> Guest:
    """Somebody at their account."""
    guest = Guest(app, **how)
    answer = log_in(guest, username, PASSWORD)
    assert answer.status_code == 302, answer.text
    return guest


def wish(guest: Guest, value: str = "10000", address: str = TOP_UP, **fields: str) -> TestResponse:
    """Choose a tier and send the form."""
    token = hidden(guest.get(address), "csrf_token")
    return guest.send_bare(address, {"csrf_token": token, "value": value, **fields})


def ordered(guest: Guest, method: str, value: str = "10000", address: str = TOP_UP) -> TestResponse:
    """Choose a tier, and order it at the checkout."""
    assert wish(guest, value, address).headers["Location"] == "/kasse/"
    answer = guest.order(guest.checkout_form(method=method))
    assert answer.status_code == 303, answer.text
    return answer


def paid(guest: Guest, value: str = "10000", address: str = TOP_UP, step: str = "paid") -> TestResponse:
    """Order a tier and pay at the pretend till, or press another button there; the order's page."""
    till = urlsplit(ordered(guest, "pretend", value, address).headers["Location"]).path
    back = guest.send(till, {"schritt": step})
    assert back.status_code == 303
    return guest.get(urlsplit(back.headers["Location"]).path)


def load(guest: Guest, card: str, number: str, code: str) -> TestResponse:
    """Type a voucher's number and code, and load it onto a card."""
    address = f"{HOME}{card}/gutschein"
    token = hidden(guest.get(address), "csrf_token")
    return guest.send_bare(address, {"csrf_token": token, "number": number, "code": code})
