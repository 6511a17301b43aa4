"""Bringing a card in order after every change: lots, debt and limit follow the purse (DOMAIN W4, W7, W9).

Between lots and ledger this always holds: what is left in all lots, less what was spent without one,
is the purse's balance; what lies aside in them is the balance of the purse beside it.
"""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from shop import clock
from shop.cards import find
from shop.cards.models import Card, Lot, Use
from shop.cards.statement import write
from shop.core.lots import is_usable, paid_part
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
        if lot.aside_cents and _is_spendable(lot, today):
            _restore(card, lot)
    _cover(card, lots)
    for lot in lots:
        if lot.left_cents and not _is_spendable(lot, today):
            _set_aside(card, lot)
    _pay_debt(card, lots)
    set_limit(card)


def take(lot: Lot, cents: Cents) -> Cents:
    """Take cents out of a lot; what was paid for them."""
    paid = paid_part(cents, lot.left_cents, lot.left_paid)
    lot.left_cents -= cents
    lot.left_paid -= paid
    return paid


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
    """The larger of the limits that apply; with an open debt none, and never less than is overdrawn (W4)."""
    kind = find.type_of(card)
    wanted = kind.limit_standard
    if find.is_topping_up(card):
        wanted = max(wanted, kind.limit_ordered)
    if card.state == "closed" or find.debt(card):
        wanted = 0
    stands = book.standing(card.account)
    wanted = max(wanted, -stands.free)
    if wanted != stands.overdraft:
        book.limit(card.account, wanted)


def _is_spendable(lot: Lot, today: date) -> bool:
    return not lot.frozen and is_usable(lot.valid_until, today)


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


def _set_aside(card: Card, lot: Lot) -> None:
    """Move what has expired or is frozen beside the purse; what a checkout holds stays until it ends."""
    cents = min(lot.left_cents, book.standing(card.account).free)
    if cents <= 0:
        return
    lot.aside_paid += take(lot, cents)
    lot.aside_cents += cents
    _move(card, "aside", lot, debit=card.account, credit=card.aside, cents=cents)
    write(card, "aside", -cents, what=_last_day(lot), reference=lot.reference)


def _restore(card: Card, lot: Lot) -> None:
    """Bring back what can be spent again: its day was extended, or it was thawed."""
    cents = lot.aside_cents
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
    rest = cents
    for lot in lots:
        part = min(rest, lot.left_cents)
        if part:
            note_use(card, entry.id, lot, part, take(lot, part))
            rest -= part
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
