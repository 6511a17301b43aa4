"""The worker: delivers mails, acts on payment events, expires holds, seals the ledger; then rests."""

import logging
import signal
import time
from collections.abc import Callable
from types import FrameType

from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError

from shop.bookings import waiting
from shop.bookings.sweep import lapse_overdue
from shop.cards import top_up
from shop.cards.remind import remind
from shop.cases.open import open_case
from shop.clerk.failed_mail import call_staff
from shop.clerk.letters import LETTERS
from shop.db import transaction
from shop.ledger import audit, book
from shop.logs import masked, one_line
from shop.orders import settle
from shop.orders.forget import forget
from shop.orders.purchase.freeze import review
from shop.orders.redemption.sweep import forget_left
from shop.orders.send_refunds import send_due
from shop.outbox.deliver import deliver_due
from shop.payments import inbox
from shop.people.forget import forget_unconfirmed

log = logging.getLogger(__name__)

REST = 1.0  # seconds between two looks when there was nothing to do
BATCH = 20
SEALS = 500
# An event that could not be acted on is left alone for a while, so that it never starves the others.
EVENT_PAUSE = 60.0
# An invoice is overdue by the day, not by the second.
REVIEW_PAUSE = 60.0
REMIND_PAUSE = 15 * 60.0
# Forgetting is never urgent, and its questions go through every voucher.
FORGET_PAUSE = 15 * 60.0
FORGET = 100


class Worker:
    """One worker process; several may run side by side, on one server or on many."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.stopping = False
        self._paused: dict[str, float] = {}
        self._rests: dict[str, float] = {}
        # Money first, then mails: what a payment queues goes out in the same round.
        self._steps: tuple[Callable[[], int], ...] = (
            self.events,
            self.refunds,
            self.mails,
            self.holds,
            self.places,
            self.top_ups,
            self.overdue,
            self.reminders,
            self.seals,
            self.forgotten,
        )

    def listen(self) -> None:
        """Finish the current job and stop, on SIGTERM or SIGINT (QUALITY F14)."""

        def stop(number: int, frame: FrameType | None) -> None:
            self.stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)

    def run(self) -> None:
        """Work until told to stop."""
        log.info("worker ready")
        while not self.stopping:
            done, _failed = self.round()
            if not done:
                self._rest()
        log.info("worker stopped")

    def _rest(self) -> None:
        """Wait a little, in slices: a signal ends the waiting."""
        end = time.monotonic() + REST
        while not self.stopping and time.monotonic() < end:
            time.sleep(REST / 10)

    def drain(self) -> bool:
        """Work until nothing is due; whether every step and every event went well."""
        well = True
        done = 1
        while done and not self.stopping:
            done, failed = self.round()
            well = well and not failed
        return well and not self._paused

    def round(self) -> tuple[int, int]:
        """One turn of every step: how much was done, and how many steps failed.

        A failing step is logged and never stops the others.
        """
        done = failed = 0
        for step in self._steps:
            if self.stopping:
                break
            try:
                with self.app.app_context():
                    done += step()
            except Exception:
                failed += 1
                log.exception("%s failed", step.__name__)
        return done, failed

    def events(self) -> int:
        """Let payment events take effect that nobody has acted on yet."""
        done = 0
        for event_id in inbox.open_events(BATCH * 5):
            if self.stopping or self._paused.get(event_id, 0) > time.monotonic():
                continue
            done += self._event(event_id)
        return done

    def _event(self, event_id: str) -> int:
        try:
            settle.act_on(event_id)
        except (OperationalError, InterfaceError):
            raise  # the database, not the event: the next round tries again
        except Exception as error:
            log.exception("payment event %s cannot be acted on", event_id)
            self._paused[event_id] = time.monotonic() + EVENT_PAUSE
            what = one_line(masked(f"{type(error).__name__}: {error}"))[:500]
            with transaction():
                open_case("event stuck", event_id, {"error": what})
            return 0
        return 1

    def mails(self) -> int:
        """Deliver what is due."""
        done = deliver_due(LETTERS, BATCH, gave_up=call_staff, stop=lambda: self.stopping)
        return done.sent + done.retried + len(done.failed)

    def holds(self) -> int:
        """Give back what holds kept past their deadline."""
        with transaction():
            return book.expire_overdue()

    def places(self) -> int:
        """Give back places and claims that nobody came back for, and offer free places to who waits."""
        with transaction():
            done = lapse_overdue() + forget_left()
        with transaction():
            return done + waiting.offer_free()

    def top_ups(self) -> int:
        """Give up top-ups that nobody has paid in time; who has spent them owes it."""
        return top_up.lapse_overdue()

    def overdue(self) -> int:
        """Remind organisations of invoices that are overdue, and let their unused codes rest."""
        return self._now_and_then("overdue", REVIEW_PAUSE, lambda: review(BATCH))

    def reminders(self) -> int:
        """Remind people of credit that will expire; it is a matter of days."""
        return self._now_and_then("reminders", REMIND_PAUSE, lambda: remind(BATCH))

    def refunds(self) -> int:
        """Send money back that is due to go back."""
        return send_due(BATCH)

    def seals(self) -> int:
        """Lengthen the audit chain by the transfers made since."""
        with transaction():
            return audit.seal(SEALS)

    def forgotten(self) -> int:
        """Forget what nobody needs any more; what is due, the database alone decides."""
        return self._now_and_then(
            "forgotten", FORGET_PAUSE, lambda: forget(FORGET) + forget_unconfirmed(FORGET)
        )

    def _now_and_then(self, name: str, pause: float, deed: Callable[[], int]) -> int:
        """Do what is not urgent when so many seconds have passed; at once again while there is more."""
        if time.monotonic() < self._rests.get(name, 0.0):
            return 0
        # Before the deed: one that fails is not tried again every second.
        self._rests[name] = time.monotonic() + pause
        done = deed()
        if done:
            self._rests[name] = 0.0
        return done
