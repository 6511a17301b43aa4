"""What the shop says of one card beside what the auditor says, after everything that happens."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import select

from shop import clock
from shop.cards import find
from shop.cards.models import Card as KeptCard
from shop.cards.models import Lot as KeptLot
from shop.cards.models import Use as KeptUse
from shop.db import db
from shop.ledger import book
from tests.cards.auditor import Card
from tests.cards.books import No
from tests.shopfloor import assert_sound

ZONE = ZoneInfo("Europe/Berlin")
TILLS = ("till:stripe", "till:bank")


class Compared(RuleBasedStateMachine):
    """One person's card, and the auditor's book of it."""

    seen: Counter[str]
    number: str
    card: Card
    now: datetime
    before: Counter[str]
    money: Counter[str]

    @invariant()
    def everything_is_as_the_auditor_says(self) -> None:
        db.session.rollback()
        with clock.stopped_at(self.now):
            real, wanted = self._real(), self._wanted()
        for what, value in wanted.items():
            assert real[what] == value, f"{what}: the shop says {real[what]}, the auditor {value}"
        assert_sound()
        db.session.rollback()

    @contextmanager
    def _at(self) -> Iterator[None]:
        """The next second of the story; no two things happen at once here."""
        self.now += timedelta(seconds=1)
        self.card.now, self.card.today = self.now, self.now.astimezone(ZONE).date()
        with clock.stopped_at(self.now):
            yield

    def _audited(self, deed: Any, *facts: Any, **more: Any) -> Any:
        """What the auditor says of a deed: its answer, or No, and then nothing has changed."""
        before = deepcopy(self.card)
        try:
            return deed(self.card, *facts, **more)
        except No as no:
            self.card = before
            return no

    def _answered(self, what: str, answer: object, wanted: object) -> None:
        told = str(wanted) if isinstance(wanted, No) else "ok"
        assert answer == told, f"{what}: the shop says {answer}, the auditor {told}"
        self.seen[f"{what}: {answer}"] += 1

    def _balances(self) -> Counter[str]:
        tills = sum(book.posted(name) for name in TILLS)
        return Counter(revenue=book.posted("revenue"), discount=book.posted("discount"), tills=tills)

    def _real(self) -> dict[str, Any]:
        card = db.session.get_one(KeptCard, self.number)
        stands, money = book.standing(card.account), self._balances()
        query = select(KeptLot).where(KeptLot.number == self.number).order_by(KeptLot.since)
        lots = list(db.session.scalars(query))
        place = {lot.id: n for n, lot in enumerate(lots)}
        uses = db.session.scalars(select(KeptUse).where(KeptUse.number == self.number, KeptUse.cents > 0))
        return {
            "posted and held": (stands.posted, stands.held),
            "bookable": find.bookable(card),
            "debt": find.debt(card),
            "aside": book.posted(card.aside),
            "state": card.state,
            "lots": [
                (x.source, x.left_cents, x.left_paid, x.aside_cents, x.aside_paid, x.valid_until, x.frozen)
                for x in lots
            ],
            "uses": sorted((place.get(x.lot_id, -1), x.cents, x.paid_cents) for x in uses),
            "money": {name: money[name] - self.before[name] for name in money},
        }

    def _wanted(self) -> dict[str, Any]:
        card, lots = self.card, self.card.by_age()
        card.now, card.today = self.now, self.now.astimezone(ZONE).date()
        tuned = deepcopy(card)
        tuned.tune()
        self.seen["expired lot"] += any(lot.aside and not lot.frozen for lot in lots)
        used = {id(lot): 0 for lot in lots}
        for use in card.uses:
            if use.lot is not None:
                used[id(use.lot)] += use.cents
        for lot in lots:
            assert lot.left + lot.aside + used[id(lot)] + lot.paid_out == lot.value
        return {
            "posted and held": (card.posted, card.held),
            "bookable": tuned.bookable,
            "debt": card.debt,
            "aside": sum(lot.aside for lot in lots),
            "state": "closed" if card.closed else "open",
            "lots": [(x.source, x.left, x.paid, x.aside, x.aside_paid, x.until, x.frozen) for x in lots],
            "uses": sorted(
                (-1 if use.lot is None else [lot is use.lot for lot in lots].index(True), use.cents, use.paid)
                for use in card.uses
                if use.cents
            ),
            "money": {name: self.money[name] for name in ("revenue", "discount", "tills")},
        }
