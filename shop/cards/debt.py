"""What is overdrawn and no limit covers any more, its owner owes: a receivable, and no new bookings (DOMAIN W4)."""

from shop.cards import find
from shop.cards.credit import Loading, add_lot, new_lot_id
from shop.cards.models import Card
from shop.cases.open import open_case
from shop.core.money import Cents
from shop.ledger import book


def owe_if_over(card: Card) -> None:
    """Make a debt of all that is overdrawn if it is more than may always be, and no top-up is under way.

    In the caller's transaction, which has the card locked and its lots in order. Asked after everything
    that can bring it about: a top-up is given up, one is paid and is not enough, and a checkout's hold,
    made while a top-up was under way, is spent.
    """
    overdrawn = -book.posted(card.account)
    if overdrawn > find.type_of(card).limit_standard and not find.is_topping_up(card):
        _owe(card, overdrawn)


def _owe(card: Card, cents: Cents) -> None:
    """Move it to what the owner owes, and tell staff."""
    about = f"{card.number}:{card.last}"
    book.transfer(
        book.transfer_id("card debt", about),
        debit=card.debt,
        credit=card.account,
        cents=cents,
        reason="card debt",
        reference=card.number,
    )
    open_case(
        "card overdrawn", about, {"card": card.number, "cents": cents, "why": "its top-up was not paid"}
    )
    # Taxed as by the top-up that will pay the debt.
    taxed = bool(find.type_of(card).tax_code)
    owed = Loading("debt", cents, cents, until=None, reference=card.number, taxed=taxed)
    add_lot(card, new_lot_id("debt", about), owed)
