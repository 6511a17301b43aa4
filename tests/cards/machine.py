"""A story of a value card: anything, in any order, with clock and sweeper as players of their own."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import current_app
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy import select

from shop.bookings.models import Booking
from shop.bookings.sweep import lapse_overdue
from shop.cards import desk, top_up
from shop.cards.models import Card as KeptCard
from shop.core.tiers import tier_of
from shop.core.validity import months_later
from shop.db import db, transaction
from shop.ledger import book as ledger
from shop.orders.cancel import TooLate, cancel_booking
from shop.orders.card import load as loading
from shop.orders.card.appointment import Refused
from shop.orders.card.pay_out import NotPaidOut, pay_out
from shop.orders.drop import drop_order
from shop.orders.models import Order
from shop.orders.redemption import claim as claiming
from shop.orders.redemption.sweep import forget_left
from shop.orders.settle import act_on
from shop.orders.tender import SHORT, WAITS
from shop.payments import bank, inbox
from shop.payments.models import Payment
from shop.people.models import User
from shop.vouchers.models import Voucher
from tests.cards import auditor as books
from tests.cards.auditor import No
from tests.cards.cast import appointment, booked, holder, ordered_top_up
from tests.cards.compare import ZONE, Compared
from tests.shopfloor import NOON, charge_event, course, place_in, press, put, session_event, sold

PRICES = {"gruppe": 2900, "einzel": 1733}
TIERS = "20|100|200:190|300:275|70:33"
COURSE, FEE = 6000, 700
HERE = ["address:192.0.2.1"]
DAYS = st.sampled_from([None, 5, 20, 60, 400])


@dataclass
class Place:
    """A booking that can be cancelled: what it cost, what the card has paid of it, and until when."""

    thing: str
    order: uuid.UUID
    cents: int
    by_card: int
    day: date | None  # an appointment's; it can be cancelled until the day before
    cancelled: bool = False


@dataclass
class Wanted:
    """An order whose payment is awaited: for a top-up, or the rest of a course."""

    order: Order
    payment: Payment
    top_up: int | None = None
    hold: int | None = None
    settled: bool = False


class Story(Compared):
    """One person and one card; all stories share one database."""

    @initialize(kind=st.sampled_from(["frei", "kredit"]))
    def open(self, kind: str) -> None:
        self.story, self.now, self.count = uuid.uuid4().hex[:8], NOON, 0
        limits = {"frei": (0, 5000), "kredit": (1000, 3000)}
        self.card = books.Card(*limits[kind])
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

    def _drop(self, wanted: Wanted) -> None:
        with self._at():
            with transaction():
                drop_order(wanted.order.number)
            if wanted.top_up is not None:
                self._give_up(self.card.top_ups[wanted.top_up])
            if wanted.hold is not None:
                self.card.holds[wanted.hold].is_open = False

    @precondition(lambda self: self._disputable())
    @rule(data=st.data(), is_over=st.booleans())
    def a_charge_back(self, data: st.DataObject, is_over: bool) -> None:
        """Credit is frozen, and sometimes thawed again at once."""
        if is_over:
            self.thaw()
        self._charge_back(data.draw(st.sampled_from(self._disputable())))

    def _charge_back(self, wanted: Wanted) -> None:
        assert wanted.top_up is not None
        with self._at():
            top_up = self.card.top_ups[wanted.top_up]
            assert act_on(charge_event(wanted.payment, "charge.dispute.created", top_up.price))
            top_up.returned = True
            self.money["tills"] -= top_up.price
            self.card.set_frozen([lot for lot in self.card.lots if lot.order == wanted.top_up], True)
        self.seen["frozen"] += 1

    def thaw(self) -> None:
        with self._at():
            with transaction():
                desk.thaw(self.number)
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

    def _book(self, kind: str, days: int) -> str:
        cents, thing = PRICES[kind], self._name()
        with self._at():
            appointment(thing, days=days, class_key=kind, seats=None)
            wanted = self._audited(_booked, thing, cents)
            try:
                order = booked(db.session.get_one(User, self.user), thing, card=self._card())
                answer = "ok"
                self.money["revenue"] += cents
                self.places.append(Place(thing, order.id, cents, cents, self._day(days)))
            except Refused as refused:
                answer = refused.reason
        self._answered("book", answer, wanted)
        return answer

    @rule()
    def pay_a_course_with_the_card(self) -> None:
        """The card pays what it can, the payment is asked for the rest; nothing due is settled at once."""
        thing = self._name()
        with self._at():
            course(thing, COURSE, None, days=3000, class_key="kurs", cancel_fee_cents=FEE)
            put(place_in(thing), visitor=thing)
            wanted = self._audited(_claimed)
            try:
                claiming.claim_card(thing, self.user, self.number)
                answer = "ok"
            except claiming.Refused:
                answer = "no"
        self._answered("claim", answer, wanted)
        if answer == "ok":
            self._order_course(thing, min(wanted, COURSE))

    def _order_course(self, thing: str, by_card: int) -> None:
        with self._at():
            order, payment = press("stripe", thing)
            assert order.due_cents == COURSE - by_card
            self.places.append(Place(thing, order.id, COURSE, by_card, None))
            self.card.hold(by_card, self.now + SHORT)
            if payment is None:
                self.card.post(thing, self.card.holds[-1])
                self.money["revenue"] += COURSE
            else:
                self.wanted.append(Wanted(order, payment, hold=len(self.card.holds) - 1))

    @precondition(lambda self: self._open_places())
    @rule(data=st.data(), by=st.sampled_from(["customer", "customer", "centre", "staff"]))
    def cancel(self, data: st.DataObject, by: str) -> None:
        self._cancel(data.draw(st.sampled_from(self._open_places())), by)

    def _cancel(self, place: Place, by: str) -> None:
        with self._at():
            wanted = self._audited(_cancelled, place, by)
            query = select(Booking.id).where(
                Booking.offer_number == place.thing, Booking.state == "confirmed"
            )
            answer = "ok"
            try:
                with transaction():
                    done = cancel_booking(db.session.scalars(query).one(), by=by)
                assert done.back == wanted
                place.cancelled = True
                self.money["revenue"] -= done.back
                self.seen["cancelled late"] += not done.back
            except TooLate:
                answer = "too late"
        self._answered(f"cancel by {by}", answer, wanted)

    # What staff do

    @rule(
        what=st.sampled_from(["correct", "correct", "close", "reopen", "reissue"]),
        cents=st.sampled_from([100, 767, 5000, -100, -767, -5000]),
        days=st.sampled_from([0, 5, 300]),
    )
    def at_the_desk(self, what: str, cents: int, days: int) -> None:
        self._desk(what, cents, days)

    def _desk(self, what: str, cents: int, days: int) -> None:
        with self._at():
            day = self._day(days)
            self._set_validity(days)
            by_auditor, by_shop = {
                "correct": (
                    lambda card: card.correct(cents, day),
                    lambda: desk.correct(self.number, cents, reason="x", by="J", key=uuid.uuid4()),
                ),
                "close": (books.Card.close, lambda: desk.close(self.number)),
                "reopen": (books.Card.reopen, lambda: desk.reopen(self.number)),
                "reissue": (lambda card: card.reissue(day), lambda: desk.reissue(self.number, day)),
            }[what]
            wanted, answer = self._audited(by_auditor), "ok"
            try:
                with transaction():
                    by_shop()
            except desk.NotSo:
                answer = "not so"
            if what == "correct" and answer == "ok":
                self.money["discount"] += cents
        self._answered(what, answer, wanted)

    @precondition(lambda self: self.card.posted > 0)
    @rule()
    def pay_out(self) -> None:
        with self._at():
            wanted = self._audited(books.Card.pay_out)
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

    # Parts of these

    def _pay(self, wanted: Wanted, days: int | None) -> None:
        with self._at():
            self._set_validity(days)
            if wanted.payment.method == "bank":
                notice = bank.arrived(
                    wanted.order.number, wanted.payment.cents, self._day(0), uuid.uuid4().hex
                )
                with transaction():
                    inbox.keep(*notice)
                event = notice.event_id
            else:
                event = session_event(wanted.payment)
            outcome = act_on(event)
            assert outcome is not None
            wanted.settled = True
            self.money["tills"] += wanted.payment.cents
            if wanted.top_up is not None:
                self._topped_up(wanted.top_up, days)
                assert outcome.kind == "done"
            elif wanted.hold is not None:
                self._course_paid(wanted, outcome.kind)

    def _topped_up(self, place: int, days: int | None) -> None:
        each = self.card.top_ups[place]
        each.state = "paid"
        bare = self.card.bare
        self.card.add("top-up", each.value, each.price, self._day(days), order=place)
        self.money["discount"] += each.value - each.price
        self.seen["overdraft covered later"] += bare > 0
        self.seen["discount"] += each.value > each.price

    def _course_paid(self, wanted: Wanted, answer: str) -> None:
        assert wanted.hold is not None
        place = next(each for each in self.places if each.order == wanted.order.id)
        late = not self.card.holds[wanted.hold].is_open or self.card.holds[wanted.hold].deadline <= self.now
        told = self._audited(_posted, place.thing, wanted.hold)
        self.card.holds[wanted.hold].is_open = False
        assert answer == ("quarantined" if isinstance(told, No) else "done")
        place.cancelled = answer != "done"  # it never was booked
        self.money["revenue"] += COURSE if answer == "done" else 0
        self.seen[f"hold posted{' late' if late else ''}: {answer}"] += 1

    def _give_up(self, each: books.TopUp) -> None:
        debt = self.card.debt
        self.card.give_up(each)
        self.seen["debt"] += self.card.debt > debt

    def _set_validity(self, days: int | None) -> None:
        current_app.config["VALIDITY"] = "none" if days is None else f"fixed:{self._day(days)}"

    def _day(self, days: int | None) -> date | None:
        return None if days is None else self.now.astimezone(ZONE).date() + timedelta(days=days)

    def _card(self) -> KeptCard:
        return db.session.get_one(KeptCard, self.number)

    def _name(self) -> str:
        self.count += 1
        return f"{self.story}-{self.count}"

    def _unpaid(self) -> list[Wanted]:
        return [each for each in self.wanted if not each.settled]

    def _disputable(self) -> list[Wanted]:
        return [
            each
            for each in self.wanted
            if each.settled
            and each.top_up is not None
            and each.payment.method == "stripe"
            and not self.card.top_ups[each.top_up].returned
        ]

    def _open_places(self) -> list[Place]:
        awaited = {each.order.id for each in self.wanted if not each.settled}
        return [each for each in self.places if not each.cancelled and each.order not in awaited]


def _booked(card: books.Card, thing: str, cents: int) -> None:
    if card.debt:
        raise No("owes")
    card.spend(thing, cents)


def _claimed(card: books.Card) -> int:
    """What a card can give to a checkout."""
    tuned = card
    tuned.tune()
    if card.closed or tuned.bookable <= 0:
        raise No("no")
    return tuned.bookable


def _posted(card: books.Card, thing: str, hold: int) -> None:
    card.post(thing, card.holds[hold])


def _cancelled(card: books.Card, place: Place, by: str) -> int:
    """What goes back in all: everything when the centre cancels, less the fee in time, nothing when late."""
    back = place.cents
    if by != "centre":
        in_time = place.day is None or card.today < place.day
        back = (place.cents - (0 if place.day else FEE)) if in_time else 0
        if by == "customer" and not in_time:
            begins = datetime.combine(place.day or date.min, time(18), ZONE).astimezone(UTC)
            if card.now >= begins:
                raise No("too late")
    grace = months_later(card.today, 6) if by == "centre" else None
    if part := min(back, place.by_card):
        card.give_back(place.thing, part, grace)
    return back
