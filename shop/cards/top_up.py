"""Topping up: a tier is quoted, ordered, paid, or given up (DOMAIN W2, W4, W6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from shop import clock
from shop.cards import find
from shop.cards.credit import Loading, add_lot, new_lot_id, policy_day
from shop.cards.debt import owe_if_over
from shop.cards.models import Card, CardType, TopUp
from shop.cards.tune import set_limit, tune
from shop.core.goods import Gone, OrderedLine, Quote
from shop.core.money import written
from shop.core.tiers import tier_of
from shop.core.words import said
from shop.db import changed, db, transaction
from shop.ledger import book


def quote(facts: Mapping[str, Any], language: str) -> Quote:
    """Decide a top-up's price anew from its facts: card and value. A card is never bought with a voucher (G10).

    The problem is `gone` when the tier is no longer offered.
    """
    card = db.session.get_one(Card, facts["card"])
    kind = db.session.get_one(CardType, card.type_key)
    tier = tier_of(kind.tiers, facts["value"]) if kind.published else None
    with force_locale(language):
        value = written(facts["value"], language)
        title = str(_("%(card)s: %(value)s Guthaben", card=said(kind.title, language), value=value))
    return Quote(title, tier.price if tier else 0, "" if tier else "gone", source=card)


def tax_code(facts: Mapping[str, Any]) -> str:
    """The tax code at which a top-up is invoiced, empty when bookings are taxed instead (T1)."""
    card = db.session.get_one(Card, facts["card"])
    return find.type_of(card).tax_code


def set_aside(line: OrderedLine, until: datetime) -> None:
    """Note a top-up as ordered: until a moment the card's limit for that applies (W4). Raises Gone."""
    db.session.flush()
    card = find.locked(line.facts["card"])
    if not find.type_of(card).published:
        raise Gone
    kept = db.session.get(TopUp, line.id)
    if kept is None:
        db.session.add(TopUp(order_line_id=line.id, number=card.number, state="ordered", until=until))
    elif kept.state != "paid":
        kept.state, kept.until = "ordered", until
    db.session.flush()
    set_limit(card)


def fulfil(line: OrderedLine) -> None:
    """Credit a paid top-up, in the settling transaction (W6).

    A card sold 200 for 190 is two linked transfers: the price comes from the till, the bonus is the
    discount that the centre gives (DESIGN, Ledger).
    """
    card = find.locked(line.facts["card"])
    value, price = int(line.facts["value"]), line.unit_cents
    for step, debit, cents in (("paid", line.till, price), ("bonus", "discount", value - price)):
        if cents:
            book.transfer(
                book.transfer_id("top-up", line.id, step),
                debit=debit,
                credit=card.account,
                cents=cents,
                reason="card topped up" if step == "paid" else "card bonus",
                reference=line.reference,
                currency=line.currency,
            )
    db.session.execute(update(TopUp).where(TopUp.order_line_id == line.id).values(state="paid"))
    comes = Loading(
        "top-up",
        value,
        price,
        until=policy_day(),
        reference=line.reference,
        order_line_id=line.id,
        taxed=bool(find.type_of(card).tax_code),
    )
    add_lot(card, new_lot_id("top-up", line.id), comes)
    owe_if_over(card)


def let_go(line_id: UUID) -> None:
    """A top-up that was ordered will not be paid; quiet when repeated.

    Who has spent more than may always be overdrawn owes it (W4).
    """
    number = db.session.scalar(select(TopUp.number).where(TopUp.order_line_id == line_id))
    if number is None:
        return
    card = find.locked(number)
    ordered = TopUp.order_line_id == line_id, TopUp.state == "ordered"
    if not changed(db.session.execute(update(TopUp).where(*ordered).values(state="gone"))):
        return
    tune(card)
    owe_if_over(card)


def lapse_overdue(limit: int = 100) -> int:
    """Give up top-ups that nobody has paid in time, each in a transaction of its own; how many.

    One that fails keeps no other from it, and its error is raised in the end.
    """
    late = TopUp.state == "ordered", TopUp.until <= clock.of_database()
    query = select(TopUp.order_line_id).where(*late).order_by(TopUp.number, TopUp.until).limit(limit)
    found = db.session.scalars(query).all()
    failed: Exception | None = None
    for line_id in found:
        try:
            with transaction():
                let_go(line_id)
        except Exception as error:
            failed = error
    if failed:
        raise failed
    return len(found)
