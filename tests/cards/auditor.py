"""A plain-Python book-keeper of one value card: its lots, what each has paid, holds, limits and debts (DOMAIN W)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.cards.books import Hold, Lot, No, TopUp, Use


@dataclass
class Card:
    """The rules in sentences; each deed raises No where the shop must refuse, and then nothing has changed."""

    standard: int
    ordered: int
    lots: list[Lot] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    top_ups: list[TopUp] = field(default_factory=list)
    debt: int = 0
    closed: bool = False
    now: datetime = datetime.min
    today: date = date.min

    # How it stands

    @property
    def bare(self) -> int:
        """Spent before it was bought."""
        return sum(use.cents for use in self.uses if use.lot is None)

    @property
    def posted(self) -> int:
        return sum(lot.left for lot in self.lots) - self.bare

    @property
    def held(self) -> int:
        return sum(hold.cents for hold in self.holds if hold.is_open)

    @property
    def free(self) -> int:
        return self.posted - self.held

    @property
    def is_topping_up(self) -> bool:
        return any(each.state == "open" and each.until > self.now for each in self.top_ups)

    @property
    def limit(self) -> int:
        """The larger one that applies, none for who owes or has closed it, and never less than is overdrawn."""
        applies = max(self.standard, self.ordered if self.is_topping_up else 0)
        return max(0 if self.closed or self.debt else applies, -self.free)

    @property
    def bookable(self) -> int:
        return self.free + self.limit

    def by_age(self) -> list[Lot]:
        return sorted(self.lots, key=lambda lot: lot.since)

    # Lots

    def tune(self) -> None:
        """Bring back what is good again, take out what is not good, cover what was overdrawn, pay the debt."""
        for lot in self.lots:
            if lot.aside and lot.is_good(self.today):
                lot.left, lot.paid = lot.left + lot.aside, lot.paid + lot.aside_paid
                lot.aside = lot.aside_paid = 0
                self.closed = False
        for lot, spare in list(self._spare()):
            if spare and not lot.is_good(self.today):
                lot.aside_paid += lot.take(spare)
                lot.aside += spare
        self._cover()
        if (paid := min(self.debt, self.free)) > 0:
            self._pay_debt(paid)

    def _pay_debt(self, cents: int) -> None:
        """Credit that was owed counts as paid by what was paid for the credit that pays it, the youngest first."""
        self.debt -= cents
        before = sum(use.paid for use in self.uses)
        self._draw("debt", cents)
        price = sum(use.paid for use in self.uses) - before
        self._cheapen([lot for lot in self.by_age()[::-1] if lot.source == "debt"], cents - price)

    def _cheapen(self, lots: list[Lot], cents: int) -> None:
        """So much was not paid: take it off what is left of these lots, then off what they have paid, in order."""
        for lot in lots:
            part = min(cents, lot.paid)
            lot.paid, lot.price, cents = lot.paid - part, lot.price - part, cents - part
            for use in self.uses:
                if use.lot is lot:
                    part = min(cents, use.paid)
                    use.paid, lot.price, cents = use.paid - part, lot.price - part, cents - part

    def _cover(self) -> None:
        """What was overdrawn first is covered first, by the oldest lot that is good."""
        for use in [use for use in self.uses if use.lot is None]:
            for lot in self.by_age():
                if not lot.is_good(self.today):
                    continue
                if part := min(use.cents, lot.left):
                    self._note(use.thing, lot, part, lot.take(part))
                    use.cents, use.paid = use.cents - part, use.paid - part
        self.uses = [use for use in self.uses if use.cents]

    def _spare(self) -> Iterator[tuple[Lot, int]]:
        """What of each lot no checkout holds: what is held is the oldest lots'."""
        held = self.held
        for lot in self.by_age():
            kept = min(lot.left, held)
            held -= kept
            yield lot, lot.left - kept

    def _draw(self, thing: str, cents: int) -> None:
        """The oldest lots pay, what a checkout holds last; what is missing is credit not bought yet."""
        parts: dict[int, int] = {}
        spare, lots = list(self._spare()), self.by_age()
        for lot, most in [*spare, *((lot, lot.left) for lot in lots)]:
            part = min(cents, most, lot.left - parts.get(id(lot), 0))
            parts[id(lot)] = parts.get(id(lot), 0) + part
            cents -= part
        for lot in lots:
            if part := parts[id(lot)]:
                self._note(thing, lot, part, lot.take(part))
        if cents:
            self._note(thing, None, cents, cents)

    def _note(self, thing: str, lot: Lot | None, cents: int, paid: int) -> None:
        for use in self.uses:
            if use.thing == thing and use.lot is lot:
                use.cents, use.paid = use.cents + cents, use.paid + paid
                return
        self.uses.append(Use(thing, lot, cents, paid))

    def add(self, source: str, value: int, price: int, until: date | None, **more: object) -> Lot:
        lot = Lot(source, value, price, **{"since": self.now, **more}, until=until, left=value, paid=price)  # type: ignore[arg-type]
        self.lots.append(lot)
        self.closed = False
        self.tune()
        return lot

    # Spending

    def spend(self, thing: str, cents: int, why: str = "too little") -> None:
        """Take cents at once, within the limit."""
        self.tune()
        if cents > self.bookable:
            raise No(why)
        self._draw(thing, cents)
        self.owe_if_over()

    def hold(self, cents: int, deadline: datetime) -> Hold:
        self.tune()
        assert 0 < cents <= self.bookable
        self.holds.append(Hold(cents, deadline))
        return self.holds[-1]

    def post(self, thing: str, hold: Hold) -> None:
        """A payment is certain: what was held is spent, and what had lapsed only if it is still there."""
        if hold.is_open and hold.deadline > self.now:
            hold.is_open = False
            self._draw(thing, hold.cents)
            self.owe_if_over()
            return
        hold.is_open = False
        self.spend(thing, hold.cents, "lost")

    def give_back(self, thing: str, cents: int, at_least: date | None = None) -> None:
        """Credit not bought yet first, then the youngest lot: a fee is kept of the oldest credit."""
        mine = [use for use in self.uses if use.thing == thing]
        mine.sort(key=lambda use: (use.lot is None, use.lot.since if use.lot else self.now), reverse=True)
        for use in mine:
            part = min(cents, use.cents)
            if not part:
                continue
            paid = use.paid if part == use.cents else use.paid * part // use.cents
            use.cents, use.paid, cents = use.cents - part, use.paid - paid, cents - part
            if use.lot is not None:
                use.lot.left, use.lot.paid = use.lot.left + part, use.lot.paid + paid
                if at_least and use.lot.until:
                    use.lot.until = max(use.lot.until, at_least)
        assert not cents
        self.closed = False
        self.tune()

    # Topping up

    def give_up(self, top_up: TopUp) -> None:
        if top_up.state == "open":
            top_up.state = "gone"
            self.tune()
            self.owe_if_over()

    def owe_if_over(self) -> None:
        """What is overdrawn by more than always may be is owed, unless a top-up is under way."""
        overdrawn = -self.posted
        if overdrawn > self.standard and not self.is_topping_up:
            self.debt += overdrawn
            self.add("debt", overdrawn, overdrawn, None)

    # What staff do

    def correct(self, cents: int, until: date | None) -> None:
        self.tune()
        if cents > 0:
            self.add("correction", cents, 0, until)
        else:
            self.spend(f"correction {self.now}", -cents, "not so")

    def close(self) -> None:
        self.tune()
        if self.debt or self.posted or self.held or self.is_topping_up:
            raise No("not so")
        self.closed = True

    def reopen(self) -> None:
        self.closed = False
        self.tune()

    def reissue(self, until: date) -> None:
        self.tune()
        gone = [lot for lot in self.lots if lot.aside and lot.until and lot.until < self.today]
        if not gone:
            raise No("not so")
        for lot in gone:
            lot.until = until
        self.tune()

    def set_frozen(self, lots: list[Lot], frozen: bool) -> None:
        for lot in lots:
            lot.frozen = frozen
        self.tune()

    def pay_out(self) -> tuple[int, int, int]:
        """Back to where it came from, by hand, and the bonus that ends."""
        self.tune()
        if self.debt or self.posted <= 0 or self.held:
            raise No("not paid out")
        back = by_hand = bonus = 0
        for lot in self.by_age():
            left = lot.left
            share = lot.paid if lot.source == "debt" else left * lot.price // lot.value
            if left:
                lot.take(left)
                lot.paid_out += left
            if lot.source == "top-up" and share:
                back += share
            else:
                by_hand += share
            bonus += left - share
        return back, by_hand, bonus
