"""Bringing a card in order after every change: lots, debt and limit follow the purse (DOMAIN W4, W7, W9).

Between lots and ledger this always holds: what is left in all lots, less what was spent without one,
is the purse's balance; what lies aside in them is the balance of the purse beside it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from shop import clock
from shop.cards import find
from shop.cards.models import Card, Lot, Use
from shop.cards.statement import write
from shop.core.lots import Rest, draw, paid_part, spare
from shop.core.money import Cents
from shop.db import db
from shop.ledger import book


def freshen(number: str) -> Card:
    """Lock a card and take out what can no longer be spent, before something is held or spent."""
    card = find.locked(number)
    tune(card)
    return card


def tune(card: Card, by: str = "") -> None:
    """Set lots, debt and limit right, in the caller's transaction, which has the card locked.

    The order of the steps is a rule. What is good again comes back first, and what is not good leaves
    before anything is paid: expired or frozen credit pays neither what was overdrawn nor a debt
    (I11, P4). What was overdrawn goes before the debt, for only what is left then is credit. The limit
    depends on all of it and comes last. `by` is the member of staff who has made something good again.
    """
    today = clock.today()
    lots = find.lots_of(card)
    for lot in lots:
        if lot.aside_cents and find.is_spendable(lot, today):
            _restore(card, lot, by)
    if gone := find.lapsed(lots, book.standing(card.account).held, today):
        _retire(card, gone)
    _cover(card, [lot for lot in lots if find.is_spendable(lot, today)])
    _pay_debt(card, lots)
    set_limit(card)


def take_from(lot: Lot, cents: Cents) -> Cents:
    """Take cents out of a lot; what was paid for them."""
    paid = paid_part(cents, lot.left_cents, lot.left_paid)
    lot.left_cents -= cents
    lot.left_paid -= paid
    return paid


def draw_from(card: Card, lots: Sequence[Lot], spent_for: UUID, cents: Cents) -> Cents:
    """Note which of a card's lots, oldest first, have paid what the ledger has just taken; what was paid for it."""
    lefts = [lot.left_cents for lot in lots]
    free = spare(book.standing(card.account).held, lefts)
    rests = [
        Rest(lot.id, left, lot.left_paid, lot.since, left - part)
        for lot, left, part in zip(lots, lefts, free, strict=True)
    ]
    by_id = {lot.id: lot for lot in lots}
    price = 0
    for each in draw(cents, rests):
        lot = by_id.get(each.lot) if each.lot else None
        paid = take_from(lot, each.cents) if lot else each.paid
        _note_use(card, spent_for, lot, each.cents, paid, clock.now())
        price += paid
    return price


def _note_use(
    card: Card, spent_for: UUID, lot: Lot | None, cents: Cents, paid: Cents, made_at: datetime
) -> None:
    """Note that a lot, or none, has paid cents of something; more of the same is added."""
    lot_id = lot.id if lot else None
    same = Use.number == card.number, Use.spent_for == spent_for, Use.lot_id.is_not_distinct_from(lot_id)
    use = db.session.scalars(select(Use).where(*same)).one_or_none()
    if use is None:
        facts = {"id": uuid4(), "number": card.number, "spent_for": spent_for, "lot_id": lot_id}
        db.session.add(Use(**facts, cents=cents, paid_cents=paid, made_at=made_at))
    else:
        use.cents += cents
        use.paid_cents += paid
    db.session.flush()


def set_limit(card: Card, leaving: Cents = 0) -> None:
    """Let the purse be overdrawn as far as the limits that apply now, and as it will be when cents have left (W4)."""
    stands = book.standing(card.account)
    allowed = find.may_overdraw(card, find.debt(card), topping_up=find.is_topping_up(card))
    wanted = max(allowed, leaving - stands.free)  # never less than it is overdrawn already
    if wanted != stands.overdraft:
        book.limit(card.account, wanted)


def _cover(card: Card, lots: Sequence[Lot]) -> None:
    """What was spent before it was bought is taken over by the oldest lots that are good."""
    bare = select(Use).where(Use.number == card.number, Use.lot_id.is_(None)).order_by(Use.made_at, Use.id)
    for use in db.session.scalars(bare.execution_options(populate_existing=True)).all():
        for lot in lots:
            part = min(use.cents, lot.left_cents)
            if part:
                _note_use(card, use.spent_for, lot, part, take_from(lot, part), use.made_at)
                use.cents -= part
                use.paid_cents -= part
        if not use.cents:
            db.session.delete(use)
    db.session.flush()


def _retire(card: Card, gone: Sequence[tuple[Lot, Cents]]) -> None:
    """Move what has expired or is frozen beside the purse; what was overdrawn shows again."""
    set_limit(card, leaving=sum(cents for _lot, cents in gone))
    for lot, cents in gone:
        lot.aside_paid += take_from(lot, cents)
        lot.aside_cents += cents
        _move(card, "aside", lot, debit=card.account, credit=card.aside, cents=cents)
        write(card, "aside", -cents, what=_last_day(lot), reference=lot.reference)


def _restore(card: Card, lot: Lot, by: str) -> None:
    """Bring back what can be spent again: its day was extended, or it was thawed; opens a closed card."""
    cents = lot.aside_cents
    card.state = "open"
    lot.left_cents, lot.left_paid = lot.left_cents + cents, lot.left_paid + lot.aside_paid
    lot.aside_cents = lot.aside_paid = 0
    _move(card, "restored", lot, debit=card.aside, credit=card.account, cents=cents)
    write(card, "restored", cents, reference=lot.reference, made_by=by)


def _pay_debt(card: Card, lots: Sequence[Lot]) -> None:
    """Credit pays first what its owner owes, and what was owed counts as paid by what was paid for that credit."""
    cents = min(find.debt(card), book.standing(card.account).free)
    if cents <= 0:
        return
    entry = _move(card, "debt paid", card, debit=card.account, credit=card.debt, cents=cents)
    unpaid = cents - draw_from(card, lots, entry.id, cents)
    owed = select(Lot).where(Lot.number == card.number, Lot.source == "debt")
    for lot in db.session.scalars(owed.order_by(Lot.since.desc(), Lot.id)).all():
        unpaid -= _cheapen(lot, unpaid)  # the youngest debt first: older ones are paid
    write(card, "debt-paid", -cents)


def _cheapen(lot: Lot, cents: Cents) -> Cents:
    """Count so much less as paid for what was owed: what has paid it was a gift, or cheaper (W2, W7).

    First of what is on the lot, then of what it has paid; how much in all.
    """
    lowered = min(cents, lot.left_paid)
    lot.left_paid -= lowered
    uses = select(Use).where(Use.lot_id == lot.id).order_by(Use.made_at, Use.id)
    for use in db.session.scalars(uses.execution_options(populate_existing=True)).all():
        part = min(cents - lowered, use.paid_cents)
        use.paid_cents -= part
        lowered += part
    lot.paid_cents -= lowered
    db.session.flush()
    return lowered


def _move(card: Card, reason: str, about: Lot | Card, *, debit: str, credit: str, cents: Cents) -> book.Entry:
    """One transfer; the statement's next position makes its id, and the card is locked."""
    name = about.id if isinstance(about, Lot) else about.number
    return book.transfer(
        book.transfer_id("card", reason, name, card.last + 1),
        debit=debit,
        credit=credit,
        cents=cents,
        reason=f"card {reason}",
        reference=card.number,
    )


def _last_day(lot: Lot) -> str:
    """The day after which it was lost, as an ISO date; empty for a frozen one."""
    return "" if lot.frozen or lot.valid_until is None else lot.valid_until.isoformat()
