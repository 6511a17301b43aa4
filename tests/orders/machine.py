"""A story of a shop: anything, in any order, with clock, worker and provider as players of their own."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from flask import current_app
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from shop import clock
from shop.bookings.sweep import lapse_overdue
from shop.core.goods import Gone
from shop.db import transaction
from shop.ledger import book
from shop.orders import basket, send_refunds
from shop.orders import pay as paying
from shop.orders.call_off import call_off
from shop.orders.models import Order as PlacedOrder
from shop.orders.redemption.release import release
from shop.orders.redemption.sweep import forget_left
from shop.orders.refund import NotRefundable, refund_voucher
from shop.orders.tender import Lost
from shop.vouchers.models import Voucher
from tests.orders.auditor import Auditor
from tests.orders.books import Attempt, Course, Visitor, Wish
from tests.orders.compare import PRICES, Known
from tests.orders.story import STRIPE, Story
from tests.shopfloor import (
    NOON,
    charge_event,
    course,
    place_in,
    wish,
)

VISITORS = st.sampled_from(["erna", "otto"])


class Shop(Story):
    """One story; its people, courses and vouchers are its own, so that all stories share one database."""

    # How it begins, and how it is compared

    @initialize()
    def open(self) -> None:
        self._clear_up()
        self.story, self.now = uuid.uuid4().hex[:8], NOON
        self.known: list[Known] = []
        self.acted: list[str] = []
        self.kept: list[tuple[str, Callable[[], str]]] = []
        courses = {}
        with clock.stopped_at(self.now):
            for name, (cents, capacity) in PRICES.items():
                until, is_redeemable = clock.today() + timedelta(days=20), name != "ohne"
                more = {"cancel_until": until, "redeemable": is_redeemable}
                course(self._own(name), cents, capacity, days=150, **more)
                courses[name] = Course(cents, capacity, until, is_redeemable)
        self.auditor = Auditor(courses, {name: Visitor() for name in ("erna", "otto", "greta")})
        self.before = self._balances()
        self.sell(10000, None)
        self.sell(6000, 12)
        self.put("erna", "voll")
        self._claim("erna", 1)
        self._order("erna", "stripe")
        self.put("otto", "klein")
        self._claim("otto", 1)

    def teardown(self) -> None:
        """At the end somebody leaves half-way, and all money comes that still can, late.

        Then every booking is cancelled, and every cent sent.
        """
        if not self.known:
            return
        while self.kept:
            self._act(*self.kept.pop(0))
        self.put("otto", "klein")
        self._claim("otto", 0)
        self.a_long_time_goes_by(50, swept=True)
        for place in self._unpaid():
            self.a_long_time_goes_by(100, swept=False)
            self._tell(place, len(self.auditor.orders[place].attempts) - 1, "late")
        self.everything_is_as_the_auditor_says()
        for place, number in self._bookings():
            self._cancel(place, number, "centre")
        self.send_refunds("well")
        for event_id in self.acted[-3:]:
            self._deliver_again(event_id)
        self.a_long_time_goes_by(60 * 24 * 30, swept=True)
        self.everything_is_as_the_auditor_says()

    # What visitors do

    @precondition(lambda self: len(self.auditor.purses) < 5)
    @rule(cents=st.sampled_from([1000, 6000, 10000]), days=st.sampled_from([None, None, 12]))
    def sell(self, cents: int, days: int | None) -> None:
        self.put("greta", "", cents)
        self._order("greta", "stripe")
        self._tell(len(self.known) - 1, 0, "certain")
        purse = self.auditor.orders[-1].purses[0]
        if days is not None:
            purse.valid_until = (self.now + timedelta(days=days)).date()
            with transaction() as session:
                session.get_one(Voucher, purse.number).valid_until = purse.valid_until

    @rule(name=VISITORS, what=st.sampled_from(["voll", "voll", "klein", "klein", "ohne", ""]))
    def put(self, name: str, what: str, cents: int = 2500) -> None:
        """A place in a course, or a voucher, goes into a basket."""
        kind, facts = ("booking", place_in(self._own(what))) if what else ("voucher", wish(cents))
        with self._at(), transaction():
            basket.add(self._own(name), kind, dict(facts))
        found = self.auditor.courses.get(what)
        thing = Wish(what, found.cents, found.redeemable) if found else Wish("", cents, False)
        self.auditor.visitors[name].basket.append(thing)

    @precondition(lambda self: self._shoppers())
    @rule(data=st.data())
    def claim(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self._shoppers()))
        self._claim(name, data.draw(st.integers(0, len(self.auditor.purses) - 1)))

    @rule(
        name=VISITORS,
        what=st.lists(st.sampled_from(["voll", "klein", "ohne", ""]), min_size=1, max_size=2),
        data=st.data(),
        method=st.sampled_from(["stripe", "stripe", "bank"]),
    )
    def shop_around(self, name: str, what: list[str], data: st.DataObject, method: str) -> None:
        """A whole visit: fill the basket, redeem what there is, order."""
        for each in what:
            self.put(name, each)
        most = len(self.auditor.purses) - 1
        for place in data.draw(st.lists(st.integers(0, most), min_size=1, max_size=3, unique=True)):
            self._claim(name, place)
        self._order(name, method)

    @precondition(lambda self: any(visitor.claims for visitor in self.auditor.visitors.values()))
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        pairs = [(name, n) for name, visitor in self.auditor.visitors.items() for n in visitor.claims]
        name, number = data.draw(st.sampled_from(pairs))
        with self._at(), transaction():
            assert release(self._own(name), number)
            self.auditor.release(name, number)

    @precondition(lambda self: self._shoppers())
    @rule(data=st.data(), method=st.sampled_from(["stripe", "stripe", "bank"]))
    def order(self, data: st.DataObject, method: str) -> None:
        self._order(data.draw(st.sampled_from(self._shoppers())), method)

    @precondition(lambda self: self._unpaid())
    @rule(data=st.data(), method=st.sampled_from(["stripe", "bank"]))
    def pay_again(self, data: st.DataObject, method: str) -> None:
        place = data.draw(st.sampled_from(self._unpaid()))
        order, known = self.auditor.orders[place], self.known[place]
        with self._at():
            wanted = self.auditor.again(order, method)
            try:
                with transaction() as session:
                    payment = paying.again(session.get_one(PlacedOrder, known.id), method)
                    answer: object = payment.id
                self._note_payment(known, payment)
                expected: object = (
                    known.payments[order.attempts.index(wanted)] if isinstance(wanted, Attempt) else wanted
                )
            except (Gone, Lost):
                answer, expected = "lost", wanted
        assert answer == expected, f"again: the shop says {answer}, the auditor {expected}"
        self.seen["again: lost" if answer == "lost" else "again"] += 1

    # What the provider tells

    @precondition(lambda self: self._attempts())
    @rule(data=st.data(), what=st.sampled_from([*STRIPE, "certain", "late", "wrong"]), now=st.booleans())
    def tell(self, data: st.DataObject, what: str, now: bool) -> None:
        """An event of any kind, about any attempt; acted on at once, or left in the inbox for a while."""
        self._tell(*data.draw(st.sampled_from(self._attempts())), what, now=now)

    @precondition(lambda self: self._unpaid())
    @rule(data=st.data(), minutes=st.sampled_from([80, 100, 60 * 24 * 15]))
    def money_comes_late(self, data: st.DataObject, minutes: int) -> None:
        """What was kept for an order has lapsed, swept or not, when the money is certain."""
        self.a_long_time_goes_by(minutes, swept=data.draw(st.booleans()))
        place = data.draw(st.sampled_from(self._unpaid()))
        order = self.auditor.orders[place]
        self._tell(place, data.draw(st.integers(0, len(order.attempts) - 1)), "late")

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def the_worker_acts(self, data: st.DataObject) -> None:
        self._act(*self.kept.pop(data.draw(st.integers(0, len(self.kept) - 1))))

    @precondition(lambda self: self.acted)
    @rule(data=st.data())
    def an_event_comes_again(self, data: st.DataObject) -> None:
        self._deliver_again(data.draw(st.sampled_from(self.acted)))

    @precondition(lambda self: self._certain())
    @rule(data=st.data(), is_disputed=st.booleans())
    def money_goes_back_at_the_provider(self, data: st.DataObject, is_disputed: bool) -> None:
        """Our own refund is reported, or somebody has sent money back by hand, or the payer disputes."""
        place, number = data.draw(st.sampled_from(self._certain()))
        order, payment = self.auditor.orders[place], self._payment(place, number)
        attempt = order.attempts[number]
        own = [refund.cents for refund in order.refunds if refund.attempt is attempt]
        cents = data.draw(st.sampled_from([*own, attempt.cents]))
        with self._at():
            kind = "charge.dispute.created" if is_disputed else "charge.refunded"
            event = charge_event(payment, kind, cents)
        self._act(event, lambda: self.auditor.returned(order, attempt, cents, disputed=is_disputed))

    # What the centre does

    @precondition(lambda self: self._bookings())
    @rule(data=st.data(), by=st.sampled_from(["customer", "customer", "centre", "staff"]))
    def cancel(self, data: st.DataObject, by: str) -> None:
        self._cancel(*data.draw(st.sampled_from(self._bookings())), by)

    @precondition(lambda self: len(self.known) > 6)
    @rule(number=st.sampled_from(["voll", "klein", "ohne"]))
    def call_a_course_off(self, number: str) -> None:
        with self._at():
            cancelled = self.auditor.call_off(number)
            done = call_off(self._own(number))
        assert (done.cancelled, done.failed) == (cancelled, 0)
        self.seen["called off"] += 1

    @rule(data=st.data())
    def refund_a_voucher(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(list(self.auditor.purses)))
        with self._at():
            wanted = self.auditor.refund(self.auditor.purses[number])
            answer = "ok"
            try:
                with transaction():
                    refund_voucher(number, by="Jutta")
            except NotRefundable:
                answer = "not refundable"
        self._answered("refund", answer, wanted)

    @rule(mood=st.sampled_from(["well", "well", "is away", "answers nobody", "refuses"]))
    def send_refunds(self, mood: str) -> None:
        due = [(order, refund) for order in self.auditor.orders for refund in order.refunds]
        due = [each for each in due if each[1].state == "due"]
        self.provider.mood = mood
        with self._at():
            current_app.extensions.pop("refunds_rest", None)
            send_refunds.send_due(100)
        if mood in ("well", "refuses"):
            self.auditor.send(due, "sent" if mood == "well" else "failed")
        self.seen[f"refunds sent: {mood}"] += bool(due)

    # Time

    @rule(minutes=st.sampled_from([5, 30, 50, 100, 60 * 25, 60 * 24 * 8]), swept=st.booleans())
    def a_long_time_goes_by(self, minutes: int, swept: bool = True) -> None:
        if self.now < NOON + timedelta(days=90):  # the courses have not begun
            self.now += timedelta(minutes=minutes)
        if swept:
            self.the_sweeper_comes()

    @rule()
    def the_sweeper_comes(self) -> None:
        with self._at(), transaction():
            wanted = self.auditor.sweep()
            assert book.expire_overdue(1000) == wanted
            lapse_overdue(1000)
            forget_left(1000)
        self.seen["expired hold"] += wanted
