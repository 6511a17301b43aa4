"""A plain-Python book-keeper beside the shop: what each voucher, seat, order and account must hold."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shop.core.validity import months_later
from tests.orders.books import Attempt, Claim, Course, Hold, Line, Order, Purse, Refund, Tender, Visitor

SHOPPING, SHORT = timedelta(minutes=45), timedelta(minutes=90)
WAITS = {"bank": timedelta(days=14), "waiting": timedelta(days=21)}
PAYMENT = "payment"
ZONE = ZoneInfo("Europe/Berlin")


@dataclass
class Auditor:
    """The rules in sentences. Each deed returns the answer that the shop must give."""

    courses: dict[str, Course]
    visitors: dict[str, Visitor]
    purses: dict[str, Purse] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    accounts: Counter[str] = field(default_factory=Counter)
    now: datetime = datetime.min

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    # Baskets and claims

    def plan(self, visitor: Visitor) -> tuple[dict[str, int], list[dict[int, int]]]:
        """What each claimed voucher pays, in spending order, and each one's cents by line."""
        left = {place: wish.cents for place, wish in enumerate(visitor.basket) if wish.redeemable}
        lines = len(left)
        found = []
        for number, claim in visitor.claims.items():
            own = claim.cents if claim.hold and claim.hold.is_open else 0
            free = self.purses[number].available + own
            why = self.purses[number].refusal(free, self.today)
            found.append((self.purses[number].valid_until, 0 if why else lines, claim.at, number, free, why))
        pays, by_line = {}, []
        for _, _, _, number, free, why in sorted(found):
            gives: dict[int, int] = {}
            for place in sorted(left) if not why else ():
                if cents := min(free, left[place]):
                    gives[place] = cents
                    left[place] -= cents
                    free -= cents
            pays[number] = sum(gives.values())
            by_line.append(gives)
        return pays, by_line

    def claim(self, name: str, number: str) -> str:
        visitor, purse = self.visitors[name], self.purses[number]
        if number in visitor.claims:
            return "twice"
        if why := purse.refusal(purse.available, self.today):
            return "held elsewhere" if why == "spent" and purse.posted else why
        if not any(wish.redeemable for wish in visitor.basket):
            return "not valid for these courses"
        visitor.claims[number] = Claim(self.now)
        self._rehold(visitor)
        return "ok"

    def release(self, name: str, number: str) -> None:
        visitor = self.visitors[name]
        _let_go(visitor.claims.pop(number).hold)
        self._rehold(visitor)

    def _rehold(self, visitor: Visitor) -> None:
        pays, _ = self.plan(visitor)
        for number, claim in visitor.claims.items():
            is_kept = claim.hold and claim.hold.is_open and claim.hold.deadline > self.now
            if is_kept and claim.cents == pays[number]:
                continue
            _let_go(claim.hold)
            claim.hold, claim.cents = None, pays[number]
            if claim.cents:
                claim.hold = self.purses[number].hold(claim.cents, self.now + SHOPPING)

    # Placing

    def place(self, name: str, method: str) -> "Order | str":
        visitor = self.visitors[name]
        if not visitor.basket:
            return "empty"
        wanted = [self.courses[wish.about] for wish in visitor.basket if wish.about]
        if any(course.is_off or course.taken >= course.capacity for course in wanted):
            return "problem"
        if any(course.taken + wanted.count(course) > course.capacity for course in wanted):
            return "gone"
        pays, by_line = self.plan(visitor)
        order = self._order(visitor, pays, by_line, method)
        visitor.basket, visitor.claims = [], {}
        self.orders.append(order)
        if order.due:
            order.attempts.append(Attempt(method, order.due, self.now))
        else:
            assert self._settle(order, None)
        return order

    def _order(
        self, visitor: Visitor, pays: dict[str, int], by_line: list[dict[int, int]], method: str
    ) -> Order:
        total = sum(wish.cents for wish in visitor.basket)
        due = total - sum(pays.values())
        until = self.now + (WAITS.get(method, SHORT) if due else SHORT)
        for claim in visitor.claims.values():
            _let_go(claim.hold)
        tenders = [
            Tender(self.purses[number], cents, self.purses[number].hold(cents, until))
            for number, cents in pays.items()
            if cents
        ]
        lines = []
        for place, wish in enumerate(visitor.basket):
            line = Line(wish.about, wish.cents)
            gives = zip(pays, by_line, strict=True)
            line.shares = {number: [cents[place], 0] for number, cents in gives if cents.get(place)}
            if rest := wish.cents - sum(cents for cents, _ in line.shares.values()):
                line.shares[PAYMENT] = [rest, 0]
            if wish.about:
                line.state, line.until = "held", until
                self.courses[wish.about].taken += 1
            lines.append(line)
        return Order(total, due, lines, tenders)

    def again(self, order: Order, method: str) -> "Attempt | str":
        """The attempt to go on with; a new one keeps seats and vouchers anew."""
        last = order.attempts[-1]
        for attempt in order.attempts:
            if attempt.state == "certain":
                return attempt
        if last.state == "waiting" or (
            last.state == "begun" and last.method == method and last.is_open(self.now)
        ):
            return last
        if not self._keep(order, self.now + WAITS.get(method, SHORT)):
            return "lost"
        order.attempts.append(Attempt(method, order.due, self.now))
        return order.attempts[-1]

    def _keep(self, order: Order, until: datetime) -> bool:
        lapsed = [line.about for line in order.bookings if line.state == "lapsed"]
        if any(self.courses[line.about].is_off for line in order.bookings) or not self._room_for(lapsed):
            return False
        for tender in order.tenders:
            if not self._can_pay(tender):
                return False
        for tender in order.tenders:
            _let_go(tender.hold)
            tender.hold, tender.state = tender.purse.hold(tender.cents, until), "held"
        for line in order.bookings:
            self.courses[line.about].taken += line.state == "lapsed"
            line.state, line.until = "held", until
        return True

    def _room_for(self, numbers: list[str]) -> bool:
        return all(self.courses[n].taken + numbers.count(n) <= self.courses[n].capacity for n in numbers)

    def _can_pay(self, tender: Tender) -> bool:
        """Whether a purse can pay what it has promised, when what it holds for that is given back."""
        free = tender.purse.available + (tender.cents if tender.hold.is_open else 0)
        return not tender.purse.refusal(free, self.today) and free >= tender.cents

    # What the provider tells

    def certain(self, order: Order, attempt: Attempt, cents: int) -> str:
        if attempt.state == "certain":  # a provider says things twice; another transfer is other money
            return self._suspend(attempt, cents) if attempt.method == "bank" else "nothing"
        if cents != attempt.cents:
            return self._suspend(attempt, cents)
        attempt.state = "certain"
        if order.settled:
            return self._suspend(attempt, cents)
        if self._settle(order, attempt):
            return "done"
        self._let_go(order)
        return self._suspend(attempt, cents)

    def progress(self, order: Order, attempt: Attempt, what: str) -> str:
        """`waiting`, `failed` or `expired`: states only move forward."""
        if attempt.state not in (("begun",) if what == "waiting" else ("begun", "waiting")):
            return "done"
        attempt.state = what
        if order.settled:
            return "done"
        if what == "waiting":
            self._keep(order, self.now + WAITS["waiting"])
        elif not any(each.is_open(self.now) for each in order.attempts):
            self._let_go(order)
        return "done"

    def returned(self, order: Order, attempt: Attempt, cents: int, *, disputed: bool) -> str:
        """Money left at the provider's side: by our own refund, or for reasons that staff must hear of."""
        ours = [r for r in order.refunds if r.attempt is attempt and r.cents == cents and not r.is_confirmed]
        sent_first = sorted(ours, key=lambda refund: refund.state, reverse=True)
        for refund in sent_first if not disputed else ():
            if refund.state in ("sent", "due"):
                refund.is_confirmed = True
                if refund.state == "due":
                    self._sent(order, refund)
                return "done"
        attempt.returned = True
        if attempt is order.settled_by:
            for purse in order.purses:
                purse.blocked = True
        return self._suspend(attempt, -cents)

    def _suspend(self, attempt: Attempt, cents: int) -> str:
        self.accounts[f"till:{attempt.method}"] += cents
        self.accounts["suspense"] += cents
        return "quarantined"

    def _settle(self, order: Order, attempt: Attempt | None) -> bool:
        lapsed = [line.about for line in order.bookings if line.state == "lapsed"]
        if any(self.courses[line.about].is_off for line in order.bookings) or not self._room_for(lapsed):
            return False
        if not all(self._is_in_time(tender) or self._can_pay(tender) for tender in order.tenders):
            return False
        for line in order.bookings:
            self.courses[line.about].taken += line.state == "lapsed"
            line.state, line.until = "confirmed", None
        for tender in order.tenders:
            _let_go(tender.hold)
            tender.purse.posted -= tender.cents
            tender.state = "posted"
            self.accounts["revenue"] += tender.cents
        if attempt:
            self.accounts[f"till:{attempt.method}"] += order.due
        for line in order.lines:
            if line.about:
                self.accounts["revenue"] += line.shares.get(PAYMENT, [0, 0])[0]
            else:
                assert attempt
                last_day = date(self.today.year + 3, 12, 31)
                is_frozen = attempt.returned
                order.purses.append(Purse(order, line.cents, last_day, line.cents, blocked=is_frozen))
        order.settled, order.settled_by = True, attempt
        return True

    def _is_in_time(self, tender: Tender) -> bool:
        return tender.hold.is_open and self.now < tender.hold.deadline

    def _let_go(self, order: Order) -> None:
        for line in order.bookings:
            if line.state == "held":
                self._lapse(line)
        for tender in order.tenders:
            if tender.state == "held":
                _let_go(tender.hold)
                tender.state = "released"

    def _lapse(self, line: Line) -> None:
        line.state, line.until = "lapsed", None
        self.courses[line.about].taken -= 1

    # Time

    def sweep(self) -> int:
        """Let everything lapse that is overdue; how many holds did."""
        overdue = [
            hold
            for purse in self.purses.values()
            for hold in purse.holds
            if hold.is_open and hold.deadline <= self.now
        ]
        for hold in overdue:
            hold.is_open = False
        for order in self.orders:
            for line in order.bookings:
                if line.state == "held" and line.until and line.until < self.now:
                    self._lapse(line)
        before = self.now - timedelta(days=1)
        for visitor in self.visitors.values():
            for number, claim in list(visitor.claims.items()):
                if max(claim.at, claim.hold.deadline if claim.hold else claim.at) < before:
                    del visitor.claims[number]
        return len(overdue)

    # What goes back

    def cancel(self, order: Order, line: Line, by: str, amount: int | None = None) -> str:
        course = self.courses[line.about]
        in_time = course.is_off or self.today <= course.cancel_until
        if line.state == "cancelled":
            return "ok"
        if line.state != "confirmed":
            return "not booked"
        if by == "customer" and not in_time:
            return "too late"
        is_ours = by == "centre" or course.is_off
        back = line.cents if is_ours else max(0, line.cents - 1000) if in_time else 0
        self._give_back(order, line, back if amount is None else amount, is_ours=is_ours)
        line.state = "cancelled"
        course.taken -= 1
        return "ok"

    def _give_back(self, order: Order, line: Line, back: int, *, is_ours: bool) -> None:
        for account, share in line.shares.items():
            part = min(back, share[0] - share[1])
            if not part:
                continue
            share[1] += part
            back -= part
            self.accounts["revenue"] -= part
            if account == PAYMENT:
                self._owe(order, part)
                continue
            purse = self.purses[account]
            purse.posted += part
            if is_ours:
                purse.valid_until = max(purse.valid_until, months_later(self.today, 6))
        assert not back

    def _owe(self, order: Order, cents: int) -> None:
        attempt = order.settled_by
        assert attempt
        state = "to_pay" if attempt.method == "bank" else "failed" if attempt.returned else "due"
        order.refunds.append(Refund(attempt, cents, state))
        self.accounts["owed"] += cents

    def call_off(self, number: str) -> int:
        """The centre calls a course off; how many bookings that cancels."""
        self.courses[number].is_off = True
        firm = [(order, line) for order in self.orders for line in order.bookings]
        firm = [each for each in firm if each[1].about == number and each[1].state == "confirmed"]
        for order, line in firm:
            assert self.cancel(order, line, "centre") == "ok"
        return len(firm)

    def refund(self, purse: Purse) -> str:
        attempt, rest = purse.sold_in.settled_by, purse.posted
        assert attempt
        if attempt.returned or not rest or rest > purse.paid or purse.available < rest:
            return "not refundable"
        purse.posted, purse.paid = 0, purse.paid - rest
        purse.closed = purse.blocked = True
        self._owe(purse.sold_in, rest)
        return "ok"

    def send(self, attempt_and_cents: list[tuple[Order, Refund]], state: str) -> None:
        """The provider has taken these refunds, or has refused them."""
        for order, refund in attempt_and_cents:
            if state == "sent":
                self._sent(order, refund)
            else:
                refund.state = state

    def _sent(self, order: Order, refund: Refund) -> None:
        refund.state = "sent"
        self.accounts["owed"] -= refund.cents
        self.accounts[f"till:{refund.attempt.method}"] -= refund.cents


def _let_go(hold: Hold | None) -> None:
    if hold is not None:
        hold.is_open = False
