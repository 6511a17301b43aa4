"""Orders, redemptions, transfers, reminders and take-backs in any order: the books agree after every step."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.clock import shifted_by
from shop.course_vouchers.find import code_of
from shop.course_vouchers.models import CourseVoucher
from shop.db import db, transaction
from shop.documents.models import Document
from shop.ledger import book
from shop.orders.enrol import desk, undo
from shop.orders.enrol.redeem import Refused, redeem_existing
from shop.orders.enrol.revoke import revoke
from shop.orders.enrol.swap import swap
from shop.orders.models import Order
from shop.orders.purchase.freeze import review
from shop.orders.purchase.take_back import NotCancellable, reissue, take_back
from tests.organisations.cast import HERE, learner, ordered, transferred
from tests.organisations.conftest import Town
from tests.shopfloor import assert_sound, course

STEPS = 60
REFUSALS = (Refused, desk.Refused, undo.Refused, NotCancellable)


class Walk:
    """One story, told by chance; `owed` is what a bookkeeper with a pencil would have for each order."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.chance = town, random.Random(seed)
        self.people = [learner(f"mensch{n}").username for n in range(6)]
        self.places: list[str] = []
        self.owed: dict[str, int] = {}
        self.seen: Counter[str] = Counter()

    def step(self) -> None:
        acts: list[Callable[[], object]] = [
            self.order, self.redeem, self.redeem, self.redeem, self.undo, self.revoke, self.swap,
            self.pay, self.pay_wrong, self.wait, self.take_back, self.reissue,
        ]  # fmt: skip
        act = self.chance.choice(acts)
        db.session.rollback()
        try:
            act()
            self.seen[act.__name__] += 1
        except REFUSALS as refused:
            self.seen[f"{act.__name__}: {refused}"[:40]] += 1

    def order(self) -> None:
        made = ordered(self.town.organisation, self.town.anna, {"K1": self.chance.randint(1, 3), "K2": 1})
        self.owed[made.number] = made.total_cents

    def redeem(self) -> None:
        self.places.append(
            undo.undo_token(
                redeem_existing(self.chance.choice(self.people), code_of(self.code()), HERE).booking_id
            )
        )

    def undo(self) -> None:
        if self.places:
            undo.undo(self.chance.choice(self.places))

    def revoke(self) -> None:
        with transaction():
            revoke(self.town.organisation, self.code().number, self.town.anna)

    def swap(self) -> None:
        with transaction():
            swap(
                self.town.organisation, [self.code().number], self.chance.choice(["K1", "K3"]), self.town.anna
            )

    def pay(self) -> None:
        order = self.bought()
        if self.owed[order.number]:
            transferred(order, self.owed[order.number], bank_ref=str(self.chance.random()))
            self.owed[order.number] = 0

    def pay_wrong(self) -> None:
        outcome = transferred(self.bought(), 123, bank_ref=str(self.chance.random()))
        assert outcome is not None
        assert outcome.kind == "quarantined"

    def wait(self) -> None:
        with shifted_by(timedelta(days=15)):
            review()

    def take_back(self) -> None:
        order = self.bought()
        is_open = self.owed[order.number] > 0
        with transaction():
            done = take_back(self.invoice(order), by="Karl")
        if is_open:
            self.owed[order.number] -= done.cents
        assert (done.refund is None) == is_open

    def reissue(self) -> None:
        with transaction():
            reissue(self.invoice(self.bought()), by="Karl")

    def code(self) -> CourseVoucher:
        if not self.owed:
            self.order()
        in_turn = CourseVoucher.issued_at, CourseVoucher.price_cents, CourseVoucher.copy
        return self.chance.choice(db.session.scalars(select(CourseVoucher).order_by(*in_turn)).all())

    def bought(self) -> Order:
        if not self.owed:
            self.order()
        number = self.chance.choice(list(self.owed))
        return db.session.scalars(select(Order).where(Order.number == number)).one()

    def invoice(self, order: Order) -> str:
        mine = select(Document).where(Document.order_id == order.id, Document.kind == "invoice")
        return db.session.scalars(mine.order_by(Document.position.desc())).first().number

    def check(self) -> None:
        db.session.rollback()
        assert_sound()
        assert {number: book.posted(f"receivable:{number}") for number in self.owed} == self.owed


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_the_books_agree(town: Town, seed: int) -> None:
    course("K3", 10000, 5)
    walk = Walk(town, seed)
    for _ in range(STEPS):
        walk.step()
        walk.check()
    assert {"order", "redeem", "undo", "pay", "take_back"} <= set(walk.seen), walk.seen
