"""Bringing a card in order after every change: lots, debt and limit follow the purse (DOMAIN W4, W7, W9).

Between lots and ledger this always holds: what is left in all lots, less what was spent without one,
is the purse's balance; what lies aside in them is the balance of the purse beside it.
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select

from shop import clock
from shop.cards import find
from shop.cards.models import Card, Lot, Use
from shop.cards.statement import write
from shop.core.lots import Lot as Rest
from shop.core.lots import draw, paid_part, spare
from shop.core.money import Cents
from shop.db import db
from shop.ledger import book


def freshen(number: str) -> Card:
    """Lock a card and take out what can no longer be spent, before something is held or spent."""
    card = find.locked(number)
    tune(card)
    return card


def tune(card: Card) -> None:
    """Set lots, debt and limit right, in the caller's transaction, which has the card locked."""
    today = clock.today()
    lots = find.lots_of(card)
    for lot in lots:
        if lot.aside_cents and find.is_spendable(lot, today):
            _restore(card, lot)
    _cover(card, lots)
    for lot, cents in find.lapsed(lots, book.standing(card.account).held, today):
        _set_aside(card, lot, cents)
    _pay_debt(card, lots)
    set_limit(card)


def take(lot: Lot, cents: Cents) -> Cents:
    """Take cents out of a lot; what was paid for them."""
    paid = paid_part(cents, lot.left_cents, lot.left_paid)
    lot.left_cents -= cents
    lot.left_paid -= paid
    return paid


def draw_from(card: Card, lots: Sequence[Lot], spent_for: UUID, cents: Cents) -> None:
    """Note which of a card's lots, oldest first, have paid what the ledger has just taken from it."""
    lefts = [lot.left_cents for lot in lots]
    free = spare(book.standing(card.account).held, lefts)
    rests = [
        Rest(lot.id, left, lot.left_paid, lot.since, left - part)
        for lot, left, part in zip(lots, lefts, free, strict=True)
    ]
    by_id = {lot.id: lot for lot in lots}
    for each in draw(cents, rests):
        lot = by_id.get(each.lot) if each.lot else None
        note_use(card, spent_for, lot, each.cents, take(lot, each.cents) if lot else each.paid)


def note_use(card: Card, spent_for: UUID, lot: Lot | None, cents: Cents, paid: Cents) -> None:
    """Note that a lot, or none, has paid cents of something; more of the same is added."""
    lot_id = lot.id if lot else None
    same = Use.number == card.number, Use.spent_for == spent_for, Use.lot_id.is_not_distinct_from(lot_id)
    use = db.session.scalars(select(Use).where(*same)).one_or_none()
    if use is None:
        facts = {"id": uuid4(), "number": card.number, "spent_for": spent_for, "lot_id": lot_id}
        db.session.add(Use(**facts, cents=cents, paid_cents=paid, made_at=clock.now()))
    else:
        use.cents += cents
        use.paid_cents += paid
    db.session.flush()


def set_limit(card: Card) -> None:
    """Let the purse be overdrawn as far as the limits that apply now (W4)."""
    stands = book.standing(card.account)
    wanted = find.limit(card, stands.free, find.debt(card))
    if wanted != stands.overdraft:
        book.limit(card.account, wanted)


def _cover(card: Card, lots: list[Lot]) -> None:
    """What was spent before it was bought is taken over by the oldest lots."""
    bare = select(Use).where(Use.number == card.number, Use.lot_id.is_(None)).order_by(Use.made_at, Use.id)
    for use in db.session.scalars(bare.execution_options(populate_existing=True)).all():
        for lot in lots:
            part = min(use.cents, lot.left_cents)
            if part:
                note_use(card, use.spent_for, lot, part, take(lot, part))
                use.cents -= part
                use.paid_cents -= part
        if not use.cents:
            db.session.delete(use)
    db.session.flush()


def _set_aside(card: Card, lot: Lot, cents: Cents) -> None:
    """Move what has expired or is frozen beside the purse."""
    lot.aside_paid += take(lot, cents)
    lot.aside_cents += cents
    _move(card, "aside", lot, debit=card.account, credit=card.aside, cents=cents)
    write(card, "aside", -cents, what=_last_day(lot), reference=lot.reference)


def _restore(card: Card, lot: Lot) -> None:
    """Bring back what can be spent again: its day was extended, or it was thawed; opens a closed card."""
    cents = lot.aside_cents
    card.state = "open"
    lot.left_cents, lot.left_paid = lot.left_cents + cents, lot.left_paid + lot.aside_paid
    lot.aside_cents = lot.aside_paid = 0
    _move(card, "restored", lot, debit=card.aside, credit=card.account, cents=cents)
    write(card, "restored", cents, reference=lot.reference)


def _pay_debt(card: Card, lots: list[Lot]) -> None:
    """Credit pays first what its owner owes."""
    stands = book.standing(card.account)
    cents = min(find.debt(card), stands.free)
    if cents <= 0:
        return
    entry = _move(card, "debt paid", card, debit=card.account, credit=card.debt, cents=cents)
    draw_from(card, lots, entry.id, cents)
    write(card, "debt-paid", -cents)


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
