"""The deeds of a card's story, each done by the shop and by the auditor."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import current_app
from hypothesis import strategies as st
from sqlalchemy import select

from shop.bookings.models import Booking
from shop.cards import desk
from shop.cards.models import Card as KeptCard
from shop.core.validity import months_later
from shop.db import db, transaction
from shop.orders.cancel import TooLate, cancel_booking
from shop.orders.card.appointment import Refused
from shop.orders.drop import drop_order
from shop.orders.models import Order
from shop.orders.settle import act_on
from shop.orders.tender import SHORT
from shop.payments import bank, inbox
from shop.payments.models import Payment
from shop.people.models import User
from tests.cards import auditor, books
from tests.cards.books import No
from tests.cards.cast import appointment, booked
from tests.cards.compare import ZONE, Compared
from tests.shopfloor import charge_event, press, session_event

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


class Deeds(Compared):
    """What happens to one card, one thing a second."""

    user: int
    story: str
    count: int
    wanted: list["Wanted"]
    places: list["Place"]

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

    def _drop(self, wanted: Wanted) -> None:
        with self._at():
            with transaction():
                drop_order(wanted.order.number)
            if wanted.top_up is not None:
                self._give_up(self.card.top_ups[wanted.top_up])
            if wanted.hold is not None:
                self.card.holds[wanted.hold].is_open = False

    def _charge_back(self, wanted: Wanted) -> None:
        assert wanted.top_up is not None
        with self._at():
            top_up = self.card.top_ups[wanted.top_up]
            assert act_on(charge_event(wanted.payment, "charge.dispute.created", top_up.price))
            top_up.returned = True
            self.money["tills"] -= top_up.price
            self.card.set_frozen([lot for lot in self.card.lots if lot.order == wanted.top_up], True)
        self.seen["frozen"] += 1

    def _desk(self, what: str, cents: int, days: int) -> None:
        with self._at():
            day = self._day(days)
            self._set_validity(days)
            by_auditor, by_shop = {
                "correct": (
                    lambda card: card.correct(cents, day),
                    lambda: desk.correct(self.number, cents, reason="x", by="J", key=uuid.uuid4()),
                ),
                "close": (auditor.Card.close, lambda: desk.close(self.number)),
                "reopen": (auditor.Card.reopen, lambda: desk.reopen(self.number)),
                "reissue": (
                    lambda card: card.reissue(day),
                    lambda: desk.reissue(self.number, day, by="Jutta"),
                ),
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
        self.card.owe_if_over()
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


def _booked(card: auditor.Card, thing: str, cents: int) -> None:
    if card.debt:
        raise No("owes")
    card.spend(thing, cents)


def claimable(card: auditor.Card) -> int:
    """What a card can give to a checkout."""
    tuned = card
    tuned.tune()
    if card.closed or tuned.bookable <= 0:
        raise No("no")
    return tuned.bookable


def _posted(card: auditor.Card, thing: str, hold: int) -> None:
    card.post(thing, card.holds[hold])


def _cancelled(card: auditor.Card, place: Place, by: str) -> int:
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
