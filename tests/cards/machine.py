"""A story of a value card: anything, in any order, with clock and sweeper as players of their own."""

import uuid
from collections import Counter
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from shop.bookings.sweep import lapse_overdue
from shop.cards import desk, top_up
from shop.core.tiers import tier_of
from shop.db import transaction
from shop.ledger import book as ledger
from shop.orders.card import load as loading
from shop.orders.card.empty import NotPaidOut
from shop.orders.card.pay_out import pay_out
from shop.orders.redemption import claim as claiming
from shop.orders.redemption.sweep import forget_left
from shop.orders.tender import SHORT, WAITS
from shop.vouchers.models import Voucher
from tests.cards import auditor, books
from tests.cards.cast import holder, ordered_top_up
from tests.cards.story import COURSE, DAYS, FEE, HERE, TIERS, Deeds, Place, Wanted, claimable
from tests.shopfloor import NOON, course, place_in, put, sold


class Story(Deeds):
    """One person and one card; all stories share one database."""

    @initialize(kind=st.sampled_from(["frei", "kredit"]))
    def open(self, kind: str) -> None:
        self.story, self.now, self.count = uuid.uuid4().hex[:8], NOON, 0
        limits = {"frei": (0, 5000), "kredit": (1000, 3000)}
        self.card = auditor.Card(*limits[kind])
        self.wanted: list[Wanted] = []
        self.places: list[Place] = []
        with self._at():
            user, card = holder(f"erna-{self.story}", kind)
            self.user, self.number = user.id, card.number
            self.before, self.money = self._balances(), Counter()
        self.top_up(20000, 400)
        self.book("einzel", 5)
        self.order_a_top_up(10000, "bank")

    def teardown(self) -> None:
        """At the end the card is overdrawn, its owner owes and pays; a checkout lapses, all credit expires."""
        if not self.places:
            return
        self._pay_out_and_close()
        self._keep_a_fee()
        self._expire_while_held()
        self._owe_and_pay()
        self._come_too_late()
        for place in self._open_places()[-5:]:
            self._cancel(place, "centre")
        self.everything_is_as_the_auditor_says()
        place = self.places[-1]
        self.book("einzel", 1)
        self.time_goes_by(60 * 24 * 450, swept=True)
        if self.places[-1] is not place:
            self._cancel(self.places[-1], "customer")
        self._desk("correct", -100, 5)
        self._desk("reissue", 0, 5)
        self.pay_out()
        self.everything_is_as_the_auditor_says()

    def _pay_out_and_close(self) -> None:
        self.time_goes_by(60 * 24 * 60, swept=True)
        if self._disputable():
            self._charge_back(self._disputable()[-1])
        self.thaw()
        self.pay_out()
        self._empty()
        self._desk("close", 0, 0)
        self._desk("correct", -90000, 0)

    def _keep_a_fee(self) -> None:
        """A course is paid by two lots, and what the fee keeps is kept of the older one."""
        self.load_a_voucher(500, 30, aged=True)
        self.load_a_voucher(10000, 300, aged=False)
        self.pay_a_course_with_the_card()
        if self._open_places()[-1:] == self.places[-1:]:
            self._cancel(self.places[-1], "customer")
        self.everything_is_as_the_auditor_says()

    def _expire_while_held(self) -> None:
        """What a checkout holds is the oldest lot's, which ends meanwhile; the younger one must not pay for it."""
        self._empty()
        self.load_a_voucher(2500, 0, aged=False)
        self.pay_a_course_with_the_card()
        self.load_a_voucher(500, 30, aged=False)
        self.time_goes_by(60 * 24, swept=False)
        self.everything_is_as_the_auditor_says()
        self._desk("correct", 100, 30)
        self.everything_is_as_the_auditor_says()
        self._book("einzel", 9)
        self.the_sweeper_comes()

    def _owe_and_pay(self) -> None:
        self._empty()
        self.order_a_top_up(30000, "bank")
        while self._book("gruppe", 9) == "ok":
            pass
        self._cancel(self._open_places()[-1], "customer")
        while self._book("einzel", 9) == "ok":
            pass
        self.everything_is_as_the_auditor_says()
        self.time_goes_by(60 * 24 * 15, swept=True)
        self.book("gruppe", 3)
        self._cancel(self._open_places()[-1], "staff")
        self.everything_is_as_the_auditor_says()
        self.spend_before_it_is_bought(20, is_paid=True)
        self.spend_before_it_is_bought(20, is_paid=True)
        self.everything_is_as_the_auditor_says()

    def _empty(self) -> None:
        if self.card.free > 0:
            self._desk("correct", -self.card.free, 0)

    def _come_too_late(self) -> None:
        """A checkout is paid in time; two lapse, the one finds its credit again, the other finds it spent."""
        self._empty()
        self.load_a_voucher(500, 30, aged=False)
        self.pay_a_course_with_the_card()
        for wanted in self._unpaid():
            self._pay(wanted, 60)
        self._empty()
        for spent in (False, True):
            self.load_a_voucher(2500, 30, aged=False)
            self.pay_a_course_with_the_card()
            self.time_goes_by(100, swept=spent)
            while spent and self._book("einzel", 9) == "ok":
                pass
            for wanted in self._unpaid():
                self._pay(wanted, 60)
            self.everything_is_as_the_auditor_says()

    # Topping up

    @rule(
        value=st.sampled_from([2000, 10000, 20000, 30000, 7000]), method=st.sampled_from(["stripe", "bank"])
    )
    def order_a_top_up(self, value: int, method: str) -> None:
        with self._at():
            order, payment = ordered_top_up(self._card(), value, method)
            until = self.now + WAITS.get(method, SHORT)
            self.card.top_ups.append(books.TopUp(value, tier_of(TIERS, value).price, until))
            self.wanted.append(Wanted(order, payment, top_up=len(self.card.top_ups) - 1))

    @rule(value=st.sampled_from([2000, 10000, 20000, 30000, 7000]), days=DAYS)
    def top_up(self, value: int, days: int | None) -> None:
        self.order_a_top_up(value, "stripe")
        self._pay(self.wanted[-1], days)

    @rule(days=DAYS, is_paid=st.booleans())
    def spend_before_it_is_bought(self, days: int | None, is_paid: bool) -> None:
        """A top-up is ordered, the limit for that is booked, and then it is paid, or given up."""
        self.order_a_top_up(20000, "stripe")
        for _ in range(3):
            self.book("gruppe", 9)
        if is_paid:
            self._pay(self.wanted[-1], days)
        else:
            self._drop(self.wanted[-1])

    @rule(minutes=st.sampled_from([100, 60 * 24 * 6]), swept=st.booleans())
    def a_course_is_paid_late(self, minutes: int, swept: bool) -> None:
        """What a checkout held on the card has lapsed when the payment for the rest is certain."""
        self.pay_a_course_with_the_card()
        self.book("einzel", 9)
        self.time_goes_by(minutes, swept=swept)
        self.book("gruppe", 9)
        if self._unpaid():
            self._pay(self._unpaid()[-1], 5)

    @precondition(lambda self: self._unpaid())
    @rule(data=st.data(), days=DAYS)
    def money_comes(self, data: st.DataObject, days: int | None) -> None:
        """In time, or late, or for an order that was given up."""
        self._pay(data.draw(st.sampled_from(self._unpaid())), days)

    @precondition(lambda self: self._unpaid())
    @rule(data=st.data())
    def an_order_is_given_up(self, data: st.DataObject) -> None:
        self._drop(data.draw(st.sampled_from(self._unpaid())))

    @precondition(lambda self: self._disputable())
    @rule(data=st.data(), is_over=st.booleans())
    def a_charge_back(self, data: st.DataObject, is_over: bool) -> None:
        """Credit is frozen, and sometimes thawed again at once."""
        if is_over:
            self.thaw()
        self._charge_back(data.draw(st.sampled_from(self._disputable())))

    def thaw(self) -> None:
        with self._at():
            with transaction():
                desk.thaw(self.number, by="Jutta")
            self.seen["thawed"] += any(lot.frozen for lot in self.card.lots)
            self.card.set_frozen(self.card.lots, False)

    @rule(cents=st.sampled_from([500, 2500, 10000]), days=st.sampled_from([3, 30, 300]), aged=st.booleans())
    def load_a_voucher(self, cents: int, days: int, aged: bool) -> None:
        with self._at():
            voucher, code = sold(cents)
            with transaction() as session:
                kept = session.get_one(Voucher, voucher.number)
                kept.valid_until = until = self._day(days)
                if aged:
                    kept.issued_at -= timedelta(days=90)
            since, number = kept.issued_at, voucher.number
        with self._at():
            assert loading.load(self.user, self.number, number, code, HERE) == cents
            self.card.add("voucher", cents, cents, until, since=since)
            self.money["tills"] += cents

    # Spending

    @rule(kind=st.sampled_from(["gruppe", "einzel", "einzel"]), days=st.integers(1, 9))
    def book(self, kind: str, days: int) -> None:
        self._book(kind, days)

    @rule()
    def pay_a_course_with_the_card(self) -> None:
        """The card pays what it can, the payment is asked for the rest; nothing due is settled at once."""
        thing = self._name()
        with self._at():
            course(thing, COURSE, None, days=3000, class_key="kurs", cancel_fee_cents=FEE)
            put(place_in(thing), visitor=thing)
            wanted = self._audited(claimable)
            try:
                claiming.claim_card(thing, self.user, self.number)
                answer = "ok"
            except claiming.Refused:
                answer = "no"
        self._answered("claim", answer, wanted)
        if answer == "ok":
            self._order_course(thing, min(wanted, COURSE))

    @precondition(lambda self: self._open_places())
    @rule(data=st.data(), by=st.sampled_from(["customer", "customer", "centre", "staff"]))
    def cancel(self, data: st.DataObject, by: str) -> None:
        self._cancel(data.draw(st.sampled_from(self._open_places())), by)

    # What staff do

    @rule(
        what=st.sampled_from(["correct", "correct", "close", "reopen", "reissue"]),
        cents=st.sampled_from([100, 767, 5000, -100, -767, -5000]),
        days=st.sampled_from([0, 5, 300]),
    )
    def at_the_desk(self, what: str, cents: int, days: int) -> None:
        self._desk(what, cents, days)

    @precondition(lambda self: self.card.posted > 0)
    @rule()
    def pay_out(self) -> None:
        with self._at():
            wanted = self._audited(auditor.Card.pay_out)
            answer = "ok"
            try:
                with transaction():
                    done = pay_out(self.number, by="Jutta")
                assert (done.back, done.by_hand, done.bonus) == wanted
                self.money["discount"] -= done.bonus
            except NotPaidOut:
                answer = "not paid out"
        self._answered("pay out", answer, wanted)

    # Time

    @rule(
        minutes=st.sampled_from([10, 100, 60 * 24, 60 * 24 * 8, 60 * 24 * 15, 60 * 24 * 60]),
        swept=st.booleans(),
    )
    def time_goes_by(self, minutes: int, swept: bool) -> None:
        self.now += timedelta(minutes=minutes)
        if swept:
            self.the_sweeper_comes()

    @rule()
    def the_sweeper_comes(self) -> None:
        with self._at():
            with transaction():
                ledger.expire_overdue(1000)
                lapse_overdue(1000)
                forget_left(1000)
            top_up.lapse_overdue(1000)
            for hold in self.card.holds:
                self.seen["expired hold"] += hold.is_open and hold.deadline <= self.now
                hold.is_open = hold.is_open and hold.deadline > self.now
            for each in sorted(self.card.top_ups, key=lambda each: each.until):
                if each.state == "open" and each.until <= self.now:
                    self._give_up(each)
