"""Credit comes onto a card, or comes back to it: every euro in a lot (DOMAIN W3, W6, W9)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select

from shop import clock
from shop.cards import find
from shop.cards.models import Card, Lot, Use
from shop.cards.statement import write
from shop.cards.tune import tune
from shop.core.lots import Draw, put_back
from shop.core.money import Cents
from shop.core.validity import Policy, valid_until
from shop.db import db


def policy_day() -> date | None:
    """The last local day of credit that is bought today (setting VALIDITY, W8)."""
    return valid_until(Policy.read(current_app.config["VALIDITY"]), clock.today())


@dataclass(frozen=True)
class Loading:
    """What comes onto a card: its value and what was paid for it in cents; the rest as in `models.Lot`.

    `until` is its last local day; without `since` it is new.
    """

    source: str
    value: Cents
    paid: Cents
    until: date | None
    reference: str
    since: datetime | None = None
    order_line_id: UUID | None = None
    taxed: bool = False


def add_lot(card: Card, lot_id: UUID, comes: Loading, *, what: str = "", made_by: str = "") -> None:
    """Put value that the ledger has just moved onto a card into a lot of its own; opens a closed card.

    In the caller's transaction, which has the card locked. What was overdrawn or is owed is paid from
    it at once. `what` and `made_by` stand on the statement.
    """
    lot = Lot(
        id=lot_id,
        number=card.number,
        source=comes.source,
        reference=comes.reference[:80],
        order_line_id=comes.order_line_id,
        value_cents=comes.value,
        paid_cents=comes.paid,
        left_cents=comes.value,
        left_paid=comes.paid,
        since=comes.since or clock.now(),
        valid_until=comes.until,
        taxed=comes.taxed,
    )
    db.session.add(lot)
    db.session.flush()
    card.state = "open"
    write(card, comes.source, comes.value, what=what, reference=comes.reference, made_by=made_by)
    tune(card)


def give_back(
    number: str,
    spent_for: UUID,
    cents: Cents,
    *,
    what: str,
    reference: str,
    at_least_until: date | None = None,
) -> None:
    """Put what the ledger has just moved back into the lots that had paid, opening a closed card (W3, W7).

    In the caller's transaction. `at_least_until` extends what would expire sooner: the centre has
    cancelled (R8). Raises ValueError for more than was paid.
    """
    card = find.locked(number)
    for use, part in _undone(card, spent_for, cents):
        use.cents -= part.cents
        use.paid_cents -= part.paid
        if part.lot is not None:
            lot = db.session.get_one(Lot, part.lot)
            lot.left_cents += part.cents
            lot.left_paid += part.paid
            if at_least_until and lot.valid_until and lot.valid_until < at_least_until:
                lot.valid_until, lot.reminded_on = at_least_until, None
    db.session.flush()
    card.state = "open"
    write(card, "back", cents, what=what, reference=reference)
    tune(card)


def soonest_day(number: str, spent_for: UUID) -> date | None:
    """The soonest last day of the lots that have paid something, come back or not; None when none ends."""
    query = select(func.min(Lot.valid_until)).join(Use, Use.lot_id == Lot.id)
    return db.session.scalar(query.where(Use.number == number, Use.spent_for == spent_for))


def freeze(line_ids: Sequence[UUID]) -> None:
    """Take credit out of use that was bought with money that went back, or that is withdrawn from (P4, L3)."""
    lots = db.session.scalars(select(Lot).where(Lot.order_line_id.in_(line_ids))).all()
    for number in sorted({lot.number for lot in lots}):
        card = find.locked(number)
        for lot in lots:
            if lot.number == number:
                lot.frozen = True
        db.session.flush()
        tune(card)


def _undone(card: Card, spent_for: UUID, cents: Cents) -> list[tuple[Use, Draw]]:
    """Which uses are undone, and by how much: those of the youngest lots first."""
    query = (
        select(Use)
        .outerjoin(Lot, Lot.id == Use.lot_id)
        .where(Use.number == card.number, Use.spent_for == spent_for, Use.cents > 0)
        .order_by(Lot.since, Use.lot_id)
    )
    uses = db.session.scalars(query.execution_options(populate_existing=True)).all()
    by_lot = {use.lot_id: use for use in uses}
    draws = [Draw(use.lot_id, use.cents, use.paid_cents) for use in uses]
    return [(by_lot[part.lot], part) for part in put_back(cents, draws)]


def new_lot_id(*facts: object) -> UUID:
    """The id of the lot that these facts make, so that a repeat meets it."""
    return uuid.uuid5(_LOTS, "|".join(str(fact) for fact in facts))


_LOTS = UUID("0b4f5c1e-2f9d-5f0f-9a30-6c6f74736b67")
