"""What a person has paid out of a card, because it could not go back by itself (DOMAIN W7)."""

from shop.cards import find as cards
from shop.core.money import Cents
from shop.ledger import book
from shop.orders.card.empty import NotPaidOut, owed_to_owner


def paid_by_hand(number: str, till: str) -> Cents:
    """Book all that was owed to a card's owner as paid; how much, in the caller's transaction.

    `till` is `bank` or `counter`. Raises NotPaidOut when nothing is owed.
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
    return cents
