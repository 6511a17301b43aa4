"""The deeds of a story, each done by the shop and by the auditor, and what can be chosen from."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from shop import clock
from shop.bookings.models import Booking
from shop.bookings.sweep import lapse_overdue
from shop.db import db, transaction
from shop.ledger import book
from shop.orders import send_refunds
from shop.orders.cancel import NotBooked, TooLate, cancel_booking
from shop.orders.place import Refused as NotPlaced
from shop.orders.redemption import claim as claiming
from shop.orders.redemption.sweep import forget_left
from shop.orders.settle import act_on
from shop.payments import bank, inbox
from shop.payments.models import Event, Payment
from shop.vouchers import find
from shop.vouchers.models import Voucher
from tests.orders.books import Attempt, Order
from tests.orders.compare import Compared, Known, Provider
from tests.shopfloor import (
    NOON,
    page_opened,
    press,
    session_event,
)

STRIPE = {
    "waiting": ("checkout.session.completed", False),
    "certain": ("checkout.session.completed", True),
    "late": ("checkout.session.async_payment_succeeded", True),
    "failed": ("checkout.session.async_payment_failed", False),
    "expired": ("checkout.session.expired", False),
}


class Story(Compared):
    """What happens, one thing a second."""

    seen: Counter[str]
    provider: Provider
    now: datetime
    kept: list[tuple[str, Callable[[], str]]]
    acted: list[str]

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

    def _deliver_again(self, event_id: str) -> None:
        with self._at():
            event = db.session.get_one(Event, event_id)
            facts = event.provider, event.kind, event.payload
            with transaction():
                assert not inbox.keep(event_id, *facts)
            assert act_on(event_id) is None
        self.seen["redelivery"] += 1

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

    def _answered(self, what: str, answer: str, wanted: object) -> None:
        assert answer == wanted, f"{what}: the shop says {answer}, the auditor {wanted}"
        self.seen[f"{what}: {answer}"] += 1

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
