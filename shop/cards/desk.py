"""What staff do with a card: correct, close, reopen, bring expired credit back (DOMAIN W7)."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select

from shop import clock
from shop.cards import find
from shop.cards.credit import Loading, add_lot, new_lot_id, policy_day
from shop.cards.models import Card, Lot
from shop.cards.spend import spent
from shop.cards.tune import freshen, tune
from shop.core.lots import is_usable
from shop.core.money import Cents
from shop.db import db
from shop.ledger import book


class NotSo(ValueError):
    """A card with which this cannot be done now; the words say why, for staff."""


def correct(number: str, cents: Cents, *, reason: str, by: str, key: UUID) -> Card:
    """Add credit to a card (cents above zero) or take some off, with a reason, in the caller's transaction (W7).

    Its counterpart is `discount`: what the centre gives away, or takes back. A repeat of the same `key`
    is quiet, with other cents a `book.Contradiction`. Raises NotSo for nothing, no reason, or more than
    can be taken off.
    """
    if not cents:
        raise NotSo("a correction is more or less than nothing")
    if not reason.strip():
        raise NotSo("a correction needs a reason")
    card = freshen(number)
    entry_id = book.transfer_id("card correction", key)
    is_repeat = book.is_known(entry_id)
    debit, credit = ("discount", card.account) if cents > 0 else (card.account, "discount")
    try:
        book.transfer(
            entry_id,
            debit=debit,
            credit=credit,
            cents=abs(cents),
            reason="card correction",
            reference=card.number,
        )
    except book.Overdrawn as overdrawn:
        raise NotSo(f"only {overdrawn.available} cents can be taken off, its limit included") from None
    if is_repeat:
        return card
    if cents > 0:
        gift = Loading("correction", cents, 0, until=policy_day(), reference="")
        add_lot(card, new_lot_id("correction", key), gift, what=reason, made_by=by)
    else:
        spent(number, [(entry_id, -cents)], what=reason, reference="", kind="correction", made_by=by)
    return card


def close(number: str) -> Card:
    """Close a card at zero, in the caller's transaction. Raises NotSo with what is in the way (W7)."""
    card = freshen(number)
    stands = book.standing(card.account)
    if find.debt(card):
        raise NotSo("its owner owes the centre")
    if stands.posted or stands.held:
        raise NotSo(
            f"there are {stands.posted} cents on it, {stands.held} of them held: pay out or correct first"
        )
    if find.is_topping_up(card):
        raise NotSo("a top-up of it is ordered and not yet paid")
    card.state = "closed"
    db.session.flush()
    tune(card)
    return card


def reopen(number: str) -> Card:
    """Open a closed card again, in the caller's transaction; an open one stays as it is."""
    card = find.locked(number)
    card.state = "open"
    db.session.flush()
    tune(card)
    return card


def reissue(number: str, until: date | None, *, by: str) -> Cents:
    """Bring expired credit back until a new local day (None is without end); how much, in cents.

    In the caller's transaction. Raises NotSo when the day is over or nothing has expired.
    """
    today = clock.today()
    if not is_usable(until, today):
        raise NotSo(f"{until} is over")
    card = freshen(number)
    gone = Lot.number == card.number, Lot.aside_cents > 0, Lot.valid_until < today
    lots = db.session.scalars(select(Lot).where(*gone)).all()
    if not lots:
        raise NotSo("nothing on it has expired")
    for lot in lots:
        lot.valid_until, lot.reminded_on = until, None
    db.session.flush()
    cents = sum(lot.aside_cents for lot in lots if not lot.frozen)
    tune(card, by)
    return cents


def thaw(number: str, line_ids: Collection[UUID] | None = None, *, by: str) -> None:
    """Make frozen credit spendable again: the chargeback or the withdrawal came to nothing.

    In the caller's transaction. `line_ids` are the order lines that it was bought with, and then NotSo
    is raised when none of theirs is frozen; without them it is all of the card's.
    """
    card = find.locked(number)
    bought = () if line_ids is None else (Lot.order_line_id.in_(line_ids),)
    lots = db.session.scalars(select(Lot).where(Lot.number == card.number, Lot.frozen, *bought)).all()
    if bought and not lots:
        raise NotSo("nothing on it that this order has bought is frozen")
    for lot in lots:
        lot.frozen = False
    db.session.flush()
    tune(card, by)
