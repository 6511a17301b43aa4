"""Anna at the desk of Seedorf: what she does there, through its real forms."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from shop.course_vouchers.find import code_of
from shop.course_vouchers.models import CourseVoucher
from shop.db import db, transaction
from shop.outbox.models import Message
from shop.people import organisations
from shop.people.accounts import by_username
from tests.account.cast import log_in, open_account
from tests.organisations.cast import PASSWORD, administrator, learner, municipality, ordered
from tests.shopfloor import assert_sound, course, open_shop
from tests.web.guest import Guest, hidden

T = TypeVar("T")


@dataclass
class Office:
    """A shop with an organisation; `home` is the address of its desk."""

    app: Flask
    home: str

    def inside(self, done: Callable[[], T]) -> T:
        """Do something inside the shop; its books are in order afterwards."""
        with self.app.app_context():
            found = done()
            assert_sound()
            db.session.rollback()
        return found

    def order(self, wishes: dict[str, int] | None = None) -> list[str]:
        """Order codes as Anna would; their numbers."""

        def done() -> list[str]:
            voucher = select(CourseVoucher.number).order_by(CourseVoucher.offer_number, CourseVoucher.copy)
            before = set(db.session.scalars(voucher))
            ordered(_town(), _anna(), wishes)
            return [number for number in db.session.scalars(voucher) if number not in before]

        return self.inside(done)

    def code(self, offer: str = "K1") -> str:
        """Order one code for a course; as people see it."""
        number = self.order({offer: 1})[0]
        return self.codes()[number]

    def codes(self) -> dict[str, str]:
        """The code of each number, as people see it."""
        return self.inside(
            lambda: {each.number: code_of(each) for each in db.session.scalars(select(CourseVoucher))}
        )

    def state(self, number: str) -> tuple[str, int, str]:
        """State, serial and last address of a code."""

        def found() -> tuple[str, int, str]:
            voucher = db.session.get_one(CourseVoucher, number)
            return voucher.state, voucher.serial, voucher.sent_to

        return self.inside(found)

    def change(self, number: str, **values: object) -> None:
        """Change a code behind everybody's back."""
        with self.app.app_context(), transaction() as session:
            for name, value in values.items():
                setattr(session.get_one(CourseVoucher, number), name, value)

    def letters(self, kind: str) -> list[str]:
        """To whom letters of a kind wait."""

        def found() -> list[str]:
            query = (
                select(Message.recipient)
                .where(Message.kind == kind)
                .order_by(Message.queued_at, Message.recipient)
            )
            return list(db.session.scalars(query))

        return self.inside(found)


class Clerk(Guest):
    """One administrator's browser."""

    def post(self, page: str, path: str, fields: dict[str, Any] | None = None, **how: Any) -> TestResponse:
        """Send a form as it stands on a page."""
        token = hidden(self.get(page), "csrf_token")
        return self.send_bare(path, {"csrf_token": token, **(fields or {})}, **how)


def opened(app: Flask) -> Office:
    """Seedorf with Anna, and the courses K1 (100 €), K2 (50 €), K3 (100 €), K4 (free of charge)."""
    with app.app_context():
        open_shop()
        course("K1", 10000)
        course("K2", 5000, capacity=None)
        course("K3", 10000, capacity=1)
        course("K4", 0)
        town = municipality()
        administrator(town)
        learner("jonas")
        home = f"/organisation/{town.id}/"
        db.session.remove()
    open_account(app, "bernd", "Bernd", "Fremd")  # he administers Bergheim, and nothing else
    with app.app_context():
        other = municipality("Gemeinde Bergheim", "kasse@bergheim.example.org")
        _appoint(other.id, "bernd")
        db.session.remove()
    return Office(app, home)


def signed_in(app: Flask, username: str = "anna", password: str | None = None) -> Clerk:
    """A browser in which somebody has logged in."""
    clerk = Clerk(app)
    assert log_in(clerk, username, password or PASSWORD).status_code in (302, 303)
    return clerk


def _appoint(organisation_id: Any, username: str) -> None:
    with transaction():
        organisations.appoint(organisation_id, by_username(username))


def _town() -> Any:
    return organisations.by_name("Gemeinde Seedorf")


def _anna() -> Any:
    return by_username("anna")


def numbers_on(page: TestResponse) -> list[str]:
    """The codes that a list shows, in its order."""
    return [
        found.replace("-", "") for found in re.findall(r'class="figures number"[^>]*>(K[\w-]+)<', page.text)
    ]
