"""What a person has paid out of a card, because it could not go back by itself (DOMAIN W7)."""

from sqlalchemy import select

from shop.cards import find as cards
from shop.cases.models import Case
from shop.cases.open import close_case
from shop.core.money import Cents
from shop.db import db
from shop.ledger import book
from shop.orders.card.empty import NotPaidOut, owed_to_owner

BY_HAND = "card pay-out"


def paid_by_hand(number: str, till: str, *, by: str) -> Cents:
    """Book all that was owed to a card's owner as paid, and close its cases; how much, in the caller's transaction.

    `till` is `bank` or `counter`, `by` who has paid. Raises NotPaidOut when nothing is owed.
    """
    card = cards.locked(number)
    owed = owed_to_owner(card)
    cents = book.posted(owed)
    if cents <= 0:
        raise NotPaidOut("nothing is owed to its owner")
    book.transfer(
        book.transfer_id("card paid by hand", card.number, card.last, cents),
        debit=owed,
        credit=f"till:{till}",
        cents=cents,
        reason="card paid out",
        reference=card.number,
    )
    waiting = select(Case.id).where(Case.reason == BY_HAND, Case.closed_at.is_(None))
    for case in db.session.scalars(waiting.where(Case.reference.startswith(f"{card.number}:"))).all():
        close_case(case, by, f"paid from {till}")
    return cents
