"""A story of a shop: anything, in any order, with clock, worker and provider as players of their own."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from shop import clock
from shop.bookings.models import Booking
from shop.bookings.sweep import lapse_overdue
from shop.catalogue.models import Seats
from shop.core.goods import Gone
from shop.db import db, transaction
from shop.ledger import book
from shop.orders import basket, send_refunds
from shop.orders import pay as paying
from shop.orders.call_off import call_off
from shop.orders.cancel import NotBooked, TooLate, cancel_booking
from shop.orders.models import Order as PlacedOrder
from shop.orders.models import Refund as KeptRefund
from shop.orders.models import Tender as KeptTender
from shop.orders.place import Refused as NotPlaced
from shop.orders.redemption import claim as claiming
from shop.orders.redemption.release import release
from shop.orders.redemption.sweep import forget_left
from shop.orders.refund import NotRefundable, refund_voucher
from shop.orders.settle import act_on
from shop.orders.tender import Lost
from shop.payments import bank, inbox
from shop.payments.gateway import Refused, Unreachable
from shop.payments.models import Event, Payment
from shop.vouchers import find
from shop.vouchers.models import Voucher
from tests.orders.auditor import Attempt, Auditor, Course, Order, Visitor, Wish
from tests.shopfloor import (
    NOON,
    assert_sound,
    charge_event,
    course,
    page_opened,
    place_in,
    press,
    session_event,
    wish,
)

VISITORS = st.sampled_from(["erna", "otto"])
PRICES = {
    "voll": (7000, 2),
    "klein": (3000, 6),
    "ohne": (5000, 9),
}  # cents and seats; "ohne" takes no vouchers
STRIPE = {
    "waiting": ("checkout.session.completed", False),
    "certain": ("checkout.session.completed", True),
    "late": ("checkout.session.async_payment_succeeded", True),
    "failed": ("checkout.session.async_payment_failed", False),
    "expired": ("checkout.session.expired", False),
}
TILLS = ("till:stripe", "till:bank")


@dataclass
class Provider:
    """Who sends refunds: remembers keys, and fails as told."""

    mood: str = "well"
    paid: dict[str, int] = field(default_factory=dict)

    def refund(self, source: str, cents: int, key: str) -> str:
        if self.mood == "refuses":
            raise Refused("no such charge")
        if self.mood == "is away":
            raise Unreachable
        assert self.paid.setdefault(key, cents) == cents
        if self.mood == "answers nobody":
            raise Unreachable
        return f"re_{key}"


@dataclass
class Known:
    """The real rows of one order."""

    id: UUID
    number: str
    lines: list[UUID]
    payments: list[UUID]


class Shop(RuleBasedStateMachine):
    """One story; its people, courses and vouchers are its own, so that all stories share one database."""

    seen: Counter[str]
    provider: Provider

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

    @invariant()
    def everything_is_as_the_auditor_says(self) -> None:
        db.session.rollback()
        real, wanted = self._real(), self._wanted()
        for what, values in wanted.items():
            assert real[what] == values, f"{what}: the shop says {real[what]}, the auditor {values}"
        assert_sound()
        db.session.rollback()

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

    def _claim(self, name: str, purse: int) -> None:
        number = list(self.auditor.purses)[purse]
        with self._at():
            wanted = self.auditor.claim(name, number)
            code = find.code_of(db.session.get_one(Voucher, number))
            try:
                claiming.claim(self._own(name), number, code, ["address:192.0.2.1"])
                answer = "ok"
            except claiming.Refused as refused:
                answer = refused.reason.value
        self._answered("claim", answer, wanted)

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

    def _order(self, name: str, method: str) -> None:
        with self._at():
            wanted = self.auditor.place(name, method)
            try:
                placed, payment = press(method, self._own(name))
            except NotPlaced as refused:
                answer = refused.reason.value
                self._answered("place", answer, wanted)
                return
            assert isinstance(wanted, Order), f"the shop took what the auditor calls {wanted}"
            assert (placed.total_cents, placed.due_cents) == (wanted.total, wanted.due)
            self.known.append(Known(placed.id, placed.number, [line.id for line in placed.lines], []))
            self._note_payment(self.known[-1], payment)
            self.seen[f"place: {'due' if payment else 'nothing due'}"] += 1
            self._note_purses()

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

    def _deliver_again(self, event_id: str) -> None:
        with self._at():
            event = db.session.get_one(Event, event_id)
            facts = event.provider, event.kind, event.payload
            with transaction():
                assert not inbox.keep(event_id, *facts)
            assert act_on(event_id) is None
        self.seen["redelivery"] += 1

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

    def _cancel(self, place: int, number: int, by: str) -> None:
        order = self.auditor.orders[place]
        with self._at():
            wanted = self.auditor.cancel(order, order.lines[number], by)
            line = self.known[place].lines[number]
            booking = db.session.scalars(select(Booking.id).where(Booking.order_line_id == line)).one()
            answer = "ok"
            try:
                with transaction():
                    cancel_booking(booking, by=by)
            except (NotBooked, TooLate) as error:
                answer = {NotBooked: "not booked", TooLate: "too late"}[type(error)]
        self._answered("cancel", answer, wanted)

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

    # Helpers

    @contextmanager
    def _at(self) -> Iterator[None]:
        """The next second of the story; no two things happen at once here."""
        self.now += timedelta(seconds=1)
        self.auditor.now = self.now
        with clock.stopped_at(self.now):
            yield

    def _clear_up(self) -> None:
        """Leave nothing open of an earlier story, however it ended."""
        self.provider.mood = "well"
        with clock.stopped_at(NOON + timedelta(days=1000)):
            current_app.extensions.pop("refunds_rest", None)
            send_refunds.send_due(1000)
            with transaction():
                book.expire_overdue(1000)
                lapse_overdue(1000)
                forget_left(1000)

    def _answered(self, what: str, answer: str, wanted: object) -> None:
        assert answer == wanted, f"{what}: the shop says {answer}, the auditor {wanted}"
        self.seen[f"{what}: {answer}"] += 1

    def _own(self, name: str) -> str:
        return f"{name}-{self.story}"

    def _tell(self, place: int, number: int, what: str, *, now: bool = True) -> None:
        order, attempt = self.auditor.orders[place], self.auditor.orders[place].attempts[number]
        payment = self._payment(place, number)
        cents = attempt.cents - 1 if what == "wrong" else attempt.cents
        with self._at():
            if attempt.method == "bank":
                what = "wrong" if what == "wrong" else "certain"
                notice = bank.arrived(self.known[place].number, cents, date(2026, 12, 1), uuid.uuid4().hex)
                with transaction():
                    inbox.keep(*notice)
                event = notice.event_id
            else:
                kind, paid = STRIPE["certain" if what == "wrong" else what]
                event = session_event(payment, kind, cents=cents, paid=paid)
        if what in ("certain", "late", "wrong"):
            self.kept.append((event, lambda: self._audited(order, attempt, cents)))
        else:
            self.kept.append((event, lambda: self.auditor.progress(order, attempt, what)))
        if now:
            self._act(*self.kept.pop())

    def _audited(self, order: Order, attempt: Attempt, cents: int) -> str:
        """Money arrives. A transfer names its order, so it is about the newest attempt to transfer."""
        if attempt.method == "bank":
            attempt = [each for each in order.attempts if each.method == "bank"][-1]
        is_late = any(tender.hold.deadline <= self.now for tender in order.tenders)
        answer = self.auditor.certain(order, attempt, cents)
        self.seen["late money took a new hold"] += is_late and answer == "done"
        self.seen["late money found nothing left"] += is_late and answer == "quarantined"
        return answer

    def _act(self, event_id: str, audited: Callable[[], str]) -> None:
        with self._at():
            wanted = audited()
            outcome = act_on(event_id)
            self._note_purses()
        assert outcome is not None
        assert outcome.kind == wanted, outcome
        self.acted.append(event_id)
        self.seen[f"event: {wanted}"] += 1

    def _note_payment(self, known: Known, payment: Payment | None) -> None:
        if payment is not None and payment.id not in known.payments:
            known.payments.append(payment.id)
            page_opened(payment)

    def _note_purses(self) -> None:
        """Learn the numbers of vouchers that the auditor knows were issued."""
        for order, known in zip(self.auditor.orders, self.known, strict=True):
            for purse, line in zip(order.purses, self._voucher_lines(order, known), strict=False):
                if not purse.number:
                    purse.number = find.of_line(line)[0].number
                    self.auditor.purses[purse.number] = purse

    def _voucher_lines(self, order: Order, known: Known) -> list[UUID]:
        return [id for line, id in zip(order.lines, known.lines, strict=True) if not line.about]

    def _payment(self, place: int, number: int) -> Payment:
        return db.session.get_one(Payment, self.known[place].payments[number])

    def _shoppers(self) -> list[str]:
        return [name for name, visitor in self.auditor.visitors.items() if visitor.basket]

    def _places(self, wanted: Callable[[Order], bool]) -> list[int]:
        return [place for place, order in enumerate(self.auditor.orders) if wanted(order)]

    def _unpaid(self) -> list[int]:
        return self._places(lambda order: not order.settled)

    def _attempts(self) -> list[tuple[int, int]]:
        """Attempts to talk about: those of the latest orders, with and without money."""
        recent = self._places(lambda order: bool(order.bookings and order.attempts))[-4:]
        return [
            (place, number) for place in recent for number in range(len(self.auditor.orders[place].attempts))
        ]

    def _certain(self) -> list[tuple[int, int]]:
        return [
            (place, number)
            for place, order in enumerate(self.auditor.orders)
            for number, attempt in enumerate(order.attempts)
            if attempt.state == "certain" and attempt.method == "stripe"
        ]

    def _bookings(self) -> list[tuple[int, int]]:
        return [
            (place, number)
            for place, order in enumerate(self.auditor.orders)
            for number, line in enumerate(order.lines)
            if line.state in ("confirmed", "held", "cancelled")
        ]

    def _balances(self) -> Counter[str]:
        return Counter({name: book.posted(name) for name in (*TILLS, "revenue", "suspense")})

    def _real(self) -> dict[str, Any]:
        """What the shop says of everything in this story."""
        query = select(Voucher).where(Voucher.number.in_(self.auditor.purses))
        seats = select(Seats.offer_number, Seats.taken).where(Seats.offer_number.in_(map(self._own, PRICES)))
        now = self._balances()
        return {
            "vouchers": {
                v.number: (
                    book.posted(v.account),
                    book.available(v.account),
                    v.blocked,
                    v.closed != "",
                    v.valid_until,
                )
                for v in db.session.scalars(query)
            },
            "seats": {number: taken for number, taken in db.session.execute(seats)},
            "orders": self._real_orders(),
            "owed": sum(book.posted(f"payable:{known.number}") for known in self.known),
            "accounts": {name: now[name] - self.before[name] for name in now},
        }

    def _real_orders(self) -> list[dict[str, Any]]:
        ids = [known.id for known in self.known]
        lines = [line for known in self.known for line in known.lines]
        states = select(PlacedOrder.id, PlacedOrder.state).where(PlacedOrder.id.in_(ids))
        bookings = select(Booking.order_line_id, Booking.state).where(Booking.order_line_id.in_(lines))
        settled = {row[0]: row[1] == "settled" for row in db.session.execute(states)}
        booked = {row[0]: row[1] for row in db.session.execute(bookings)}
        tenders = self._rows(KeptTender, KeptTender.position, KeptTender.cents, KeptTender.state)
        payments = self._rows(Payment, Payment.attempt, Payment.method, Payment.state)
        refunds = self._rows(KeptRefund, KeptRefund.cents, KeptRefund.cents, KeptRefund.state)
        return [
            {
                "is settled": settled[known.id],
                "bookings": [booked.get(line, "") for line in known.lines],
                "tenders": tenders[known.id],
                "payments": payments[known.id],
                "refunds": sorted(refunds[known.id]),
            }
            for known in self.known
        ]

    def _rows(self, table: Any, by: Any, *columns: Any) -> dict[UUID, list[Any]]:
        """Rows of a table by their order."""
        ids = [known.id for known in self.known]
        found: dict[UUID, list[Any]] = {id: [] for id in ids}
        for row in db.session.execute(
            select(table.order_id, *columns).where(table.order_id.in_(ids)).order_by(by)
        ):
            found[row[0]].append(tuple(row[1:]))
        return found

    def _wanted(self) -> dict[str, Any]:
        """What the auditor says of everything in this story."""
        auditor = self.auditor
        return {
            "vouchers": {
                n: (p.posted, p.available, p.blocked, p.closed, p.valid_until)
                for n, p in auditor.purses.items()
            },
            "seats": {self._own(number): each.taken for number, each in auditor.courses.items()},
            "orders": [
                {
                    "is settled": order.settled,
                    "bookings": [line.state for line in order.lines],
                    "tenders": [(tender.cents, tender.state) for tender in order.tenders],
                    "payments": [(attempt.method, attempt.state) for attempt in order.attempts],
                    "refunds": sorted((refund.cents, refund.state) for refund in order.refunds),
                }
                for order in auditor.orders
            ],
            "owed": auditor.accounts["owed"],
            "accounts": {name: auditor.accounts[name] for name in self.before},
        }
